"""One bound on several scales: z, p value, hazard ratio, drift, information.

z above 0 favours RT; hazard ratios are RT versus control, below 1 favours RT. With r RT patients to
a control, d events carry the information d r / (1 + r)^2 on log HR, d / 4 for 1:1 (Schoenfeld 1981,
doi 10.1093/biomet/68.1.316).
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]


def information_per_event(*, control: float = 1, rt: float = 1) -> float:
    """Information on log HR that an event carries: 1/4 for 1:1.

    Parameters
    ----------
    control, rt : float
        The allocation ratio, positive.

    Raises
    ------
    ValueError
        If a part of the ratio is not positive.
    """
    if not (0 < control < math.inf and 0 < rt < math.inf):
        raise ValueError(
            f"the allocation ratio must be positive on both sides, got {control}:{rt}; "
            "1:1 puts every other patient in the RT arm"
        )
    return control * rt / (control + rt) ** 2


def hazard_ratio_at(z: ArrayLike, events: ArrayLike, *, per_event: float = 0.25) -> Floats:
    """Hazard ratio (RT versus control) whose test statistic is z at so many events.

    exp(-z / sqrt(events * `per_event`)), which is exp(-2 z / sqrt(events)) for 1:1. 0 or infinite
    for an infinite z.
    """
    with np.errstate(divide="ignore"):
        scale = 1 / np.sqrt(np.asarray(events, np.float64) * per_event)
    return np.asarray(np.exp(-np.asarray(z, np.float64) * scale), np.float64)


def z_at(hazard_ratio: ArrayLike, events: ArrayLike, *, per_event: float = 0.25) -> Floats:
    """Test statistic at which the hazard ratio (RT versus control) is this, the inverse of above.

    An infinite hazard ratio, a bound that nothing crosses, gives minus infinity.
    """
    root = np.sqrt(np.asarray(events, np.float64) * per_event)
    return np.asarray(-np.log(np.asarray(hazard_ratio, np.float64)) * root, np.float64)


def one_sided_p(z: ArrayLike) -> Floats:
    """Nominal one-sided p value, 1 - Phi(z)."""
    return np.asarray(ndtr(-np.asarray(z, np.float64)), np.float64)
