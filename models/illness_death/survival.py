"""Both endpoints in a trialist's words: survival, hazard ratio over time, medians, means.

Progression-free survival here ends at progression itself or death; scans see it later. Hazard
ratios are RT versus control, below 1 favours RT. Shapes are (2, S, ...): arm, stratum.
"""

import math
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

from models.illness_death.cumulative import cumulative_at, hazard_at
from models.illness_death.occupancy import corners, occupancy
from models.illness_death.packed import PackedIllnessDeath
from models.illness_death.quadrature import cumulative_integral

Array = NDArray[np.float64]
Endpoint = Literal["pfs", "os"]

LATEST = 1e6


def survival_at(packed: PackedIllnessDeath, times: ArrayLike, *, endpoint: Endpoint) -> Array:
    """Probability of no event up to given times, drop-out apart, shape (2, S, T).

    Parameters
    ----------
    packed : PackedIllnessDeath
    times : array_like, shape (T,)
        Months, finite and not negative.
    endpoint : {"pfs", "os"}
    """
    months = np.asarray(times, dtype=float)
    if endpoint == "os":
        return occupancy(packed, months).alive()
    return np.exp(-cumulative_at(packed.hazard.sum(axis=0), months, cuts=packed.cuts))


def endpoint_hazard(packed: PackedIllnessDeath, times: ArrayLike, *, endpoint: Endpoint) -> Array:
    """Events per month of those without the event, shape (2, S, T); as in `survival_at`."""
    months = np.asarray(times, dtype=float)
    if endpoint == "os":
        return occupancy(packed, months).hazard
    return hazard_at(packed.hazard.sum(axis=0), months, cuts=packed.cuts)


def hazard_ratio_at(packed: PackedIllnessDeath, times: ArrayLike, *, endpoint: Endpoint) -> Array:
    """Hazard ratio over time, RT versus control, shape (S, T); not a number where 0 meets 0."""
    hazard = endpoint_hazard(packed, times, endpoint=endpoint)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(hazard[1] / hazard[0])


def restricted_mean(packed: PackedIllnessDeath, horizon: float, *, endpoint: Endpoint) -> Array:
    """Mean months without the event up to a horizon, shape (2, S); error below 1e-9.

    Parameters
    ----------
    packed : PackedIllnessDeath
    horizon : float
        Months, positive and finite.
    endpoint : {"pfs", "os"}
    """
    area = cumulative_integral(
        lambda months: survival_at(packed, months, endpoint=endpoint),
        np.array([horizon]),
        knots=corners(packed),
    )
    return np.asarray(area[..., 0])


def median_of(packed: PackedIllnessDeath, *, endpoint: Endpoint) -> Array:
    """First month at which survival is at or below one half, shape (2, S); infinite if never."""
    late = survival_at(packed, [LATEST], endpoint=endpoint)[..., 0]
    medians = np.full(late.shape, math.inf)
    for arm, stratum in np.argwhere(late <= 0.5):

        def above(month: float, place: tuple[int, int] = (arm, stratum)) -> float:
            return float(survival_at(packed, [month], endpoint=endpoint)[(*place, 0)] - 0.5)

        high = 1.0
        while above(high) > 0:
            high *= 2
        medians[arm, stratum] = brentq(above, 0.0, high, xtol=1e-12, rtol=1e-14)
    return medians
