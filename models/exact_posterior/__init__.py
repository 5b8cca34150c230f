"""Exact posterior of the log hazard ratio under piecewise-exponential proportional hazards."""

from models.exact_posterior.mixture import ExactMixturePosterior, exact_mixture_posterior
from models.exact_posterior.pooled import (
    PooledMoments,
    pooled_cdf,
    pooled_moments,
    pooled_quantile,
)
from models.exact_posterior.posterior import ExactPosterior, exact_posterior

__all__ = [
    "ExactMixturePosterior",
    "ExactPosterior",
    "PooledMoments",
    "exact_mixture_posterior",
    "exact_posterior",
    "pooled_cdf",
    "pooled_moments",
    "pooled_quantile",
]
