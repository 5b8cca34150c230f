"""A replayed trial is the engine's trial: statistics, decisions, and the data behind them."""

import math
from pathlib import Path

import numpy as np
import pytest

from models.interval_estimate import Z_95
from models.survival.cox import cox
from models.survival.log_rank import log_rank
from simulate.design.load import load_design, read_design
from simulate.engine.fields import FIELDS, SCORE, VARIANCE
from simulate.engine.pack import pack_scenario
from simulate.engine.run import simulate_block
from simulate.operating.monitoring import planned_events
from simulate.operating.simulate import simulate_design
from simulate.operating.tally import outcome_names
from simulate.replay.decided import decide_block
from simulate.replay.patients import DROP_OUT, EVENT, NEVER, data_at
from simulate.replay.replay import replay

DEFAULT = Path(__file__).parents[3] / "analyses" / "phase3" / "os_alone.toml"
SEED = 11
BY_CALENDAR = {
    "name": "By the calendar",
    "allocation": {"control": 1, "rt": 2},
    "recruitment": {
        "kind": "poisson",
        "rates": [{"start": 0.0, "per_month": 12.0}],
        "duration": 10.0,
    },
    "randomisation": {"kind": "simple"},
    "looks": [{"months": 8.0, "information": 0.5}, {"months": 16.0}],
    "analysis": {"test": "cox_wald", "ties": "efron"},
    "efficacy": {"kind": "pocock"},
    "truths": [
        {
            "name": "some never have the event",
            "control": {"median": 6.0},
            "effect": {"kind": "proportional", "hr": 0.6},
            "cured": {"control": 0.2, "rt": 0.3},
            "drop_out": {"control": {"per_12_months": 0.3}},
        }
    ],
}


def changed(design, **analysis):
    return design.model_copy(update={"analysis": design.analysis.model_copy(update=analysis)})


@pytest.fixture(scope="module")
def design():
    return load_design(DEFAULT)


@pytest.fixture(scope="module")
def by_calendar():
    return read_design(BY_CALENDAR)


@pytest.fixture(scope="module", params=["default", "calendar"])
def case(request, design, by_calendar):
    """A design, and 40 of its trials in one block."""
    chosen = design if request.param == "default" else by_calendar
    scenario = pack_scenario(chosen, chosen.truths[0])
    return chosen, simulate_block(scenario, seed=SEED, first=0, trials=40)


@pytest.mark.parametrize("replicate", [0, 1, 17, 39])
def test_statistics_are_those_of_the_block_to_the_bit(case, replicate):
    design, block = case
    found = replay(design, design.truths[0], seed=SEED, replicate=replicate)
    for look, expected in zip(found.looks, block.found[replicate], strict=False):
        row = dict(zip(FIELDS, expected.tolist(), strict=True))
        for name in ("month", "patients", "events_control", "events_rt", "person_months",
                     "log_hr", "standard_error", "probability", "reached"):  # fmt: skip
            assert getattr(look, name) == row[name], name


def test_bounds_and_decisions_are_those_of_the_block(case):
    design, block = case
    decided = decide_block(design, block, events=planned_events(design, seed=SEED))
    for replicate in range(40):
        found = replay(design, design.truths[0], seed=SEED, replicate=replicate)
        assert len(found.looks) == decided.stop[replicate] + 1
        assert found.outcome == outcome_names()[decided.result[replicate]]
        assert [look.decision for look in found.looks[:-1]] == ["continue"] * (len(found.looks) - 1)
        for place, look in enumerate(found.looks):
            assert look.statistic == decided.statistic[replicate, place]
            assert look.upper == decided.upper[replicate, place]
            assert look.lower == decided.lower[replicate, place]


def test_outcomes_are_those_that_are_tallied(design):
    truth = design.truths[3]
    events = planned_events(design, seed=SEED)
    simulated = simulate_design(design, truth, events=events, seed=SEED, trials=60)
    tally = simulated.tallies[design.analysis.test]
    mine = np.zeros_like(tally.stopped)
    for replicate in range(60):
        found = replay(design, truth, seed=SEED, replicate=replicate)
        mine[outcome_names().index(found.outcome), len(found.looks) - 1] += 1
    np.testing.assert_array_equal(mine, tally.stopped)
    assert (tally.stopped > 0).sum() >= 4


@pytest.mark.parametrize("replicate", [0, 5, 23])
def test_data_of_a_look_give_its_statistics(by_calendar, replicate):
    """Log-rank, Cox, counts and person-months from the patients, by the code of the models."""
    truth = by_calendar.truths[0]
    found = replay(by_calendar, truth, seed=SEED, replicate=replicate)
    block = simulate_block(pack_scenario(by_calendar, truth), seed=SEED, first=replicate, trials=1)
    for place, look in enumerate(found.looks):
        time, event, arm = look.data["time"], look.data["event"], look.data["arm"].cat.codes
        fit, test = cox(time, event, arm, ties="efron"), log_rank(time, event, arm)
        assert look.log_hr == pytest.approx(fit.log_hr, rel=1e-6)
        assert look.standard_error == pytest.approx(fit.standard_error, rel=1e-6)
        assert look.z == pytest.approx(-fit.log_hr / fit.standard_error, rel=1e-6)
        here = block.found[0, place]
        assert -here[SCORE] / math.sqrt(here[VARIANCE]) == pytest.approx(test.z, rel=1e-9)
        assert look.patients == len(look.data)
        assert look.events_control == event[arm == 0].sum()
        assert look.events_rt == event[arm == 1].sum()
        assert look.person_months == pytest.approx(time.sum(), rel=1e-12)


def test_a_stratified_log_rank_test_is_the_sum_over_the_strata_of_the_data(design):
    found = replay(design, design.truths[0], seed=SEED, replicate=4)
    for look in found.looks:
        parts = [
            log_rank(stratum["time"], stratum["event"], stratum["arm"].cat.codes)
            for _, stratum in look.data.groupby("stratum")
        ]
        score = sum(part.expected - part.observed for part in parts)
        assert look.z == pytest.approx(score / math.sqrt(sum(part.variance for part in parts)))


def test_a_look_cuts_follow_up_off(by_calendar):
    found = replay(by_calendar, by_calendar.truths[0], seed=SEED, replicate=2)
    patients, first = found.patients, found.looks[0]
    assert set(patients["ended_by"]) == {EVENT, DROP_OUT, NEVER}
    data = data_at(patients, first.month).set_index("patient")
    assert data.index.tolist() == patients.loc[patients["entry"] <= 8.0, "patient"].tolist()
    for patient, row in data.iterrows():
        whole = patients.loc[patient]
        assert row["event"] == (whole["ended_by"] == EVENT and whole["end"] <= 8.0)
        assert row["time"] == pytest.approx(min(whole["follow_up"], 8.0 - whole["entry"]))
    assert len(data_at(patients, 0.0)) == 0


def test_recruitment_counts_those_enrolled_by_the_stop(design):
    found = replay(design, design.truths[1], seed=SEED, replicate=1)
    last = found.looks[-1]
    assert found.recruitment.control + found.recruitment.rt == last.patients
    assert found.recruitment.planned == 400
    assert found.recruitment.first_month == found.patients["entry"].min()
    assert found.recruitment.last_month == last.data["entry"].max() <= last.month
    assert found.patients["entry"].is_monotonic_increasing


def test_the_hazard_ratio_has_its_wald_limits(design):
    look = replay(design, design.truths[0], seed=SEED, replicate=0).looks[0]
    expected = np.exp(look.log_hr + Z_95 * look.standard_error * np.array([0, -1, 1]))
    assert look.hazard_ratio == pytest.approx(tuple(expected))


def test_futility_holds_under_the_bayesian_rule_and_its_bounds_are_shown(design):
    """Events and z, so also futility, are those of the log-rank test on the same trials."""
    bayes, plain = changed(design, test="bayes"), changed(design, test="log_rank")
    futile = 0
    for replicate in range(30):
        one, other = (
            replay(d, design.truths[1], seed=SEED, replicate=replicate) for d in (bayes, plain)
        )
        for mine, its in zip(one.looks, other.looks, strict=False):
            assert (mine.z, mine.lower) == (its.z, its.lower)
            assert (mine.statistic, mine.upper) == (mine.probability, 0.975)
        futile += one.outcome == "futility"
        if one.outcome == "futility":
            assert one.looks[-1].z < one.looks[-1].lower
    assert futile > 5


@pytest.mark.parametrize("name", ["seed", "replicate"])
@pytest.mark.parametrize("value", [-1, 2**63])
def test_numbers_out_of_range_are_refused(design, name, value):
    given = {"seed": 1, "replicate": 1} | {name: value}
    with pytest.raises(ValueError, match=rf"`{name}` must be from 0 to 2\^63 - 1"):
        replay(design, design.truths[0], **given)


def test_the_largest_numbers_are_accepted(by_calendar):
    truth = by_calendar.truths[0]
    assert replay(by_calendar, truth, seed=2**63 - 1, replicate=2**63 - 1).looks
