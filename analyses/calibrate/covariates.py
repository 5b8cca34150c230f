"""Calibration of the model with covariates: drawn from its prior, simulated, fitted by data swap.

One covariate (a number) and one stratum of two values. Hazard ratios are RT versus control;
differences are RT minus control, averaged over the patients.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from analyses.calibrate.data_swap import (
    CHAINS,
    PATIENTS,
    SAMPLING,
    TRUTH,
    ModelCalibration,
    RankedBatch,
    calibrate_in_batches,
    describe,
    evenly_spaced,
    rank_quantities,
    stream,
)
from models.check_result import all_passed
from models.patients.covariates import Covariates, encode_covariates
from models.patients.fit import compile_adjusted, fit_adjusted
from models.patients.standardised import standardised_estimands
from models.patients.table import patient_table
from models.placement import POSITIONS
from models.prior_draws import draw_baseline
from models.settings import AnalysisSettings
from models.survival.hazard import time_at_cumulative_hazard
from models.survival.intervals import ARMS, interval_starts

if TYPE_CHECKING:
    from nutpie.sample import CompiledModel

Array = NDArray[np.float64]

MONTHS, HORIZON = 12.0, 24.0
QUANTITIES = (
    "log HR",
    "coefficient",
    "RMST(24) difference",
    "S(12) difference",
    "S(12) RT",
    "S(12) control",
)


@dataclass(frozen=True, kw_only=True)
class CovariatePlan:
    """What is calibrated, on which trials.

    Parameters
    ----------
    settings : AnalysisSettings
        Cut points and prior of the baseline, placement, prior of the log hazard ratio.
    sizes : tuple of int
        Patients in control and RT.
    follow_up : tuple of float
        Shortest and longest follow-up in months, uniform between.
    seed : int
        It fixes the covariates, which all trials share; with its number, each trial.
    draws, tune : int
        Draws of each of 3 chains, of which 33 are ranked among, and of tuning before; a fit that
        does not pass its gates is run again, twice as long.
    """

    settings: AnalysisSettings
    sizes: tuple[int, int] = (38, 37)
    follow_up: tuple[float, float] = (7.43, 35.93)
    seed: int = 1
    draws: int = 1000
    tune: int = 500


def calibrate_covariates(
    plan: CovariatePlan, *, trials: range, progress: Callable[[int, int], None] | None = None
) -> ModelCalibration:
    """Rank the truths of many trials among their posteriors' draws.

    Parameters
    ----------
    plan : CovariatePlan
    trials : range
        Numbers of the trials; each is the same in any company.
    progress : callable, optional
        Called with (trials done, trials in all).

    Returns
    -------
    ModelCalibration
    """
    enrolled = _enrolled(plan)
    covariates = encode_covariates(enrolled, effects=("age",), strata=("stage",))
    compiled = compile_adjusted(
        patient_table(enrolled, covariates, cuts=plan.settings.cuts),
        covariates,
        baseline=plan.settings.baseline,
        placement=plan.settings.placement,
        log_hr=plan.settings.log_hr,
    )
    return calibrate_in_batches(
        lambda numbers: _rank(plan, numbers, enrolled, covariates, compiled),
        names=QUANTITIES,
        trials=trials,
        together=1,
        progress=progress,
    )


def covariate_calibration_document(
    plan: CovariatePlan, found: ModelCalibration
) -> dict[str, object]:
    """Everything of a calibration that is worth keeping, ready for JSON."""
    settings = plan.settings.model_dump(mode="json", exclude={"sampler", "fit"})
    return describe(__file__, {**asdict(plan), "settings": settings}, found)


def _enrolled(plan: CovariatePlan) -> pd.DataFrame:
    """Arm, age and stage of the patients, before anything has happened to them."""
    rng = np.random.default_rng(plan.seed)
    arm = np.repeat(ARMS, plan.sizes)
    return pd.DataFrame(
        {
            "time": 1.0,
            "event": True,
            "arm": pd.Categorical(arm, categories=list(ARMS), ordered=True),
            "age": rng.normal(60.0, 9.0, arm.size),
            "stage": np.where(np.arange(arm.size) % 3 == 0, "III", "IV"),
        }
    )


def _trial(
    plan: CovariatePlan, number: int, enrolled: pd.DataFrame, covariates: Covariates
) -> tuple[xr.Dataset, pd.DataFrame]:
    """Truth of a trial (one draw of one chain) and its patients."""
    settings, rng = plan.settings, stream(plan.seed, number, TRUTH)
    log_hr = float(rng.normal(settings.log_hr.mean, settings.log_hr.sd))
    slope = rng.normal(size=len(covariates.names))
    shape = (len(covariates.strata), len(settings.cuts) + 1)
    # One draw of all strata together: they share the scales of the baseline.
    flat = draw_baseline(settings.baseline, intervals=shape[0] * shape[1], draws=1, rng=rng)
    baseline = flat.reshape(shape)
    walk = ("chain", "draw")
    truth = xr.Dataset(
        {
            "log_hr": (walk, [[log_hr]]),
            "coefficient": ((*walk, "covariate"), slope[np.newaxis, np.newaxis]),
            "baseline": ((*walk, "stratum", "interval"), baseline[np.newaxis, np.newaxis]),
        },
        coords={
            "chain": [0],
            "draw": [0],
            "covariate": covariates.names,
            "stratum": covariates.strata,
            "interval_start": ("interval", interval_starts(settings.cuts)),
        },
    )
    arm = enrolled["arm"].cat.codes.to_numpy()
    position = np.array(POSITIONS[settings.placement])[arm]
    relative = np.exp(position * log_hr + covariates.values @ slope)
    hazard = baseline[covariates.stratum] * relative[:, np.newaxis]
    rng = stream(plan.seed, number, PATIENTS)
    until = time_at_cumulative_hazard(hazard, rng.exponential(size=arm.size), cuts=settings.cuts)
    seen = rng.uniform(*plan.follow_up, arm.size)
    return truth, enrolled.assign(time=np.minimum(until, seen), event=until <= seen)


def _rank(
    plan: CovariatePlan,
    numbers: range,
    enrolled: pd.DataFrame,
    covariates: Covariates,
    compiled: CompiledModel,
) -> RankedBatch:
    """Rank the quantities of one trial, the only one of `numbers`."""
    (number,) = numbers
    truth, patients = _trial(plan, number, enrolled, covariates)
    table = patient_table(patients, covariates, cuts=plan.settings.cuts)
    fit = fit_adjusted(
        compiled.with_data(
            died=table.died.astype(float), lived=table.lived, events=table.events.astype(float)
        ),
        covariates,
        cuts=plan.settings.cuts,
        seed=int(stream(plan.seed, number, SAMPLING).integers(2**31)),
        chains=CHAINS,
        draws=plan.draws,
        tune=plan.tune,
    )
    posterior = fit.tree["posterior"].to_dataset()
    kept = posterior.isel(draw=evenly_spaced(posterior.sizes["draw"]))
    true = _quantities(truth, covariates, plan)
    drawn = _quantities(kept, covariates, plan)[np.newaxis]
    ranks = rank_quantities(true, drawn, numbers=numbers, seed=plan.seed)
    return RankedBatch(ranks, np.array([fit.attempts]), np.array([all_passed(fit.checks)]))


def _quantities(draws: xr.Dataset, covariates: Covariates, plan: CovariatePlan) -> Array:
    """Gather what is ranked, shape (draw of all chains, quantity)."""
    found = standardised_estimands(
        draws,
        covariates,
        cuts=plan.settings.cuts,
        placement=plan.settings.placement,
        survival_months=(MONTHS,),
        rmst_months=(HORIZON,),
    ).isel(time=0, horizon=0)
    parts = [
        found["log_hr"],
        draws["coefficient"].isel(covariate=0),
        found["rmst_difference"],
        found["survival_difference"],
        found["survival"].sel(arm="rt"),
        found["survival"].sel(arm="control"),
    ]
    return np.stack([part.transpose("chain", "draw").values.reshape(-1) for part in parts], axis=-1)
