"""Trials under many draws, against one packed scenario a draw."""

import numpy as np
import pytest

from simulate.assurance.pack import pack_draws
from simulate.assurance.trials import STRIDE, simulate_draws
from simulate.engine.pack import pack_scenario
from simulate.engine.run import simulate_block
from simulate.truth import Hazards, Piecewise, Truth
from simulate.truth.illness_death import DeathAfterProgression, IllnessDeathTruth, Transition

SEED = 11


def _passage(posterior, hazard):
    cuts = tuple(posterior.cuts)
    control = Hazards(cuts=cuts, rates=tuple(hazard[0]))
    return {"control": control, "effect": Piecewise(cuts=cuts, hr=tuple(hazard[1] / hazard[0]))}


def _truth(posterior, hazard, planning):
    kept = {"name": "draw", "drop_out": planning.drop_out, "factors": planning.factors}
    passages = [_passage(posterior, one) for one in hazard]
    if len(passages) == 1:
        return Truth(**passages[0], **kept)
    return IllnessDeathTruth(
        progression=Transition(**passages[0]),
        death_without_progression=Transition(**passages[1]),
        death_after_progression=DeathAfterProgression(**passages[2], clock=posterior.clock),
        **kept,
    )


def _found(design, posterior, numbers, *, first=0, trials=3, workers=1):
    hazard = posterior.take(numbers)
    packed = pack_draws(design, posterior, hazard, planning=design.truths[0])
    blocks = simulate_draws(packed, numbers, seed=SEED, first=first, trials=trials, workers=workers)
    return np.concatenate([block.endpoints for block in blocks])


def _one_by_one(design, posterior, numbers, *, every_test=False, trials=3):
    parts = []
    for number in numbers:
        truth = _truth(posterior, posterior.hazard[number], design.truths[0])
        scenario = pack_scenario(design, truth, every_test=every_test)
        block = simulate_block(scenario, seed=SEED, first=number * STRIDE, trials=trials)
        parts.append(block.endpoints)
    return np.concatenate(parts)


def test_each_trial_is_that_of_its_draws_truth(stratified, time_varying):
    posterior, numbers = time_varying(9), np.array([4, 0, 8])
    found = _found(stratified, posterior, numbers)
    plain = _one_by_one(stratified, posterior, numbers)
    np.testing.assert_allclose(found, plain, rtol=1e-11)


@pytest.mark.parametrize("clock", ["forward", "reset"])
def test_so_it_is_of_patients_who_progress_and_die(two_endpoints, joint, clock):
    design = two_endpoints()
    posterior, numbers = joint(6, clock=clock), np.array([5, 2])
    found = _found(design, posterior, numbers)
    plain = _one_by_one(design, posterior, numbers, every_test=True)
    np.testing.assert_allclose(found, plain, rtol=1e-9)


def test_trials_go_on_where_they_stopped(small, proportional):
    posterior, numbers = proportional(np.linspace(-1, 0, 700)), np.arange(700)
    whole = _found(small(), posterior, numbers, trials=4, workers=2).reshape(700, 4, -1)
    begun = _found(small(), posterior, numbers, trials=1).reshape(700, 1, -1)
    rest = _found(small(), posterior, numbers, first=1, trials=3).reshape(700, 3, -1)
    np.testing.assert_array_equal(np.concatenate([begun, rest], axis=1), whole)
