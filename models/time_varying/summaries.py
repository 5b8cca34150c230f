"""What draws of a changing effect say: HR(t), its average over a window, how much it changes.

Times are months. Hazard ratios are RT versus control, below 1 favours RT.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.survival.intervals import interval_of
from models.time_varying.collapse import window_weights

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]

BAND = (0.025, 0.25, 0.5, 0.75, 0.975)


def average_log_hr(draws: xr.Dataset, *, window: float) -> xr.DataArray:
    """Log hazard ratio averaged over the months from randomisation to `window`, evenly weighted.

    Parameters
    ----------
    draws : xarray.Dataset
        `log_hr` (..., interval) with the coordinate `interval_start`, months.
    window : float
        Months.

    Returns
    -------
    xarray.DataArray, dims (...)
    """
    weights = window_weights(_cuts(draws).tolist(), window=window)
    values = draws["log_hr"].transpose(..., "interval")
    return values.isel(interval=0, drop=True).copy(data=values.values @ weights)


def largest_change(draws: xr.Dataset) -> xr.DataArray:
    """Largest difference between the log hazard ratios of two intervals, dims (...)."""
    log_hr = draws["log_hr"]
    return log_hr.max("interval") - log_hr.min("interval")


def ratio_bands(
    draws: xr.Dataset, months: ArrayLike, *, probabilities: Sequence[float] = BAND
) -> xr.Dataset:
    """Quantiles of the hazard ratio at given months.

    Parameters
    ----------
    draws : xarray.Dataset
        `log_hr` ([imputation,] chain, draw, interval) with `interval_start`, months.
    months : array_like, shape (T,)
        Above 0; a month that is a cut point belongs to the interval it ends.
    probabilities : sequence of float

    Returns
    -------
    xarray.Dataset
        `hazard_ratio` (quantile, time), RT versus control, pointwise.
    """
    import xarray as xr

    times = np.asarray(months, dtype=float)
    place = interval_of(times, cuts=_cuts(draws))
    values = draws["log_hr"].transpose(..., "interval").values
    flat = values.reshape(-1, values.shape[-1])
    found = np.quantile(flat, probabilities, axis=0)[:, place]
    return xr.Dataset(
        {"hazard_ratio": (("quantile", "time"), np.exp(found))},
        coords={"quantile": list(probabilities), "time": times},
    )


def with_average(draws: xr.Dataset, *, window: float) -> xr.Dataset:
    """Put the average over a window in place of the log hazard ratios, ready for estimands.

    Parameters
    ----------
    draws : xarray.Dataset
        `log_hr` (..., interval) and `hazard` (..., arm, interval).
    window : float
        Months.
    """
    return draws.drop_vars("log_hr").assign(log_hr=average_log_hr(draws, window=window))


def _cuts(draws: xr.Dataset) -> Array:
    return np.asarray(draws["interval_start"].values[1:], dtype=float)
