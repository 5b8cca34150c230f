"""Calibration of the model with covariates: trials, ranks, and the long run that proves it."""

import json
from pathlib import Path

import numpy as np
import pytest

from analyses.calibrate import covariates as module
from analyses.calibrate.covariates import QUANTITIES, CovariatePlan, calibrate_covariates
from analyses.calibrate.data_swap import SMALLEST_P
from models.patients.covariates import encode_covariates
from models.settings import AnalysisSettings
from models.survival.intervals import time_in_intervals

TRIALS, SEED = 500, 12
STORED = Path(__file__).parents[2] / "fixtures" / "covariate_calibration"
PLAN = CovariatePlan(settings=AnalysisSettings(name="default"), seed=SEED)


@pytest.fixture(scope="module")
def enrolled():
    return module._enrolled(PLAN)


@pytest.fixture(scope="module")
def covariates(enrolled):
    return encode_covariates(enrolled, effects=("age",), strata=("stage",))


def test_a_trial_is_its_number_and_nothing_else(enrolled, covariates):
    truth, patients = module._trial(PLAN, 5, enrolled, covariates)
    again, same = module._trial(PLAN, 5, enrolled, covariates)
    other, _ = module._trial(PLAN, 6, enrolled, covariates)
    assert truth.identical(again)
    assert patients.equals(same)
    assert float(truth["log_hr"].item()) != float(other["log_hr"].item())
    assert patients["time"].max() <= PLAN.follow_up[1]


def test_patients_follow_the_hazards_of_their_covariates(enrolled, covariates):
    """400 trials of 75: events seen against their expectation, within 4 standard errors."""
    excess, variance = 0.0, 0.0
    for number in range(400):
        truth, patients = module._trial(PLAN, number, enrolled, covariates)
        draw = truth.isel(chain=0, draw=0)
        sign = np.where(patients["arm"] == "rt", 0.5, -0.5)
        slope = draw["coefficient"].values
        relative = np.exp(sign * draw["log_hr"].item() + covariates.values @ slope)
        hazard = draw["baseline"].values[covariates.stratum] * relative[:, np.newaxis]
        lived = time_in_intervals(patients["time"].to_numpy(), cuts=PLAN.settings.cuts)
        passed = (hazard * lived).sum(axis=1)
        # Events less cumulative hazard: a martingale, whose variance is the expected events.
        excess += patients["event"].sum() - passed.sum()
        variance += passed.sum()
    assert abs(excess) < 4 * np.sqrt(variance), (excess, np.sqrt(variance))


def test_quantities_are_those_of_the_truth(enrolled, covariates):
    truth, _ = module._trial(PLAN, 3, enrolled, covariates)
    found = dict(zip(QUANTITIES, module._quantities(truth, covariates, PLAN)[0], strict=True))
    assert found["log HR"] == pytest.approx(truth["log_hr"].item())
    assert found["coefficient"] == pytest.approx(truth["coefficient"].item())
    apart = found["S(12) RT"] - found["S(12) control"]
    assert found["S(12) difference"] == pytest.approx(apart)


@pytest.mark.parametrize("name", [path.stem for path in sorted(STORED.glob("*.json"))])
def test_the_default_priors_are_calibrated(made, name):
    """500 trials, every p of 12 above 0.005: by Bonferroni 6 runs in 100 fail by chance."""
    stored = json.loads((STORED / f"{name}.json").read_text(encoding="utf-8"))
    assert stored["plan"]["seed"] == SEED
    assert stored["plan"]["settings"] == PLAN.settings.model_dump(
        mode="json", exclude={"sampler", "fit"}
    )
    made.judge_again(stored, names=QUANTITIES, trials=TRIALS)


@pytest.mark.calibration
def test_ranks_of_the_truths_are_uniform():
    """500 trials: no p-value of 12 below 0.005, so that at most 6 runs in 100 fail by chance."""
    found = calibrate_covariates(PLAN, trials=range(TRIALS))
    smallest = {one.name: round(min(one.chi_square_p, one.ecdf_p), 4) for one in found.quantities}
    assert len(found.failed) <= 0.02 * TRIALS, found.failed
    assert min(smallest.values()) > SMALLEST_P, smallest
