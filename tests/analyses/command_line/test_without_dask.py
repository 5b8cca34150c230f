"""xarray that was loaded without dask does not look for it again, and works."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CODE = """
import sys
from analyses.command_line.without_dask import leave_dask_aside
{before}
leave_dask_aside()
import xarray as xr
table = xr.Dataset({{"z": ("look", [1.0, 2.0])}}, coords={{"look": [1, 2]}})
assert float(xr.concat([table, table], "truth")["z"].mean()) == 1.5
print("dask.array" in sys.modules)
"""


@pytest.mark.parametrize(("before", "loaded"), [("", "False"), ("import xarray", "True")])
def test_dask_is_left_aside_unless_xarray_is_there_already(before, loaded):
    code = CODE.format(before=before)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == loaded
