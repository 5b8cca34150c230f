"""A replayed trial of two endpoints is the engine's trial, decided as a block of trials is."""

import math

import numpy as np
import pytest

from models.survival.cox import cox
from models.survival.log_rank import log_rank
from simulate.engine.fields import FIELDS
from simulate.engine.pack import pack_scenario
from simulate.engine.run import simulate_block
from simulate.multiplicity.decide import HARMED, SETTLED, SUCCEEDED
from simulate.operating.judge_several import SeveralJudge
from simulate.operating.monitoring import all_planned_events
from simulate.replay import several
from simulate.replay.several import REASONS, replay_several

SEED, TRIALS = 5, 16
NAMES = ("pfs", "os")
SHOWN = ("month", "patients", "events_control", "events_rt", "person_months", "log_hr")
SHOWN += ("standard_error", "probability")
LEFT = "no endpoint is left to be tested"
AT_ANY = {
    "multiplicity": {"kind": "split", "weights": {"pfs": 0.4, "os": 0.6}},
    "success": "any",
    "stop_at_success": True,
}


@pytest.fixture(scope="module", params=["planning", "no effect", "at any success"])
def case(request, two_endpoints):
    """A design, some of its trials in one block with their decisions, and all of them replayed.

    Only the first replay asks for planned events anew, which takes 1,000 trials.
    """
    design = two_endpoints(**(AT_ANY if request.param == "at any success" else {}))
    truth = design.truths[request.param == "no effect"]
    block = simulate_block(pack_scenario(design, truth), seed=SEED, first=0, trials=TRIALS)
    events = all_planned_events(design, seed=SEED)
    judge = SeveralJudge(design, events)
    decisions = judge.decide(judge.statistics(block))
    trials = [replay_several(design, truth, seed=SEED, replicate=0)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(several, "all_planned_events", lambda *_, **__: events)
        later = range(1, TRIALS)
        trials += [replay_several(design, truth, seed=SEED, replicate=k) for k in later]
    return design, block, decisions, trials


def test_looks_show_the_numbers_of_the_block_to_the_bit(case):
    design, block, _, trials = case
    for replicate, trial in enumerate(trials):
        for place, name in enumerate(NAMES):
            for look in trial.endpoints[name].looks:
                row = block.endpoints[replicate, place, look.look - 1]
                seen = dict(zip(FIELDS, row.tolist(), strict=True))
                for field in SHOWN:
                    assert getattr(look, field) == seen[field], field
                assert look.look - 1 in design.looks_at(name)


def test_stops_and_outcomes_are_those_of_the_judge(case):
    _, _, decisions, trials = case
    reasons = {SETTLED: LEFT, SUCCEEDED: REASONS[SUCCEEDED], HARMED: REASONS[HARMED]}
    for k, trial in enumerate(trials):
        assert trial.stop == decisions.stop[k] + 1
        assert trial.success == bool(decisions.success[k])
        assert trial.reason == reasons[int(decisions.reason[k])]
        for place, name in enumerate(NAMES):
            looks = trial.endpoints[name].looks
            rejected, dropped = decisions.rejected[k, place], decisions.dropped[k, place]
            outcome = "success" if rejected >= 0 else "futility" if dropped >= 0 else "failure"
            assert trial.endpoints[name].outcome == outcome
            assert [look.decision for look in looks[:-1]] == ["continue"] * (len(looks) - 1)
            last = max(rejected, dropped)
            assert looks[-1].look - 1 == (last if last >= 0 else min(decisions.stop[k], 1 + place))


def test_every_reason_is_met(case):
    """Or some of what is compared above was never compared."""
    design, _, decisions, trials = case
    expected = {SETTLED, SUCCEEDED} if design.stop_at_success else {SETTLED}
    assert expected <= set(decisions.reason)
    outcomes = {trial.endpoints[name].outcome for trial in trials for name in NAMES}
    assert len(outcomes) >= 2


def test_statistics_and_bounds_are_those_decided_on(case):
    _, _, decisions, trials = case
    compared = 0
    for k, trial in enumerate(trials):
        for place, name in enumerate(NAMES):
            for look in trial.endpoints[name].looks:
                here = k, look.look - 1, place
                for mine, its in ((look.statistic, decisions.z), (look.upper, decisions.upper),
                                  (look.lower, decisions.lower)):  # fmt: skip
                    assert mine == its[here] or (math.isnan(mine) and math.isnan(its[here]))
                if look.decision == "success":
                    assert look.z == look.statistic >= look.upper
                    compared += 1
                if look.decision == "futility":
                    assert look.z < look.lower
                    compared += 1
    assert compared > 10


def test_data_of_a_look_give_its_statistics(case):
    """By the code of the models, for both endpoints."""
    _, _, _, trials = case
    for trial in trials[:6]:
        for name in NAMES:
            for look in trial.endpoints[name].looks:
                data = look.data
                time, event, arm = data["time"], data["event"], data["arm"].cat.codes
                fit = cox(time, event, arm, ties="efron")
                assert look.log_hr == pytest.approx(fit.log_hr, rel=1e-6)
                assert look.z == pytest.approx(log_rank(time, event, arm).z, rel=1e-9)
                assert look.events_control + look.events_rt == event.sum()


def test_both_endpoints_are_of_the_same_patients(case):
    _, _, _, trials = case
    for trial in trials[:6]:
        pfs, survival = (trial.endpoints[name].patients for name in NAMES)
        for column in ("patient", "arm", "entry"):
            assert pfs[column].equals(survival[column])
        assert (pfs["end"] <= survival["end"]).all()
        assert (pfs["end"] < survival["end"]).any()


def test_the_design_of_an_endpoint_has_its_looks_and_planned_events(case):
    design, _, _, trials = case
    events = all_planned_events(design, seed=SEED)
    for name in NAMES:
        found = trials[0].endpoints[name]
        assert found.design == design.seen_by(name)
        np.testing.assert_array_equal(found.planned_events, events[name])


@pytest.mark.parametrize("name", ["seed", "replicate"])
def test_numbers_out_of_range_are_refused(case, name):
    design = case[0]
    with pytest.raises(ValueError, match=rf"`{name}` must be from 0 to 2\^63 - 1"):
        replay_several(design, design.truths[0], **({"seed": 1, "replicate": 1} | {name: -1}))
