"""Results of a sweep as one labelled dataset, and as a tidy table."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from simulate.operating.characteristics import QUANTILES
from simulate.operating.tally import outcome_names
from simulate.sweep.cell import Cell
from simulate.sweep.figures import Figure, figures
from simulate.sweep.result import BATCHES, MEASURES, CellResult
from simulate.sweep.stack import Stack
from simulate.sweep.sweep import Sweep

COLUMNS = ("endpoint", "look", "outcome", "measure", "quantile")


def sweep_dataset(
    sweep: Sweep, cells: Sequence[Cell], results: Sequence[CellResult | None]
) -> xr.Dataset:
    """Lay out what the cells found.

    Parameters
    ----------
    sweep : Sweep
    cells : sequence of Cell
        From `sweep_cells`.
    results : sequence of CellResult or None
        One a cell; None where none is finished yet.

    Returns
    -------
    xarray.Dataset
        Dims are those of the grid (product), or `point` from 1 with them as coordinates (zip,
        listed points), and `endpoint look outcome measure quantile batch`; derived quantities are
        coordinates, too. Looks count from 1. Every estimate has its Monte Carlo standard error
        under the same name with `_se`; hazard ratios are RT versus control.
    """
    stack = Stack(results)
    dims = tuple(sweep.grid) if sweep.layout() == "product" else ("point",)
    shape = tuple(len(dim.taken()) for dim in sweep.grid.values())
    shape = shape if sweep.layout() == "product" else (len(cells),)
    variables: dict[str, Any] = {}
    for figure in figures(stack):
        variables |= _variables(figure, dims, shape)
    return xr.Dataset(
        variables,
        coords=_labels(stack) | _points(sweep, cells, dims, shape),
        attrs={
            "sweep": sweep.name,
            "design": cells[0].design.name,
            "seed": sweep.seed,
            "direction": "hazard ratios are RT versus control, below 1 favours RT",
        },
    )


def _variables(figure: Figure, dims: tuple[str, ...], shape: tuple[int, ...]) -> dict[str, Any]:
    """Give a figure the dims of the grid, and its error a variable of its own."""
    whole = (*dims, *figure.dims)
    laid = {figure.name: (whole, figure.value.reshape(*shape, *figure.value.shape[1:]))}
    if figure.error is not None:
        error = figure.error.reshape(*shape, *figure.error.shape[1:])
        laid[f"{figure.name}_se"] = (whole, error)
    return laid


def _labels(stack: Stack) -> dict[str, Any]:
    return {
        "endpoint": list(stack.endpoints),
        "look": np.arange(1, stack.sizes["look"] + 1),
        "outcome": list(outcome_names()),
        "measure": list(MEASURES),
        "quantile": list(QUANTILES),
        "batch": np.arange(BATCHES),
    }


def _points(
    sweep: Sweep, cells: Sequence[Cell], dims: tuple[str, ...], shape: tuple[int, ...]
) -> dict[str, Any]:
    """Coordinates: values of the dims, and of what is derived from them."""
    coords: dict[str, Any] = {}
    if sweep.layout() == "product":
        coords |= {name: _column(list(dim.taken())) for name, dim in sweep.grid.items()}
    else:
        coords["point"] = np.arange(1, len(cells) + 1)
        for name in sweep.grid:
            coords[name] = ("point", _column([cell.point[name] for cell in cells]))
    for name in sweep.derived:
        values = _column([cell.derived[name] for cell in cells])
        coords[name] = (dims, values.reshape(shape))
    return coords


def _column(values: Sequence[object]) -> NDArray[Any]:
    """Values of one kind as they are, of several kinds as text."""
    kinds = {type(value) for value in values}
    if len(kinds) > 1 and not kinds <= {int, float}:
        return np.array([str(value) for value in values])
    return np.array(values)


def sweep_table(dataset: xr.Dataset) -> pd.DataFrame:
    """Tidy table, one row for each estimate of each cell.

    Parameters
    ----------
    dataset : xarray.Dataset
        From `sweep_dataset`.

    Returns
    -------
    pandas.DataFrame
        The grid's fields and derived quantities, `quantity`, `endpoint`, `look`, `outcome`,
        `measure`, `quantile` (empty where a quantity has none), `value`, and its standard error
        `se` where it is an estimate.

    Examples
    --------
    >>> from simulate import load_design, read_sweep, simulate_sweep, sweep_table
    >>> grid = {"hr": {"field": "truth.effect.hr", "values": [0.7]}}
    >>> sweep = read_sweep({"name": "effect", "design": "os_alone.toml", "seed": 1, "grid": grid})
    >>> design = load_design("analyses/phase3/os_alone.toml")
    >>> table = sweep_table(simulate_sweep(sweep, design, trials=200))
    >>> sorted({"hr", "quantity", "value", "se"} & set(table.columns))
    ['hr', 'quantity', 'se', 'value']
    """
    own = [str(name) for name in dataset.coords if name not in (*COLUMNS, "batch")]
    parts = []
    for name in map(str, dataset.data_vars):
        if name.endswith("_se") or "batch" in dataset[name].dims:
            continue
        rows = dataset[name].to_dataframe(name="value").reset_index()
        error = f"{name}_se"
        rows["se"] = np.nan
        if error in dataset:
            rows["se"] = dataset[error].to_dataframe(name="se")["se"].to_numpy()
        rows["quantity"] = name
        parts.append(rows.dropna(subset=["value"]))
    columns = [*own, "quantity", *COLUMNS, "value", "se"]
    whole = pd.concat([part.dropna(axis="columns", how="all") for part in parts])
    return whole.reindex(columns=columns).astype({"look": "Int64"}).reset_index(drop=True)


def success_difference(
    dataset: xr.Dataset, one: Mapping[str, object], other: Mapping[str, object]
) -> tuple[float, float]:
    """Difference in success between two cells, with its standard error.

    Cells share their random numbers, so the difference is surer than the two shares apart: its
    error comes from the differences within batches of replicates (numbers modulo 64).

    Parameters
    ----------
    dataset : xarray.Dataset
        From `sweep_dataset`.
    one, other : mapping of str to value
        Where the cells are, as for `Dataset.sel`.

    Returns
    -------
    tuple of float
        Success of `one` minus that of `other`, and its Monte Carlo standard error, never below
        that of one trial.
    """
    here, there = dataset.sel(dict(one)), dataset.sel(dict(other))
    difference = float(here.success - there.success)
    trials = float(min(here.trials, there.trials))
    apart = (here.batch_success - there.batch_success).to_numpy()
    known = apart[np.isfinite(apart)]
    spread = float(known.std(ddof=1) / np.sqrt(known.size)) if known.size > 1 else np.nan
    return difference, max(spread, 1.0 / trials)
