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

from analyses.calibrate.illness_death import CHAINS, KEPT, RankedQuantity, judge_quantity
from analyses.calibrate.made_by import made_by
from analyses.calibrate.rank import rank_among
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


@dataclass(frozen=True, kw_only=True)
class CovariateCalibration:
    """Outcome of a calibration.

    Parameters
    ----------
    quantities : tuple of RankedQuantity
    failed : tuple of int
        Numbers of the trials whose fit failed a gate; their ranks count all the same.
    attempts : float
        Mean number of runs of a trial.
    """

    quantities: tuple[RankedQuantity, ...]
    failed: tuple[int, ...]
    attempts: float


def calibrate_covariates(
    plan: CovariatePlan, *, trials: range, progress: Callable[[int, int], None] | None = None
) -> CovariateCalibration:
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
    CovariateCalibration
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
    ranks: list[Array] = []
    attempts: list[int] = []
    failed: list[int] = []
    for done, number in enumerate(trials, start=1):
        found, tries, passed = _rank(plan, number, enrolled, covariates, compiled)
        ranks.append(found)
        attempts.append(tries)
        failed += [] if passed else [number]
        if progress is not None:
            progress(done, len(trials))
    every = np.array(ranks)
    return CovariateCalibration(
        quantities=tuple(
            judge_quantity(name, every[:, place]) for place, name in enumerate(QUANTITIES)
        ),
        failed=tuple(failed),
        attempts=float(np.mean(attempts)),
    )


def covariate_calibration_document(
    plan: CovariatePlan, found: CovariateCalibration
) -> dict[str, object]:
    """Everything of a calibration that is worth keeping, ready for JSON."""
    settings = plan.settings.model_dump(mode="json", exclude={"sampler", "fit"})
    return {
        "schema_version": 1,
        **made_by(__file__),
        "plan": {**asdict(plan), "settings": settings},
        "trials": len(found.quantities[0].ranks),
        "failed": list(found.failed),
        "mean_attempts": found.attempts,
        "passed": all(one.passed for one in found.quantities),
        "quantities": [asdict(one) for one in found.quantities],
    }


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
    settings, rng = plan.settings, _rng(plan, number, 0)
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
    rng = _rng(plan, number, 1)
    until = time_at_cumulative_hazard(hazard, rng.exponential(size=arm.size), cuts=settings.cuts)
    seen = rng.uniform(*plan.follow_up, arm.size)
    return truth, enrolled.assign(time=np.minimum(until, seen), event=until <= seen)


def _rank(
    plan: CovariatePlan,
    number: int,
    enrolled: pd.DataFrame,
    covariates: Covariates,
    compiled: CompiledModel,
) -> tuple[Array, int, bool]:
    """Ranks of one trial's quantities, runs it took, and whether its gates hold."""
    truth, patients = _trial(plan, number, enrolled, covariates)
    table = patient_table(patients, covariates, cuts=plan.settings.cuts)
    fit = fit_adjusted(
        compiled.with_data(
            died=table.died.astype(float), lived=table.lived, events=table.events.astype(float)
        ),
        covariates,
        cuts=plan.settings.cuts,
        seed=int(_rng(plan, number, 3).integers(2**31)),
        chains=CHAINS,
        draws=plan.draws,
        tune=plan.tune,
    )
    posterior = fit.tree["posterior"].to_dataset()
    picks = ((np.arange(KEPT) + 0.5) * posterior.sizes["draw"] / KEPT).astype(int)
    true = _quantities(truth, covariates, plan)[0]
    drawn = _quantities(posterior.isel(draw=picks), covariates, plan)
    rng = _rng(plan, number, 2)
    ranks = [rank_among(true[place], drawn[:, place], rng=rng) for place in range(len(QUANTITIES))]
    return np.array(ranks), fit.attempts, all_passed(fit.checks)


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


def _rng(plan: CovariatePlan, number: int, purpose: int) -> np.random.Generator:
    """Numbers of one trial for one purpose: truth, patients, breaking ties, or chains."""
    return np.random.default_rng(np.random.SeedSequence(plan.seed, spawn_key=(number, purpose)))
