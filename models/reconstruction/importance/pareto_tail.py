"""How heavy the tail of importance weights is: shape of a generalised Pareto distribution."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

FEWEST = 25
PRIOR_SIZE, PRIOR_SHAPE = 10.0, 0.5


def pareto_shape(log_weight: ArrayLike) -> float:
    """Fit the shape k to the largest of m weights: the least of m / 5 and 3 √m.

    Parameters
    ----------
    log_weight : array_like, shape (m,)

    Returns
    -------
    float
        From 0.7 on, estimates are not reliable; infinite with fewer than 25 weights.

    References
    ----------
    Zhang & Stephens 2009, doi 10.1198/tech.2009.08017; Vehtari et al. 2024,
    doi 10.48550/arXiv.1507.02646 (weak prior on k, size of the tail).
    """
    ordered = np.sort(np.asarray(log_weight, dtype=float))
    if ordered.size < FEWEST:
        return math.inf
    tail = int(min(0.2 * ordered.size, 3.0 * math.sqrt(ordered.size)))
    weight = np.exp(ordered[-tail - 1 :] - ordered[-1])
    excess = weight[1:] - weight[0]
    if excess[-1] <= 0.0 or excess[_quarter(tail)] <= 0.0:
        return 0.0
    return (tail * _fit(excess) + PRIOR_SIZE * PRIOR_SHAPE) / (tail + PRIOR_SIZE)


def _quarter(size: int) -> int:
    """Index of the first quartile."""
    return int(size / 4 + 0.5) - 1


def _fit(excess: NDArray[np.float64]) -> float:
    """Shape by the quasi-Bayesian estimate over a grid of scales; `excess` is sorted."""
    points = 30 + int(math.sqrt(excess.size))
    grid = 1.0 - np.sqrt(points / (np.arange(1, points + 1) - 0.5))
    grid = grid / (3.0 * excess[_quarter(excess.size)]) + 1.0 / excess[-1]
    shapes = np.log1p(-grid[:, np.newaxis] * excess).mean(axis=1)
    profile = excess.size * (np.log(-grid / shapes) - shapes - 1.0)
    share = np.exp(profile - profile.max())
    scale = float(grid @ (share / share.sum()))
    return float(np.log1p(-scale * excess).mean())
