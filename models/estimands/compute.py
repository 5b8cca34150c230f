"""Survival, medians, restricted means and hazard ratios of posterior draws of hazards.

Times are months. Hazard ratios are RT versus control, below 1 favours RT; differences are RT
minus control. All are functions of the parameters, not Kaplan–Meier values.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from models.survival.hazard import median, rmst, survival

if TYPE_CHECKING:
    import xarray as xr

SURVIVAL_MONTHS = (6.0, 12.0, 24.0)
RMST_MONTHS = (12.0, 24.0)


def compute_estimands(
    draws: xr.Dataset,
    *,
    survival_months: Sequence[float] = SURVIVAL_MONTHS,
    rmst_months: Sequence[float] = RMST_MONTHS,
) -> xr.Dataset:
    """Turn draws of hazards into draws of what a trialist asks for.

    Parameters
    ----------
    draws : xarray.Dataset
        `log_hr` ([imputation,] chain, draw), `hazard` (..., arm, interval) per month, the
        coordinate `interval_start` in months, and, where there are any, `events` (..., arm).
    survival_months, rmst_months : sequence of float
        Months at which to give survival, and horizons of restricted means.

    Returns
    -------
    xarray.Dataset
        With the leading dims of `draws`: `log_hr`, `hazard_ratio` (RT versus control),
        `hazard_ratio_inverse` (control versus RT), `survival` (arm, time), `median` (arm),
        `rmst` (arm, horizon), `survival_difference` (time), `median_difference`,
        `rmst_difference` (horizon), and `events` (arm). A median is infinite where the last
        hazard is 0; the difference of two infinite ones is not a number.

    Examples
    --------
    >>> import numpy as np
    >>> import xarray as xr
    >>> from models import compute_estimands
    >>> log_hr = np.full((1, 4), np.log(0.5))
    >>> hazard = np.stack([np.full((1, 4), 0.1), np.full((1, 4), 0.05)], axis=-1)[..., np.newaxis]
    >>> draws = xr.Dataset(
    ...     {
    ...         "log_hr": (("chain", "draw"), log_hr),
    ...         "hazard": (("chain", "draw", "arm", "interval"), hazard),
    ...     },
    ...     coords={"arm": ["control", "rt"], "interval_start": ("interval", [0.0])},
    ... )
    >>> compute_estimands(draws)["median"].mean(["chain", "draw"]).values.round(2)
    array([ 6.93, 13.86])
    """
    import xarray as xr

    cuts = draws["interval_start"].values[1:]
    lead = draws["log_hr"].dims
    hazard = draws["hazard"].transpose(*lead, "arm", "interval").values
    times, horizons = np.asarray(survival_months, float), np.asarray(rmst_months, float)
    areas = [rmst(hazard, float(horizon), cuts=cuts) for horizon in horizons]
    found = xr.Dataset(
        {
            "log_hr": draws["log_hr"].variable,
            "hazard_ratio": np.exp(draws["log_hr"].variable),
            "hazard_ratio_inverse": np.exp(-draws["log_hr"].variable),
            "survival": ((*lead, "arm", "time"), survival(hazard, times, cuts=cuts)),
            "median": ((*lead, "arm"), median(hazard, cuts=cuts)),
            "rmst": ((*lead, "arm", "horizon"), np.stack(areas, axis=-1)),
        },
        coords={name: draws.coords[name] for name in (*lead, "arm") if name in draws.coords}
        | {"time": times, "horizon": horizons},
    )
    for name in ("survival", "median", "rmst"):
        found[f"{name}_difference"] = _rt_minus_control(found[name])
    if "events" in draws:
        found["events"] = draws["events"].transpose(*lead, "arm").variable
    return found


def _rt_minus_control(values: xr.DataArray) -> xr.DataArray:
    with np.errstate(invalid="ignore"):
        return values.sel(arm="rt", drop=True) - values.sel(arm="control", drop=True)
