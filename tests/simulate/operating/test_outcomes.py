"""Outcomes of replicates: the same decisions that the tallies count."""

import numpy as np
import pytest

from simulate.engine.pack import pack_scenario
from simulate.engine.run import simulate_block
from simulate.operating.monitoring import all_planned_events
from simulate.operating.outcomes import Referee, joined, simulate_outcomes
from simulate.operating.several import simulate_several
from simulate.operating.simulate import simulate_design

SEED, TRIALS = 20, 300


def test_several_endpoints_as_the_tallies_count_them(two_endpoints):
    design = two_endpoints()
    truth = design.truths[0]
    outcomes = simulate_outcomes(design, truth, seed=SEED, trials=TRIALS, every_test=True)
    events = all_planned_events(design, seed=SEED)
    run = simulate_several(design, truth, events=events, seed=SEED, trials=TRIALS)
    assert run.trial.success == outcomes.of("success").sum()
    assert run.trial.any_won == outcomes.of("any").sum()
    assert run.trial.all_won == outcomes.of("both").sum()
    assert run.trial.stop_total[0] == pytest.approx(outcomes.months.sum(), rel=1e-12)
    for place, name in enumerate(("pfs", "os")):
        assert run.trial.rejected[place].sum() == outcomes.of(name).sum()
    assert 0 < outcomes.of("success").sum() < TRIALS


def test_one_endpoint_as_the_tally_counts_it(two_endpoints):
    design = two_endpoints().seen_by("pfs").model_copy(update={"harm": None})
    truth = design.truths[0]
    outcomes = simulate_outcomes(design, truth, seed=SEED, trials=TRIALS, every_test=True)
    events = all_planned_events(design, seed=SEED)["pfs"]
    run = simulate_design(design, truth, events=events, seed=SEED, trials=TRIALS)
    tally = run.tallies["log_rank"]
    assert tally.success == outcomes.of("success").sum() == outcomes.of("pfs").sum()
    assert tally.stop_total[0] == pytest.approx(outcomes.months.sum(), rel=1e-12)
    assert tally.stop_total[2] == outcomes.events.sum()
    np.testing.assert_array_equal(run.paths, outcomes.z[: len(run.paths), :, 0])


def test_the_same_for_any_way_to_cut_the_trials(two_endpoints):
    design = two_endpoints()
    truth = design.truths[0]
    scenario, referee = pack_scenario(design, truth, every_test=True), Referee(design, seed=SEED)
    parts = [
        referee.decide(simulate_block(scenario, seed=SEED, first=first, trials=count))
        for first, count in ((0, 70), (70, 1), (71, 229))
    ]
    whole = simulate_outcomes(design, truth, seed=SEED, trials=TRIALS, workers=2, every_test=True)
    together = joined(parts)
    assert together.first == whole.first == 0
    for name in ("success", "won", "stop", "months", "patients", "events", "z", "probability"):
        np.testing.assert_array_equal(getattr(together, name), getattr(whole, name), name)


def test_an_unknown_target_gets_one_sentence(two_endpoints):
    design = two_endpoints()
    outcomes = simulate_outcomes(design, design.truths[0], seed=1, trials=5, every_test=True)
    with pytest.raises(ValueError, match="must be one of success, any, both, pfs, os"):
        outcomes.of("dfs")


def test_trials_stop_for_harm_whichever_tests_are_computed(two_endpoints):
    design = two_endpoints(harm={"hr": 0.7, "probability": 0.6})
    every, needed = (
        simulate_outcomes(design, design.truths[1], seed=5, trials=100, every_test=every)
        for every in (True, False)
    )
    unwatched = two_endpoints(harm={"hr": 0.7})
    without = simulate_outcomes(unwatched, design.truths[1], seed=5, trials=100)
    np.testing.assert_array_equal(every.stop, needed.stop)
    assert (needed.stop < without.stop).any()
