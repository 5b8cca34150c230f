"""Calibration of models of a changing effect: drawn from the prior, simulated, fitted by data swap.

Hazard ratios are RT versus control; differences are RT minus control.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from analyses.calibrate.illness_death import CHAINS, KEPT, RankedQuantity, judge_quantity
from analyses.calibrate.made_by import made_by
from analyses.calibrate.rank import rank_among
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


@dataclass(frozen=True, kw_only=True)
class EffectCalibration:
    """Outcome of a calibration.

    Parameters
    ----------
    quantities : tuple of RankedQuantity
    failed : tuple of int
        Numbers of the trials whose chains did not mix; their ranks count all the same.
    attempts : float
        Mean number of runs of a trial.
    """

    quantities: tuple[RankedQuantity, ...]
    failed: tuple[int, ...]
    attempts: float


def calibrate_effect(
    plan: EffectPlan,
    *,
    trials: range,
    together: int = 25,
    progress: Callable[[int, int], None] | None = None,
) -> EffectCalibration:
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
    EffectCalibration
    """
    compiled = compile_time_varying(plan.model, settings=plan.settings)
    ranks: list[Array] = []
    attempts: list[Array] = []
    failed: list[int] = []
    for start in range(0, len(trials), together):
        numbers = trials[start : start + together]
        found, fitted = _rank(plan, numbers, compiled)
        ranks.append(found)
        attempts.append(fitted["attempts"].values)
        failed += [n for n, ok in zip(numbers, fitted["passed"].values, strict=True) if not ok]
        if progress is not None:
            progress(start + len(numbers), len(trials))
    together_ranks = np.concatenate(ranks)
    return EffectCalibration(
        quantities=tuple(
            judge_quantity(name, together_ranks[:, place]) for place, name in enumerate(QUANTITIES)
        ),
        failed=tuple(failed),
        attempts=float(np.concatenate(attempts).mean()),
    )


def effect_calibration_document(plan: EffectPlan, found: EffectCalibration) -> dict[str, object]:
    """Everything of a calibration that is worth keeping, ready for JSON."""
    return {
        "schema_version": 1,
        **made_by(__file__),
        "plan": {
            **asdict(plan),
            "model": plan.model.model_dump(mode="json"),
            "settings": plan.settings.model_dump(mode="json", exclude={"sampler", "fit"}),
        },
        "trials": len(found.quantities[0].ranks),
        "failed": list(found.failed),
        "mean_attempts": found.attempts,
        "passed": all(one.passed for one in found.quantities),
        "quantities": [asdict(one) for one in found.quantities],
    }


def _rank(plan: EffectPlan, numbers: range, compiled: CompiledEffect) -> tuple[Array, xr.Dataset]:
    """Ranks by (trial, quantity), and how the fits went."""
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
    picks = ((np.arange(KEPT) + 0.5) * plan.draws / KEPT).astype(int)
    true = _quantities(truths)[0]
    drawn = _quantities(tree["posterior"].to_dataset().isel(draw=picks))
    ranks = [
        [
            rank_among(true[row, place], drawn[row, :, place], rng=_rng(plan, number, 2))
            for place in range(len(QUANTITIES))
        ]
        for row, number in enumerate(numbers)
    ]
    return np.array(ranks), tree["convergence"].to_dataset()


def _trials(plan: EffectPlan, numbers: range) -> tuple[xr.Dataset, xr.Dataset]:
    """Truths (draws of one chain) and tables of the trials with these numbers."""
    truths = [
        draw_effect_prior(plan.model, settings=plan.settings, draws=1, rng=_rng(plan, number, 0))
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
            rng=_rng(plan, number, 1),
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


def _rng(plan: EffectPlan, number: int, purpose: int) -> np.random.Generator:
    """Numbers of one trial for one purpose: its truth, its patients, or breaking ties."""
    return np.random.default_rng(np.random.SeedSequence(plan.seed, spawn_key=(number, purpose)))
