"""Posterior draws of a model with two intervals, as a re-analysis labels them."""

import numpy as np
import pytest
import xarray as xr


@pytest.fixture
def small_draws() -> xr.Dataset:
    return xr.Dataset(
        {"hazard": (("chain", "draw", "arm", "interval"), np.ones((2, 3, 2, 2)))},
        coords={
            "arm": ["control", "rt"],
            "interval": ["(0, 6]", "(6, inf)"],
            "interval_start": ("interval", [0.0, 6.0]),
            "interval_stop": ("interval", [6.0, np.inf]),
        },
    )
