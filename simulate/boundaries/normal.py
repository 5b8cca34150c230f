"""Tails, density and quantile of the standard normal distribution (compiled)."""

import math

from models.compiled import inlined, kernel

ROOT_HALF = math.sqrt(0.5)
ROOT_TWO_PI = math.sqrt(2.0 * math.pi)


@inlined
def upper_tail(x: float) -> float:
    """P(Z > x), exact far into the tail."""
    return 0.5 * math.erfc(x * ROOT_HALF)


@inlined
def density(x: float) -> float:
    """Density at x."""
    return math.exp(-0.5 * x * x) / ROOT_TWO_PI


@kernel
def upper_quantile(probability: float) -> float:
    """Quantile x with P(Z > x) = probability, to about 1e-14.

    Parameters
    ----------
    probability : float
        Infinite answers at 0 and 1.

    References
    ----------
    Start: Abramowitz & Stegun 1964, 26.2.23; then Newton's method on the log tail, which is
    concave, so that it converges from any start.
    """
    if probability <= 0.0:
        return math.inf
    if probability >= 1.0:
        return -math.inf
    tail = min(probability, 1.0 - probability)
    t = math.sqrt(-2.0 * math.log(tail))
    x = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (
        1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308))
    )
    for _ in range(4):
        reached = upper_tail(x)
        x += math.log(reached / tail) * reached / density(x)
    return x if probability <= 0.5 else -x
