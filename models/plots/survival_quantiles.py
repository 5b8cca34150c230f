"""Quantiles of posterior survival curves over a grid of times, a few months at a time.

Times are months, hazards per month. Nothing is drawn here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from models.survival.hazard import survival
from models.survival.intervals import ARMS, Cuts

if TYPE_CHECKING:
    import xarray as xr

BAND_PROBABILITIES = (0.025, 0.25, 0.5, 0.75, 0.975)
CELLS_AT_ONCE = 1_000_000


def survival_quantiles(
    hazard: ArrayLike,
    times: ArrayLike,
    *,
    cuts: Cuts,
    probabilities: tuple[float, ...] = BAND_PROBABILITIES,
) -> xr.Dataset:
    """Summarise the draws of each arm's survival curve, pointwise.

    Survival is computed for a few times at once, so that memory stays near that of the draws.

    Parameters
    ----------
    hazard : array_like, shape (..., 2, K)
        Draws of the hazards per month, arms in the order control, RT.
    times : array_like, shape (T,)
        Months, finite and not negative.
    cuts : sequence of float, shape (K - 1,)
        Interior cut points in months.
    probabilities : tuple of float
        Of the quantiles, between 0 and 1; the default ones are the median and the limits of the
        50% and 95% central intervals.

    Returns
    -------
    xarray.Dataset
        `survival` by (quantile, arm, time).

    Raises
    ------
    ValueError
        If there are not two arms.

    Examples
    --------
    >>> import numpy as np
    >>> from models import survival_quantiles
    >>> hazard = np.random.default_rng(1).gamma(50, 0.001, (4, 100, 2, 2))
    >>> found = survival_quantiles(hazard, [0.0, 12.0, 24.0], cuts=(6.0,))
    >>> found["survival"].sel(quantile=0.5, arm="rt").values.round(1)
    array([1. , 0.5, 0.3])
    """
    import xarray as xr

    draws = np.asarray(hazard, dtype=float)
    if draws.ndim < 2 or draws.shape[-2] != len(ARMS):
        raise ValueError(
            f"`hazard` needs control and RT on the axis before the last: got shape {draws.shape}, "
            "transpose it to (..., arm, interval)"
        )
    flat = draws.reshape(-1, *draws.shape[-2:])
    months = np.asarray(times, dtype=float).reshape(-1)
    found = np.empty((len(probabilities), len(ARMS), months.size))
    group = max(1, CELLS_AT_ONCE // (flat.shape[0] * len(ARMS)))
    for start in range(0, months.size, group):
        here = slice(start, start + group)
        values = survival(flat, months[here], cuts=cuts)
        found[..., here] = np.quantile(values, probabilities, axis=0, overwrite_input=True)
    return xr.Dataset(
        {"survival": (("quantile", "arm", "time"), found)},
        coords={"quantile": list(probabilities), "arm": list(ARMS), "time": months},
    )
