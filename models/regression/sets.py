"""Draws of many data sets under one compiled model, each until it mixes, pooled in one tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.chain_diagnostics import ChainDiagnostics
from models.regression.nuts import STATS, NutsRun
from models.regression.until_mixed import FittedSet, fit_until_mixed

if TYPE_CHECKING:
    import xarray as xr
    from nutpie.sample import CompiledModel

Array = NDArray[np.float64]
Drawn = Mapping[str, tuple[tuple[str, ...], Sequence[Array]]]

WALKS = ("imputation", "chain", "draw")


def demand_sets(tables: xr.Dataset, *, dims: tuple[str, ...]) -> None:
    """Refuse tables that are not sets, labelled from 0 on, of tables by `dims`.

    Parameters
    ----------
    tables : xarray.Dataset
        `events` by (imputation, ...).
    dims : tuple of str
        Those of one set.

    Raises
    ------
    ValueError
        One sentence.
    """
    if set(tables["events"].dims) != {"imputation", *dims}:
        raise ValueError(
            f"`tables` must have the dims {('imputation', *dims)}, got {tables['events'].dims}; "
            "add one with .expand_dims(imputation=[0])"
        )
    if int(tables["imputation"].min()) < 0:
        raise ValueError(
            f"`imputation` must be labelled from 0 on, got {int(tables['imputation'].min())}"
        )


def fit_sets(
    tables: xr.Dataset,
    *,
    nuts: CompiledModel,
    quantities: Callable[[NutsRun], Array],
    seed: int,
    target_accept: float,
    limits: tuple[float, float],
    chains: int,
    draws: int,
    tune: int,
    cores: int,
    progress: Callable[[int, int], None] | None,
) -> list[FittedSet]:
    """Fit a compiled model to one set after the other.

    Parameters
    ----------
    tables : xarray.Dataset
        `events` and `exposure` by (imputation, ...), the dims behind in the model's order.
    nuts : nutpie.CompiledModel
        Takes new `events` and `exposure` by `with_data`.
    quantities, target_accept, limits, chains, draws, tune, cores
        As in `fit_until_mixed`.
    seed : int
        With the label of a set it fixes that set's draws, whatever the other sets or their order.
    progress : callable, optional
        Called with (sets done, sets in all) after each set.
    """
    labels = tables["imputation"].values
    fitted = []
    for place, label in enumerate(labels):
        data = nuts.with_data(
            events=tables["events"].values[place], exposure=tables["exposure"].values[place]
        )
        fitted.append(
            fit_until_mixed(
                data,
                quantities=quantities,
                seed=seed,
                label=int(label),
                target_accept=target_accept,
                limits=limits,
                chains=chains,
                draws=draws,
                tune=tune,
                cores=cores,
            )
        )
        if progress is not None:
            progress(place + 1, len(labels))
    return fitted


def pool_sets(
    fitted: Sequence[FittedSet],
    drawn: Drawn,
    tables: xr.Dataset,
    *,
    seed: int,
    tune: int,
    quantities: Sequence[str] | None = None,
) -> xr.DataTree:
    """Put the fits of all sets into one tree.

    Parameters
    ----------
    fitted : sequence of FittedSet
    drawn : mapping of str to (tuple of str, sequence of numpy.ndarray)
        Of each variable the dims behind `draw`, and the draws of every set.
    tables : xarray.Dataset
        What was fitted; its coordinates are those of the posterior.
    seed, tune : int
    quantities : sequence of str, optional
        Names of what was judged.

    Returns
    -------
    xarray.DataTree
        `posterior` (imputation, chain, draw, ...); `sample_stats`: nutpie's statistics and
        `e_bfmi` (imputation, chain); `convergence`: `r_hat`, `ess_bulk`, `ess_tail` (imputation,
        quantity), `attempts` and `passed` (imputation). Attributes say what drew them.
    """
    import nutpie
    import pymc as pm
    import xarray as xr

    posterior = xr.Dataset(
        {name: ((*WALKS, *dims), np.stack(values)) for name, (dims, values) in drawn.items()},
        coords={name: tables.coords[name] for name in tables.coords},
    )
    walks = {name: np.arange(posterior.sizes[name]) for name in ("chain", "draw")}
    sets = {"imputation": tables["imputation"].values}
    coords: dict[str, object] = {**sets}
    if quantities is not None:
        coords["quantity"] = list(quantities)
    tree = xr.DataTree.from_dict(
        {
            "posterior": posterior.assign_coords(walks),
            "sample_stats": _statistics(fitted).assign_coords(sets | walks),
            "convergence": _convergence(fitted, coords),
        }
    )
    tree.attrs = {
        "sampler": f"nutpie {nutpie.__version__}",
        "pymc_version": pm.__version__,
        "seed": seed,
        "tune": tune,
    }
    return tree


def _statistics(fitted: Sequence[FittedSet]) -> xr.Dataset:
    import xarray as xr

    return xr.Dataset(
        {name: (WALKS, np.stack([one.run.stats[name] for one in fitted])) for name in STATS}
        | {"e_bfmi": (WALKS[:2], np.stack([one.e_bfmi for one in fitted]))}
    )


def _convergence(fitted: Sequence[FittedSet], coords: Mapping[str, object]) -> xr.Dataset:
    import xarray as xr

    by_quantity = {
        name: (
            ("imputation", "quantity"),
            np.stack([getattr(one.diagnostics, name) for one in fitted]),
        )
        for name in ChainDiagnostics._fields
    }
    by_set = {
        "attempts": ("imputation", np.array([one.attempts for one in fitted])),
        "passed": ("imputation", np.array([one.passed for one in fitted])),
    }
    return xr.Dataset(by_quantity | by_set, coords=coords)
