"""Results of a sweep as one labelled dataset, and as a tidy table."""

from collections.abc import Sequence

import pandas as pd
import xarray as xr

from simulate.sweep.cells import Cell
from simulate.sweep.result import CellResult
from simulate.sweep.sweep import Sweep


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
        Dims are those of the grid (product), or `point` with them as coordinates (zip, listed
        points), and `endpoint look outcome measure quantile`. Every estimate has its standard
        error under the same name with `_se`.
    """
    raise NotImplementedError


def sweep_table(dataset: xr.Dataset) -> pd.DataFrame:
    """Tidy table, one row for each estimate of each cell.

    Parameters
    ----------
    dataset : xarray.Dataset
        From `sweep_dataset`.

    Returns
    -------
    pandas.DataFrame
        The grid's fields, `quantity`, `endpoint`, `look`, `outcome`, `measure`, `quantile`,
        `value`, `se`.
    """
    raise NotImplementedError
