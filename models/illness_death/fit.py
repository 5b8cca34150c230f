"""Fit the illness-death model to many pseudo-patient sets: compile once, swap the data.

Log hazard ratios are RT versus control, below 0 favours RT; hazards are per month.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.convergence import ESS_LIMIT, R_HAT_LIMIT
from models.illness_death.model import DIMS, build_illness_death, check_table
from models.illness_death.posterior import posterior_attributes
from models.illness_death.priors import TRANSITIONS, IllnessDeathPriors, PooledEffects
from models.regression.nuts import NutsRun, compile_for_nuts
from models.regression.sets import demand_sets, fit_sets, pool_sets
from models.settings import RandomWalkBaseline
from models.survival.intervals import ARMS, interval_labels

if TYPE_CHECKING:
    import xarray as xr
    from nutpie.sample import CompiledModel

Array = NDArray[np.float64]

POOLING = ("effect_centre", "effect_spread")
SHORTEST_WARM_UP = 400


class CompiledIllnessDeath(NamedTuple):
    """Compiled illness-death model.

    Attributes
    ----------
    nuts : nutpie.CompiledModel
        Takes new `events` and `exposure` by `with_data`.
    priors : IllnessDeathPriors
        What it assumes.
    variables : tuple of str
        What is kept of each draw.
    target_accept : float
        Acceptance that its step size aims at: closer to 1 for the narrow ends of pooled effects
        and random walks.
    """

    nuts: CompiledModel
    priors: IllnessDeathPriors
    variables: tuple[str, ...]
    target_accept: float


def compile_illness_death(
    tables: xr.Dataset, *, priors: IllnessDeathPriors
) -> CompiledIllnessDeath:
    """Build and compile the model for tables of one shape; it serves every set.

    Parameters
    ----------
    tables : xarray.Dataset
        `events` and `exposure` by ([imputation,] transition, arm, interval), as
        `transition_table` makes them; only intervals and clock matter.
    priors : IllnessDeathPriors
        What is assumed of hazards and effects.

    Returns
    -------
    CompiledIllnessDeath
    """
    one = tables.isel(imputation=0) if "imputation" in tables.dims else tables
    pooled = isinstance(priors.effects, PooledEffects)
    walks = any(isinstance(own.baseline, RandomWalkBaseline) for own in priors.of_each())
    variables = ("log_hr", "hazard", *(POOLING if pooled else ()))
    model = build_illness_death(one, priors=priors)
    return CompiledIllnessDeath(
        nuts=compile_for_nuts(model, variables=variables),
        priors=priors,
        variables=variables,
        target_accept=0.95 if pooled or walks else 0.8,
    )


def fit_illness_death(
    tables: xr.Dataset,
    *,
    compiled: CompiledIllnessDeath,
    seed: int,
    chains: int = 4,
    draws: int = 1000,
    tune: int = SHORTEST_WARM_UP,
    cores: int = 1,
    r_hat_limit: float = R_HAT_LIMIT,
    ess_limit: float = ESS_LIMIT,
    progress: Callable[[int, int], None] | None = None,
) -> xr.DataTree:
    """Fit the compiled model to each set and pool the draws over `imputation`.

    A set whose chains do not pass is run again, twice as long and with finer steps each time,
    and thinned to the common number of draws. `demand_convergence` stops at sets that never pass.

    Parameters
    ----------
    tables : xarray.Dataset
        `events` and `exposure` (person-months) by (imputation, transition, arm, interval); the
        labels of `imputation` are integers of at least 0.
    compiled : CompiledIllnessDeath
        From `compile_illness_death`.
    seed : int
        With the label of a set it fixes that set's draws, whatever the other sets, their order
        or `cores`.
    chains, draws, tune : int
        Chains, draws kept of each, and draws of tuning before.
    cores : int
        Chains run at the same time.
    r_hat_limit, ess_limit : float
        Largest R-hat and smallest bulk and tail effective sample size of log hazard ratios,
        hazards and, where effects are pooled, their centre and spread.
    progress : callable, optional
        Called with (sets done, sets in all) after each set.

    Returns
    -------
    xarray.DataTree
        `posterior`: `log_hr` (imputation, chain, draw, transition), `hazard` (..., transition,
        arm, interval), and of pooled effects `effect_centre` and `effect_spread`.
        `sample_stats`: nutpie's statistics and `e_bfmi` (imputation, chain).
        `convergence`: `r_hat`, `ess_bulk`, `ess_tail` (imputation, quantity), `attempts` and
        `passed` (imputation). `constant_data`: `cuts` (cut), months. Attributes as in
        `models.illness_death.posterior`.

    Raises
    ------
    ValueError
        If the tables have other dims, cut points or another clock than the compiled model, or a
        label of `imputation` is negative.
    """
    demand_sets(tables, dims=DIMS)
    check_table(tables.isel(imputation=0), priors=compiled.priors)
    tables = tables.transpose("imputation", *DIMS)
    fitted = fit_sets(
        tables,
        nuts=compiled.nuts,
        quantities=lambda run: _judged(run, compiled.priors),
        seed=seed,
        target_accept=compiled.target_accept,
        limits=(r_hat_limit, ess_limit),
        chains=chains,
        draws=draws,
        tune=tune,
        cores=cores,
        progress=progress,
    )
    own = {"log_hr": ("transition",), "hazard": DIMS}
    drawn = {
        name: (own.get(name, ()), [one.run.draws[name] for one in fitted])
        for name in compiled.variables
    }
    names = _names(compiled.priors)
    tree = pool_sets(fitted, drawn, tables, seed=seed, tune=tune, quantities=names)
    return _described(tree, compiled.priors)


def _judged(run: NutsRun, priors: IllnessDeathPriors) -> Array:
    """Everything that must mix, shape (chain, draw, quantity), in the order of `_names`."""
    log_hr, hazard = run.draws["log_hr"], run.draws["hazard"]
    if priors.effects.kind == "common":
        log_hr = log_hr[..., :1]
    own = [
        hazard[:, :, transition, :, np.unique(place, return_index=True)[1]]
        for transition, place in enumerate(priors.places())
    ]
    walks = hazard.shape[:2]
    moved = [np.moveaxis(part, 0, -1).reshape(*walks, -1) for part in own]
    pooling = [run.draws[name][..., np.newaxis] for name in POOLING if name in run.draws]
    return np.concatenate([log_hr, *moved, *pooling], axis=-1)


def _names(priors: IllnessDeathPriors) -> list[str]:
    """Names of the judged quantities."""
    common = priors.effects.kind == "common"
    names = ["log_hr"] if common else [f"log_hr {name}" for name in TRANSITIONS]
    for name, own in zip(TRANSITIONS, priors.of_each(), strict=True):
        names += [
            f"hazard {name} {arm} {interval}"
            for arm in ARMS
            for interval in interval_labels(own.cuts)
        ]
    return names + (list(POOLING) if isinstance(priors.effects, PooledEffects) else [])


def _described(tree: xr.DataTree, priors: IllnessDeathPriors) -> xr.DataTree:
    """Add the cut points of the common intervals, and what the draws are of."""
    import xarray as xr

    tree["constant_data"] = xr.DataTree(xr.Dataset({"cuts": ("cut", np.array(priors.cuts()))}))
    tree.attrs = {
        **posterior_attributes(clock=priors.clock),
        "priors": priors.model_dump_json(),
        **tree.attrs,
    }
    return tree
