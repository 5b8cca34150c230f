"""Trials under many draws, against one packed scenario a draw."""

import numpy as np
import pytest
import xarray as xr

from simulate.assurance.pack import pack_draws
from simulate.assurance.posterior import PASSAGES
from simulate.assurance.trials import STRIDE, simulate_draws
from simulate.engine.pack import pack_scenario
from simulate.engine.run import simulate_block
from simulate.truth import Hazards, Piecewise, Truth
from simulate.truth.from_posterior import illness_death_truth, one_endpoint_truth
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


def _one_by_one(design, posterior, numbers, *, trials=3):
    parts = []
    for number in numbers:
        truth = _truth(posterior, posterior.hazard[number], design.truths[0])
        scenario = pack_scenario(design, truth, every_test=False)
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
    plain = _one_by_one(design, posterior, numbers)
    np.testing.assert_allclose(found, plain, rtol=1e-9)


def test_trials_go_on_where_they_stopped(small, proportional):
    posterior, numbers = proportional(np.linspace(-1, 0, 700)), np.arange(700)
    whole = _found(small(), posterior, numbers, trials=4, workers=2).reshape(700, 4, -1)
    begun = _found(small(), posterior, numbers, trials=1).reshape(700, 1, -1)
    rest = _found(small(), posterior, numbers, first=1, trials=3).reshape(700, 3, -1)
    np.testing.assert_array_equal(np.concatenate([begun, rest], axis=1), whole)


@pytest.mark.parametrize("several", [False, True])
def test_a_draw_of_a_file_is_the_truth_that_it_names(
    small, two_endpoints, time_varying, joint, several
):
    """Draw 1 of chain 2 is number 2 × 3 + 1 of three chains' nine draws."""
    posterior = joint(9) if several else time_varying(9)
    design = two_endpoints() if several else small()
    shape = (3, 3, *posterior.hazard.shape[1:]) if several else (3, 3, 2, 3)
    dims = ("chain", "draw", *(("transition",) if several else ()), "arm", "interval")
    coords = {
        "chain": range(3),
        "draw": range(3),
        "arm": ["control", "rt"],
        "interval_start": ("interval", [0.0, *posterior.cuts]),
    } | ({"transition": list(PASSAGES)} if several else {})
    draws = xr.Dataset({"hazard": (dims, posterior.hazard.reshape(shape))}, coords)
    tree = xr.DataTree.from_dict({"posterior": draws})
    tree.attrs = {"kind": "illness_death", "clock": "forward"} if several else {}
    take = illness_death_truth if several else one_endpoint_truth
    truth = take(tree, chain=2, draw=1, drop_out=design.truths[0].drop_out)
    scenario = pack_scenario(design, truth, every_test=False)
    plain = simulate_block(scenario, seed=SEED, first=7 * STRIDE, trials=3).endpoints
    np.testing.assert_allclose(_found(design, posterior, np.array([7])), plain, rtol=1e-9)
