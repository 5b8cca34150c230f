"""Exact posteriors of several sets pooled: their equal-weight mixture."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import CubicSpline

from models.exact_posterior.posterior import ExactPosterior

REACH = 9.0
GRID = 601
NEWTON_STEPS = 4
SMALLEST_SLOPE = 1e-9


class PooledMoments(NamedTuple):
    """Mean and standard deviation of the pooled log hazard ratio, RT versus control."""

    mean: float
    sd: float


def pooled_moments(posterior: ExactPosterior) -> PooledMoments:
    """Mean and standard deviation over all sets: within-set plus between-set variance."""
    mean = float(posterior.mean.mean())
    variance = float((posterior.sd**2 + (posterior.mean - mean) ** 2).mean())
    return PooledMoments(mean=mean, sd=math.sqrt(variance))


def pooled_cdf(posterior: ExactPosterior, beta: ArrayLike) -> NDArray[np.float64]:
    """Pooled probability of a log hazard ratio below given values, same shape as `beta`."""
    points = np.asarray(beta, dtype=float)
    by_set = posterior.cdf(points).reshape(-1, *points.shape)
    return np.asarray(by_set.mean(axis=0))


def pooled_quantile(posterior: ExactPosterior, probability: ArrayLike) -> NDArray[np.float64]:
    """Log hazard ratio below which a given pooled probability lies.

    Parameters
    ----------
    posterior : ExactPosterior
        One or more sets.
    probability : array_like, scalar or shape (Q,)
        Strictly between 0 and 1.

    Returns
    -------
    numpy.ndarray
        Same shape as `probability`.
    """
    target = np.asarray(probability, dtype=float)
    moments = pooled_moments(posterior)
    reach = REACH * moments.sd
    grid = np.linspace(moments.mean - reach, moments.mean + reach, GRID)
    density = posterior.density(grid).reshape(-1, GRID).mean(axis=0)
    share = CubicSpline(grid, density).antiderivative()
    total = float(share(grid[-1]))
    rising = np.unique(share(grid), return_index=True)[1]
    beta = np.interp(target * total, share(grid[rising]), grid[rising])
    for _ in range(NEWTON_STEPS):
        slope = np.maximum(share(beta, 1), SMALLEST_SLOPE)
        beta = np.clip(beta - (share(beta) - target * total) / slope, grid[0], grid[-1])
    return np.asarray(beta)
