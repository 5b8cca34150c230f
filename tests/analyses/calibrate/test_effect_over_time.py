"""Calibration of models of a changing effect: trials, ranks, and the long run that proves it."""

import json
from pathlib import Path

import numpy as np
import pytest

from analyses.calibrate import effect_over_time as module
from analyses.calibrate.data_swap import SMALLEST_P
from analyses.calibrate.effect_over_time import QUANTITIES, EffectPlan, calibrate_effect
from models.settings import AnalysisSettings
from models.time_varying.priors import EVERY_MODEL, DelayedEffect

TRIALS = 500
STORED = Path(__file__).parents[2] / "fixtures" / "effect_over_time_calibration"
SETTINGS = AnalysisSettings(name="default")
KINDS = {model.kind: model for model in EVERY_MODEL}


def test_a_trial_is_the_same_in_any_company():
    plan = EffectPlan(model=DelayedEffect(), settings=SETTINGS)
    truths, tables = module._trials(plan, range(3, 6))
    truth, table = module._trials(plan, range(5, 6))
    assert table.identical(tables.sel(imputation=[5]))
    np.testing.assert_array_equal(truth["hazard"].values[0, 0], truths["hazard"].values[0, 2])
    assert not np.array_equal(truths["hazard"].values[0, 0], truths["hazard"].values[0, 1])
    assert table["events"].sum() <= sum(plan.sizes)


def test_truths_and_draws_give_the_same_quantities():
    plan = EffectPlan(model=DelayedEffect(), settings=SETTINGS)
    truths, _ = module._trials(plan, range(4))
    found = module._quantities(truths)
    assert found.shape == (1, 4, len(QUANTITIES))
    several = truths.expand_dims(imputation=[3, 8])
    np.testing.assert_array_equal(module._quantities(several), np.concatenate([found, found]))


@pytest.mark.parametrize("kind", KINDS)
def test_the_default_priors_are_calibrated_on_500_trials(made, kind):
    stored = json.loads((STORED / f"{kind}.json").read_text(encoding="utf-8"))
    assert stored["plan"]["model"] == KINDS[kind].model_dump(mode="json")
    assert stored["plan"]["seed"] == 1
    made.judge_again(stored, names=QUANTITIES, trials=TRIALS)


@pytest.mark.calibration
@pytest.mark.parametrize("kind", KINDS)
def test_ranks_of_the_truths_are_uniform(kind):
    """500 trials a model: no p-value of 12 below 0.005, so that at most 6 runs in 100 fail."""
    plan = EffectPlan(model=KINDS[kind], settings=SETTINGS)
    found = calibrate_effect(plan, trials=range(TRIALS))
    smallest = {one.name: round(min(one.chi_square_p, one.ecdf_p), 4) for one in found.quantities}
    assert len(found.failed) <= 0.02 * TRIALS, found.failed
    assert min(smallest.values()) > SMALLEST_P, smallest


@pytest.mark.calibration
@pytest.mark.parametrize("kind", KINDS)
def test_stored_trials_are_replayed_rank_by_rank(kind):
    stored = json.loads((STORED / f"{kind}.json").read_text(encoding="utf-8"))
    plan = EffectPlan(model=KINDS[kind], settings=SETTINGS, seed=stored["plan"]["seed"])
    found = calibrate_effect(plan, trials=range(10))
    for one, kept in zip(found.quantities, stored["quantities"], strict=True):
        assert list(one.ranks) == kept["ranks"][:10], one.name
