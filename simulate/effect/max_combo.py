"""MaxCombo: the greatest of several weighted log-rank z's, referred to its own law (compiled).

One-sided: the component that favours RT most counts, and a strong effect the other way never does.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import lean_kernel
from simulate.boundaries.normal import upper_quantile, upper_tail
from simulate.effect.normal_maximum import maximum_tail

Floats = NDArray[np.float64]


class Bounds(NamedTuple):
    """Between what a p-value lies, at the price of one tail."""

    lower: float
    upper: float


@lean_kernel
def largest_z(z: Floats) -> float:
    """Greatest component; not a number if one is not.

    Parameters
    ----------
    z : array (component,)
        From `fill_z`; above 0 favours RT.
    """
    largest = -math.inf
    for c in range(z.size):
        if math.isnan(z[c]):
            return math.nan
        largest = max(largest, z[c])
    return largest


@lean_kernel
def max_combo_p(largest: float, correlation: Floats) -> float:
    """One-sided p of the greatest component, exact for the joint normal law.

    Parameters
    ----------
    largest : float
        From `largest_z`.
    correlation : array (component, component)
        From `fill_z`; up to four components.

    Returns
    -------
    float
        See `maximum_tail` for its accuracy.

    References
    ----------
    Lee 2007, doi 10.1111/j.1541-0420.2006.00688.x; Karrison 2016, doi 10.1177/1536867X1601600308.
    """
    return maximum_tail(largest, correlation)


@lean_kernel
def max_combo_bounds(largest: float, components: int) -> Bounds:
    """Bounds of the p-value: that of one component, and Bonferroni's."""
    tail = upper_tail(largest)
    return Bounds(tail, min(components * tail, 1.0))


@lean_kernel
def max_combo_z(largest: float, correlation: Floats) -> float:
    """Turn the p-value into a standard normal z, above 0 in favour of RT as everywhere.

    Parameters
    ----------
    largest : float
    correlation : array (component, component)

    Returns
    -------
    float
        At most `largest`, which it is where the p-value is too small for a number.
    """
    p = max_combo_p(largest, correlation)
    if math.isnan(p):
        return math.nan
    return min(upper_quantile(p), largest)
