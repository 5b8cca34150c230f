"""Owen's T, and with it the bivariate normal distribution (compiled)."""

import math

import numpy as np

from models.compiled import lean_inlined, lean_kernel
from simulate.boundaries.normal import upper_tail

NODES, WEIGHTS = (np.ascontiguousarray(part) for part in np.polynomial.legendre.leggauss(16))
NODES, WEIGHTS = 0.5 * (NODES + 1.0), 0.5 * WEIGHTS
NEGLIGIBLE, FARTHEST = 38.0, 700.0
ALMOST_NOTHING, CERTAIN = 1e-100, 9.0


@lean_inlined
def _within_one(h: float, slope: float) -> float:
    """T for a slope of at most 1, by Gauss–Legendre quadrature of its integral."""
    half = 0.5 * h * h
    if half > FARTHEST:
        return 0.0
    reach = slope
    if half * slope * slope > NEGLIGIBLE:
        reach = math.sqrt(NEGLIGIBLE / half)
    total = 0.0
    for j in range(NODES.size):
        square = 1.0 + (reach * NODES[j]) ** 2
        total += WEIGHTS[j] * math.exp(-half * square) / square
    return total * reach / (2.0 * math.pi)


@lean_kernel
def owen_t(h: float, slope: float) -> float:
    """P(X > h, 0 < Y < slope X) of independent standard normals; odd in the slope.

    Parameters
    ----------
    h : float
    slope : float
        May be infinite.

    Returns
    -------
    float
        To 1e-15, and to 1e-9 of itself while |h| is below 37 and the slope at most 1.

    References
    ----------
    Owen 1956, doi 10.1214/aoms/1177728074, equations 2.1 and 2.3.
    """
    h, size = abs(h), abs(slope)
    if size <= 1.0:
        value = _within_one(h, size)
    else:
        steep = h * size if h > 0.0 else 0.0
        here, there = upper_tail(h), upper_tail(steep)
        value = 0.5 * (here + there) - here * there - _within_one(steep, 1.0 / size)
    return math.copysign(value, slope)


@lean_inlined
def slope_of(first: float, second: float, correlation: float) -> float:
    """Slope of Owen's T that belongs to the first of two limits."""
    free = math.sqrt(max(1.0 - correlation * correlation, ALMOST_NOTHING))
    return (second / first - correlation) / free


@lean_kernel
def both_below(first: float, second: float, correlation: float) -> float:
    """P(X < first, Y < second) of standard normals with a correlation from −1 to 1, to 1e-15.

    References
    ----------
    Owen 1956, doi 10.1214/aoms/1177728074, equation 2.2.
    """
    least, most = min(first, second), max(first, second)
    if least < -CERTAIN:
        return 0.0
    if most > CERTAIN:
        return upper_tail(-least)
    first = math.copysign(max(abs(first), ALMOST_NOTHING), first)
    second = math.copysign(max(abs(second), ALMOST_NOTHING), second)
    value = 0.5 * (upper_tail(-first) + upper_tail(-second))
    value -= owen_t(first, slope_of(first, second, correlation))
    value -= owen_t(second, slope_of(second, first, correlation))
    if first * second < 0.0:
        value -= 0.5
    return max(value, 0.0)
