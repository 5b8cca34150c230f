"""Fit a model of a changing effect to many pseudo-patient sets: compile once, swap the data.

Log hazard ratios are RT versus control, below 0 favours RT; hazards are per month.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.convergence import ESS_LIMIT, R_HAT_LIMIT
from models.placement import POSITIONS
from models.regression.nuts import NutsRun, compile_for_nuts
from models.regression.sets import demand_sets, fit_sets, pool_sets
from models.settings import AnalysisSettings
from models.survival.exposure import Exposure, exposure_dataset
from models.survival.intervals import interval_starts
from models.time_varying.effect_nodes import baseline_interval, cell_cuts
from models.time_varying.model import DIMS, KEPT, build_time_varying
from models.time_varying.posterior import posterior_attributes
from models.time_varying.priors import DelayedEffect, EffectModel, RandomWalkEffect

if TYPE_CHECKING:
    import xarray as xr
    from nutpie.sample import CompiledModel

Array = NDArray[np.float64]

SHORTEST_WARM_UP = 400


class CompiledEffect(NamedTuple):
    """Compiled model of a changing effect.

    Attributes
    ----------
    nuts : nutpie.CompiledModel
        Takes new `events` and `exposure` by `with_data`.
    model : EffectModel
        How the effect changes.
    settings : AnalysisSettings
        Cut points and prior of the baseline, placement, prior of the log hazard ratio.
    target_accept : float
        Acceptance that its step size aims at: closer to 1 for the narrow end of a random walk.
    """

    nuts: CompiledModel
    model: EffectModel
    settings: AnalysisSettings
    target_accept: float


def compile_time_varying(model: EffectModel, *, settings: AnalysisSettings) -> CompiledEffect:
    """Build and compile a model; it serves every set and endpoint.

    Parameters
    ----------
    model : EffectModel
        How the effect changes.
    settings : AnalysisSettings
        Cut points and prior of the baseline, placement, prior of the log hazard ratio.

    Returns
    -------
    CompiledEffect
    """
    cells = cell_cuts(model, cuts=settings.cuts)
    shape = (2, len(cells) + 1)
    empty = exposure_dataset(Exposure(np.zeros(shape, np.int64), np.ones(shape)), cuts=cells)
    built = build_time_varying(
        empty,
        model=model,
        cuts=settings.cuts,
        baseline=settings.baseline,
        placement=settings.placement,
        log_hr=settings.log_hr,
    )
    return CompiledEffect(
        nuts=compile_for_nuts(built, variables=KEPT[model.kind]),
        model=model,
        settings=settings,
        target_accept=0.95 if isinstance(model, RandomWalkEffect) else 0.85,
    )


def fit_time_varying(
    tables: xr.Dataset,
    *,
    compiled: CompiledEffect,
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
    and thinned to the common number of draws.

    Parameters
    ----------
    tables : xarray.Dataset
        `events` and `exposure` (person-months) by (imputation, arm, interval), the intervals
        being the model's cells; the labels of `imputation` are integers of at least 0.
    compiled : CompiledEffect
        From `compile_time_varying`.
    seed : int
        With the label of a set it fixes that set's draws, whatever the other sets, their order
        or `cores`.
    chains, draws, tune : int
        Chains, draws kept of each, and draws of tuning before.
    cores : int
        Chains run at the same time.
    r_hat_limit, ess_limit : float
        Largest R-hat and smallest bulk and tail effective sample size of what is judged.
    progress : callable, optional
        Called with (sets done, sets in all) after each set.

    Returns
    -------
    xarray.DataTree
        `posterior`: `log_hr` (imputation, chain, draw, interval), `hazard` (..., arm, interval)
        per month, and where the model has it `delay`, `half_life` (months) or `step_sd`.
        `sample_stats`: nutpie's statistics and `e_bfmi` (imputation, chain).
        `convergence`: `r_hat`, `ess_bulk`, `ess_tail` (imputation, quantity), `attempts` and
        `passed` (imputation). `constant_data`: `cuts` (cut), months. Attributes as in
        `models.time_varying.posterior`.

    Raises
    ------
    ValueError
        If the tables have other dims or cells than the model, or a label of `imputation` is
        negative.
    """
    _check_sets(tables, compiled)
    tables = tables.transpose("imputation", *DIMS)
    fitted = fit_sets(
        tables,
        nuts=compiled.nuts,
        quantities=lambda run: _judged(run, compiled.model),
        seed=seed,
        target_accept=compiled.target_accept,
        limits=(r_hat_limit, ess_limit),
        chains=chains,
        draws=draws,
        tune=tune,
        cores=cores,
        progress=progress,
    )
    own = {"log_hr": ("interval",), "hazard": DIMS}
    sets = [
        _draws(one.run, compiled, np.random.default_rng(_stream(seed, int(label))))
        for one, label in zip(fitted, tables["imputation"].values, strict=True)
    ]
    drawn = {name: (own.get(name, ()), [one[name] for one in sets]) for name in sets[0]}
    tree = pool_sets(fitted, drawn, tables, seed=seed, tune=tune)
    return _described(tree, compiled)


def _check_sets(tables: xr.Dataset, compiled: CompiledEffect) -> None:
    demand_sets(tables, dims=DIMS)
    cells = cell_cuts(compiled.model, cuts=compiled.settings.cuts)
    found = tables["interval_start"].values[1:]
    if tuple(found) != cells:
        raise ValueError(
            f"`tables` have the cut points {found.tolist()}, this model needs {list(cells)}; "
            "tabulate with `cell_cuts`"
        )


def _judged(run: NutsRun, model: EffectModel) -> Array:
    """Everything that must mix, shape (chain, draw, quantity)."""
    drawn = [run.draws[name] for name in KEPT[model.kind] if name != "log_delay_share"]
    if isinstance(model, DelayedEffect):
        # Where no event tells the delay, its shares are constants; with the effect they still move.
        share = np.exp(run.draws["log_delay_share"])
        drawn.append(run.draws["effect"] * (share @ np.array(model.months)))
    parts = [values.reshape(*values.shape[:2], -1) for values in drawn]
    return np.concatenate(parts, axis=-1)


def _draws(run: NutsRun, compiled: CompiledEffect, rng: np.random.Generator) -> dict[str, Array]:
    """Log hazard ratios, hazards and the model's own parameter by (chain, draw, ...)."""
    if not isinstance(compiled.model, DelayedEffect):
        return {name: run.draws[name] for name in KEPT[compiled.model.kind]}
    reached = np.cumsum(np.exp(run.draws["log_delay_share"]), axis=-1)
    place = (reached < rng.random(reached.shape[:-1])[..., np.newaxis]).sum(axis=-1)
    months = np.array(compiled.model.months)
    delay = months[np.minimum(place, months.size - 1)]
    cuts = compiled.settings.cuts
    cells = cell_cuts(compiled.model, cuts=cuts)
    begun = interval_starts(cells) >= delay[..., np.newaxis]
    log_hr = np.where(begun, run.draws["effect"][..., np.newaxis], 0.0)
    baseline = run.draws["baseline"][..., baseline_interval(cells, cuts=cuts)]
    position = np.array(POSITIONS[compiled.settings.placement])[:, np.newaxis]
    hazard = baseline[..., np.newaxis, :] * np.exp(position * log_hr[..., np.newaxis, :])
    return {"log_hr": log_hr, "hazard": hazard, "delay": delay}


def _stream(seed: int, label: int) -> np.random.SeedSequence:
    """Seed of what is drawn beside one set's chains."""
    return np.random.SeedSequence(seed, spawn_key=(label, 99))


def _described(tree: xr.DataTree, compiled: CompiledEffect) -> xr.DataTree:
    """Add the cut points of the cells, and what the draws are of."""
    import xarray as xr

    cells = cell_cuts(compiled.model, cuts=compiled.settings.cuts)
    tree["constant_data"] = xr.DataTree(xr.Dataset({"cuts": ("cut", np.array(cells))}))
    tree.attrs = {
        **posterior_attributes(compiled.model),
        "settings": compiled.settings.model_dump_json(),
        **tree.attrs,
    }
    return tree
