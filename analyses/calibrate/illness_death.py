"""Calibration of the illness-death model: drawn from its prior, simulated, fitted by data swap.

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
from models.illness_death.estimands import illness_death_estimands
from models.illness_death.exposure import tabulate_transitions, transition_dataset
from models.illness_death.fit import CompiledIllnessDeath, compile_illness_death, fit_illness_death
from models.illness_death.posterior import pack_posterior
from models.illness_death.prior_draws import draw_illness_death_prior, draw_patients
from models.illness_death.priors import TRANSITIONS, IllnessDeathPriors

Array = NDArray[np.float64]

MONTHS, HORIZON = 12.0, 24.0
QUANTITIES = (
    *(f"HR {name}" for name in TRANSITIONS),
    "RMST(24) difference OS",
    "S(12) difference OS",
    "RMST(24) difference PFS",
    "S(12) RT OS",
)


@dataclass(frozen=True, kw_only=True)
class IllnessDeathPlan:
    """What is calibrated, on which trials.

    Parameters
    ----------
    priors : IllnessDeathPriors
        Of the truths and of the model alike.
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

    priors: IllnessDeathPriors
    sizes: tuple[int, int] = (38, 37)
    follow_up: tuple[float, float] = (7.43, 35.93)
    seed: int = 1
    draws: int = 500
    tune: int = 400
    r_hat: float = 1.02
    ess: float = 100.0


def calibrate_illness_death(
    plan: IllnessDeathPlan,
    *,
    trials: range,
    together: int = 25,
    progress: Callable[[int, int], None] | None = None,
) -> ModelCalibration:
    """Rank the truths of many trials among their posteriors' draws.

    Parameters
    ----------
    plan : IllnessDeathPlan
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
    compiled = compile_illness_death(_table(plan, trials[:1])[1], priors=plan.priors)
    return calibrate_in_batches(
        lambda numbers: _rank(plan, numbers, compiled),
        names=QUANTITIES,
        trials=trials,
        together=together,
        progress=progress,
    )


def calibration_document(plan: IllnessDeathPlan, found: ModelCalibration) -> dict[str, object]:
    """Everything of a calibration that is worth keeping, ready for JSON."""
    asked = {**asdict(plan), "priors": plan.priors.model_dump(mode="json")}
    return describe(__file__, asked, found)


def _rank(plan: IllnessDeathPlan, numbers: range, compiled: CompiledIllnessDeath) -> RankedBatch:
    truths, tables = _table(plan, numbers)
    tree = fit_illness_death(
        tables,
        compiled=compiled,
        seed=plan.seed,
        chains=CHAINS,
        draws=plan.draws,
        tune=plan.tune,
        r_hat_limit=plan.r_hat,
        ess_limit=plan.ess,
    )
    posterior = tree["posterior"].to_dataset().isel(draw=evenly_spaced(plan.draws))
    thinned = xr.DataTree.from_dict({"posterior": posterior})
    thinned.attrs = tree.attrs
    true, drawn = _quantities(truths)[0], _quantities(thinned)
    ranks = rank_quantities(true, drawn, numbers=numbers, seed=plan.seed)
    fitted = tree["convergence"].to_dataset()
    return RankedBatch(ranks, fitted["attempts"].values, fitted["passed"].values)


def _table(plan: IllnessDeathPlan, numbers: range) -> tuple[xr.DataTree, xr.Dataset]:
    """Truths (draws of one chain) and tables of the trials with these numbers."""
    trees = [
        draw_illness_death_prior(plan.priors, draws=1, rng=stream(plan.seed, number, TRUTH))
        for number in numbers
    ]
    posteriors = [tree["posterior"].to_dataset() for tree in trees]
    truths = xr.DataTree.from_dict({"posterior": xr.concat(posteriors, dim="draw")})
    truths.attrs = trees[0].attrs
    arm = np.repeat([0, 1], plan.sizes)
    tables = []
    for number, posterior in zip(numbers, posteriors, strict=True):
        rng = stream(plan.seed, number, PATIENTS)
        follow_up = rng.uniform(*plan.follow_up, (1, arm.size))
        packed = pack_posterior(posterior, clock=plan.priors.clock).packed
        patients = draw_patients(packed, arm_index=arm, follow_up=follow_up, rng=rng)
        cuts, clock = plan.priors.cuts(), plan.priors.clock
        table = tabulate_transitions(patients, arm, cuts=cuts, clock=clock)
        tables.append(transition_dataset(table, cuts=cuts, clock=clock, imputation=[number]))
    return truths, xr.concat(tables, dim="imputation")


def _quantities(tree: xr.DataTree) -> Array:
    """Gather what is ranked, shape (imputation, or chain without sets; draw; quantity)."""
    found = illness_death_estimands(tree, survival_months=(MONTHS,), rmst_months=(HORIZON,))
    found = found.isel(time=0, horizon=0)
    ratio = found["transition_hazard_ratio"]
    os, pfs = (found.sel(endpoint=name) for name in ("os", "pfs"))
    parts = [ratio.sel(transition=name, drop=True) for name in TRANSITIONS]
    parts += [os["rmst_difference"], os["survival_difference"], pfs["rmst_difference"]]
    parts += [os["survival"].sel(arm="rt")]
    lead = "imputation" if "imputation" in found.dims else "chain"
    values = [part.transpose(lead, ..., "draw").values for part in parts]
    return np.stack([value.reshape(value.shape[0], -1) for value in values], axis=-1)
