"""Tables, posteriors and logs of a study as files; those of a quick look say so."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from analyses.outputs.document import write_document

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    import xarray as xr


def write_table(table: pd.DataFrame, path: Path, *, quick: bool = False) -> None:
    """Write a table as CSV, the same bytes on every system."""
    mark_quick(table, quick=quick).to_csv(path, index=False, lineterminator="\n")


def mark_quick(table: pd.DataFrame, *, quick: bool) -> pd.DataFrame:
    """Add a column that says so to every table of a quick look."""
    return table.assign(quick=True) if quick else table


def write_tree(tree: xr.DataTree | xr.Dataset, path: Path) -> None:
    """Write a tree or dataset as netCDF, by way of memory: HDF5 can crash when the disk is full.

    Parameters
    ----------
    tree : xarray.DataTree or xarray.Dataset
    path : Path
        File to write.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    content = bytes(tree.to_netcdf(engine="h5netcdf"))
    path.write_bytes(content)


def write_log(seconds: dict[str, float], path: Path) -> None:
    """Write when a run finished and what its stages took, the only file that no run repeats."""
    finished = datetime.now(UTC).isoformat(timespec="seconds")
    write_document({"finished": finished, "seconds": seconds}, path)
