"""Calibration of models of a changing effect: drawn from the prior, simulated, fitted by data swap.

Hazard ratios are RT versus control; differences are RT minus control.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from analyses.calibrate.data_swap import (
    CHAINS,
    PATIENTS,
    TRUTH,
    ModelCalibration,
    RankedBatch,
    calibrate_in_batches,
    describe,
    evenly_spaced,
    rank_quantities,
    stream,
)
from models.estimands import compute_estimands
from models.printed import FollowUpDraws, draw_trials
from models.settings import AnalysisSettings
from models.survival.exposure import exposure_dataset, tabulate
from models.time_varying.effect_nodes import cell_cuts
from models.time_varying.fit import CompiledEffect, compile_time_varying, fit_time_varying
from models.time_varying.prior_draws import draw_effect_prior
from models.time_varying.priors import EffectModel
from models.time_varying.summaries import largest_change, with_average

Array = NDArray[np.float64]

MONTHS, HORIZON, WINDOW = 12.0, 24.0, 24.0
QUANTITIES = (
    "average log HR",
    "RMST(24) difference",
    "S(12) difference",
    "S(12) RT",
    "S(24) control",
    "largest change of log HR",
)


@dataclass(frozen=True, kw_only=True)
class EffectPlan:
    """What is calibrated, on which trials.

    Parameters
    ----------
    model : EffectModel
        Of the truths and of the fits alike.
    settings : AnalysisSettings
        Cut points and prior of the baseline, placement, prior of the log hazard ratio.
    sizes : tuple of int
        Patients in control and RT.
    follow_up : tuple of float
        Shortest and longest follow-up in months, uniform between.
    seed : int
        With its number it fixes each trial.
    draws, tune : int
        Draws of each of 3 chains, of which 33 are ranked among, and of tuning before.
    r_hat, ess : float
        Limits of a fit: what suffices for ranks among 99 draws.
    """

    model: EffectModel
    settings: AnalysisSettings
    sizes: tuple[int, int] = (38, 37)
    follow_up: tuple[float, float] = (7.43, 35.93)
    seed: int = 1
    draws: int = 500
    tune: int = 400
    r_hat: float = 1.02
    ess: float = 100.0


def calibrate_effect(
    plan: EffectPlan,
    *,
    trials: range,
    together: int = 25,
    progress: Callable[[int, int], None] | None = None,
) -> ModelCalibration:
    """Rank the truths of many trials among their posteriors' draws.

    Parameters
    ----------
    plan : EffectPlan
    trials : range
        Numbers of the trials; each is the same in any company.
    together : int
        Trials held in memory at once.
    progress : callable, optional
        Called with (trials done, trials in all).

    Returns
    -------
    ModelCalibration
    """
    compiled = compile_time_varying(plan.model, settings=plan.settings)
    return calibrate_in_batches(
        lambda numbers: _rank(plan, numbers, compiled),
        names=QUANTITIES,
        trials=trials,
        together=together,
        progress=progress,
    )


def effect_calibration_document(plan: EffectPlan, found: ModelCalibration) -> dict[str, object]:
    """Everything of a calibration that is worth keeping, ready for JSON."""
    asked = {
        **asdict(plan),
        "model": plan.model.model_dump(mode="json"),
        "settings": plan.settings.model_dump(mode="json", exclude={"sampler", "fit"}),
    }
    return describe(__file__, asked, found)


def _rank(plan: EffectPlan, numbers: range, compiled: CompiledEffect) -> RankedBatch:
    truths, tables = _trials(plan, numbers)
    tree = fit_time_varying(
        tables,
        compiled=compiled,
        seed=plan.seed,
        chains=CHAINS,
        draws=plan.draws,
        tune=plan.tune,
        r_hat_limit=plan.r_hat,
        ess_limit=plan.ess,
    )
    true = _quantities(truths)[0]
    drawn = _quantities(tree["posterior"].to_dataset().isel(draw=evenly_spaced(plan.draws)))
    ranks = rank_quantities(true, drawn, numbers=numbers, seed=plan.seed)
    fitted = tree["convergence"].to_dataset()
    return RankedBatch(ranks, fitted["attempts"].values, fitted["passed"].values)


def _trials(plan: EffectPlan, numbers: range) -> tuple[xr.Dataset, xr.Dataset]:
    """Truths (draws of one chain) and tables of the trials with these numbers."""
    truths = [
        draw_effect_prior(
            plan.model, settings=plan.settings, draws=1, rng=stream(plan.seed, number, TRUTH)
        )
        for number in numbers
    ]
    cells = cell_cuts(plan.model, cuts=plan.settings.cuts)
    arm = np.repeat([0, 1], plan.sizes)
    early, late = plan.follow_up
    tables = []
    for number, truth in zip(numbers, truths, strict=True):
        drawn = draw_trials(
            truth["hazard"].values[0],
            cuts=cells,
            sizes=plan.sizes,
            follow_up=FollowUpDraws(np.array([late]), late - early, np.zeros(1)),
            grid=0.0,
            rng=stream(plan.seed, number, PATIENTS),
        )
        table = tabulate(drawn.time, drawn.event, arm, cuts=cells)
        tables.append(exposure_dataset(table, cuts=cells, imputation=[number]))
    return xr.concat(truths, dim="draw"), xr.concat(tables, dim="imputation")


def _quantities(draws: xr.Dataset) -> Array:
    """Gather what is ranked, shape (imputation, or chain without sets; draw; quantity)."""
    found = compute_estimands(
        with_average(draws, window=WINDOW),
        survival_months=(MONTHS, HORIZON),
        rmst_months=(HORIZON,),
    )
    parts = [
        found["log_hr"],
        found["rmst_difference"].isel(horizon=0),
        found["survival_difference"].isel(time=0),
        found["survival"].isel(time=0).sel(arm="rt"),
        found["survival"].isel(time=1).sel(arm="control"),
        largest_change(draws),
    ]
    lead = "imputation" if "imputation" in draws.dims else "chain"
    values = [part.transpose(lead, ..., "draw").values for part in parts]
    return np.stack([value.reshape(value.shape[0], -1) for value in values], axis=-1)
