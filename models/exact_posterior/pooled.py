"""Exact posteriors of several sets pooled: their equal-weight mixture."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.exact_posterior.posterior import ExactPosterior

BISECTIONS = 60


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
    by_set = posterior.quantile(target).reshape(-1, *target.shape)
    low, high = by_set.min(axis=0), by_set.max(axis=0)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        below = pooled_cdf(posterior, middle) < target
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray((low + high) / 2)
