"""Calibration of the illness-death model: trials, ranks, and the long run that proves it."""

import json
from pathlib import Path

import numpy as np
import pytest

from analyses.calibrate import illness_death as module
from analyses.calibrate.illness_death import (
    DRAWS,
    QUANTITIES,
    IllnessDeathPlan,
    calibrate_illness_death,
    judge_quantity,
)
from models.illness_death.priors import IllnessDeathPriors

TRIALS = 500
STORED = Path(__file__).parents[2] / "fixtures" / "illness_death_calibration"


def test_a_trial_is_the_same_in_any_company():
    plan = IllnessDeathPlan(priors=IllnessDeathPriors())
    truths, tables = module._table(plan, range(3, 6))
    truth, table = module._table(plan, range(5, 6))
    assert table.identical(tables.sel(imputation=[5]))
    few, all_of_them = (tree["posterior"]["hazard"].values[0] for tree in (truth, truths))
    np.testing.assert_array_equal(few[0], all_of_them[2])
    assert not np.array_equal(all_of_them[0], all_of_them[1])
    assert table["events"].sel(transition="progression").sum() <= sum(plan.sizes)


def test_truths_and_draws_give_the_same_quantities():
    plan = IllnessDeathPlan(priors=IllnessDeathPriors(clock="reset"))
    truths, _ = module._table(plan, range(4))
    found = module._quantities(truths)
    assert found.shape == (1, 4, len(QUANTITIES))
    ratio = truths["posterior"]["log_hr"].sel(transition="progression").values
    np.testing.assert_allclose(np.log(found[..., 0]), ratio)
    several = truths.copy()
    several["posterior"] = truths["posterior"].to_dataset().expand_dims(imputation=[3, 8])
    np.testing.assert_array_equal(module._quantities(several), np.concatenate([found, found]))


def test_ranks_that_are_not_uniform_do_not_pass():
    rng = np.random.default_rng(6)
    uniform = rng.integers(0, DRAWS + 1, TRIALS)
    assert judge_quantity("uniform", uniform).passed
    assert not judge_quantity("narrow", 25 + uniform // 2).passed
    assert not judge_quantity("shifted", np.minimum(uniform + 8, DRAWS)).passed


@pytest.mark.parametrize("clock", [path.stem for path in sorted(STORED.glob("*.json"))])
def test_the_default_priors_are_calibrated_on_500_trials(clock):
    stored = json.loads((STORED / f"{clock}.json").read_text(encoding="utf-8"))
    priors = IllnessDeathPriors.model_validate_json(json.dumps(stored["plan"].pop("priors")))
    assert priors == IllnessDeathPriors(clock=clock)
    assert stored["trials"] >= TRIALS
    assert len(stored["failed"]) <= 0.02 * stored["trials"]
    assert [one["name"] for one in stored["quantities"]] == list(QUANTITIES)
    for one in stored["quantities"]:
        found = judge_quantity(one["name"], np.array(one["ranks"]))
        assert found.chi_square_p == pytest.approx(one["chi_square_p"])
        assert found.ecdf_p == pytest.approx(one["ecdf_p"])
        assert len(one["ranks"]) == stored["trials"]
        assert found.passed == one["passed"]
    assert stored["passed"]


@pytest.mark.calibration
@pytest.mark.parametrize("clock", ["forward", "reset"])
def test_ranks_of_the_truths_are_uniform(clock):
    """500 trials a clock: no p-value of 14 below 0.0005, so that 1 run in 140 fails by chance."""
    plan = IllnessDeathPlan(priors=IllnessDeathPriors(clock=clock), seed=1)
    found = calibrate_illness_death(plan, trials=range(TRIALS))
    smallest = {one.name: round(min(one.chi_square_p, one.ecdf_p), 4) for one in found.quantities}
    assert len(found.failed) <= 0.02 * TRIALS, found.failed
    assert min(smallest.values()) > 0.0005, smallest
