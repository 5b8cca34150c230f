"""Datasets without dask: nothing here is chunked, and loading it would take a fifth of a second."""

import sys
from typing import Any, cast


def leave_dask_aside() -> None:
    """Load xarray in such a way that it finds no dask, and does not look for it again.

    Nothing happens where one of the two has been loaded for something else.
    """
    if "dask" in sys.modules or "xarray" in sys.modules:
        return
    modules = cast(dict[str, Any], sys.modules)
    modules["dask"] = None
    try:
        import xarray as xr

        xr.Dataset(coords={"place": [0]})
    finally:
        del modules["dask"]
