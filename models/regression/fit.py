"""Fit the proportional-hazards model to many pseudo-patient sets: compile once, swap the data.

Log hazard ratios are RT versus control, below 0 favours RT; hazards are per month.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.convergence import ESS_LIMIT, R_HAT_LIMIT
from models.regression.nuts import NutsRun, compile_for_nuts
from models.regression.proportional_hazards import build_proportional_hazards
from models.regression.sets import demand_sets, fit_sets, pool_sets
from models.settings import Baseline, NormalPrior, Placement, RandomWalkBaseline

if TYPE_CHECKING:
    import xarray as xr
    from nutpie.sample import CompiledModel

VARIABLES = ("log_hr", "hazard")
DIMS = ("arm", "interval")


class CompiledRegression(NamedTuple):
    """Compiled proportional-hazards model.

    Attributes
    ----------
    nuts : nutpie.CompiledModel
        Takes new `events` and `exposure` by `with_data`.
    target_accept : float
        Acceptance that its step size aims at: closer to 1 for the curved random walk.
    """

    nuts: CompiledModel
    target_accept: float


def compile_proportional_hazards(
    tables: xr.Dataset, *, baseline: Baseline, placement: Placement, log_hr: NormalPrior
) -> CompiledRegression:
    """Build and compile the model for tables of one shape; it serves every endpoint and set.

    Parameters
    ----------
    tables : xarray.Dataset
        `events` and `exposure` by ([imputation,] arm, interval); only its intervals matter.
    baseline : GammaBaseline, HierarchicalGammaBaseline or RandomWalkBaseline
        Prior of the baseline hazards.
    placement : {"control", "symmetric"}
        Whether the baseline is the control hazard or the geometric mean of both arms.
    log_hr : NormalPrior
        Prior of the log hazard ratio.

    Returns
    -------
    CompiledRegression
    """
    one = tables.isel(imputation=0) if "imputation" in tables.dims else tables
    model = build_proportional_hazards(one, baseline=baseline, placement=placement, log_hr=log_hr)
    return CompiledRegression(
        nuts=compile_for_nuts(model, variables=VARIABLES),
        target_accept=0.95 if isinstance(baseline, RandomWalkBaseline) else 0.8,
    )


def fit_imputations(
    tables: xr.Dataset,
    *,
    compiled: CompiledRegression,
    seed: int,
    chains: int = 4,
    draws: int = 500,
    tune: int = 300,
    cores: int = 1,
    r_hat_limit: float = R_HAT_LIMIT,
    ess_limit: float = ESS_LIMIT,
    progress: Callable[[int, int], None] | None = None,
) -> xr.DataTree:
    """Fit the compiled model to each set and pool the draws over `imputation`.

    A set whose chains do not pass is run again, twice as long and with finer steps each time,
    and thinned to the common number of draws.

    Parameters
    ----------
    tables : xarray.Dataset
        `events` and `exposure` (person-months) by (imputation, arm, interval); the labels of
        `imputation` are integers of at least 0.
    compiled : CompiledRegression
        From `compile_proportional_hazards`.
    seed : int
        With the label of a set it fixes that set's draws, whatever the other sets, their order
        or `cores`.
    chains, draws, tune : int
        Chains, draws kept of each, and draws of tuning before.
    cores : int
        Chains run at the same time.
    r_hat_limit, ess_limit : float
        Largest R-hat and smallest bulk and tail effective sample size of `log_hr` and hazards.
    progress : callable, optional
        Called with (sets done, sets in all) after each set.

    Returns
    -------
    xarray.DataTree
        `posterior`: `log_hr` (imputation, chain, draw), `hazard` (..., arm, interval).
        `sample_stats`: nutpie's statistics and `e_bfmi` (imputation, chain).
        `convergence`: `r_hat`, `ess_bulk`, `ess_tail` (imputation, quantity), `attempts` and
        `passed` (imputation).

    Raises
    ------
    ValueError
        If the tables have other dims or a label of `imputation` is negative.
    """
    demand_sets(tables, dims=DIMS)
    tables = tables.transpose("imputation", *DIMS)
    fitted = fit_sets(
        tables,
        nuts=compiled.nuts,
        quantities=_quantities,
        seed=seed,
        target_accept=compiled.target_accept,
        limits=(r_hat_limit, ess_limit),
        chains=chains,
        draws=draws,
        tune=tune,
        cores=cores,
        progress=progress,
    )
    drawn = {
        "log_hr": ((), [one.run.draws["log_hr"] for one in fitted]),
        "hazard": (DIMS, [one.run.draws["hazard"] for one in fitted]),
    }
    return pool_sets(fitted, drawn, tables, seed=seed, tune=tune, quantities=_names(tables))


def _quantities(run: NutsRun) -> NDArray[np.float64]:
    """`log_hr` and then each hazard, control first, shape (chain, draw, 1 + 2 K)."""
    log_hr, hazard = run.draws["log_hr"], run.draws["hazard"]
    flat = hazard.reshape(*log_hr.shape, -1)
    return np.concatenate((log_hr[..., np.newaxis], flat), axis=-1)


def _names(tables: xr.Dataset) -> list[str]:
    """Names of the judged quantities."""
    return ["log_hr"] + [
        f"hazard {arm} {interval}"
        for arm in tables["arm"].values
        for interval in tables["interval"].values
    ]
