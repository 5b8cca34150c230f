"""Assurance under one prior: simulated trials averaged with the weights of their draws."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.chain_diagnostics import SMALLEST_LENGTH, ess_mean
from simulate.assurance.benefit import WhatSuccessSays, what_success_says
from simulate.assurance.nested import NestedMean, nested_mean
from simulate.assurance.posterior import PosteriorDraws
from simulate.assurance.priors import WeighedDraws

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

TINY = 1e-12


@dataclass(frozen=True, kw_only=True)
class PriorRow:
    """Assurance under one prior, or on one level of evidence.

    Attributes
    ----------
    draws : WeighedDraws
    assurance : NestedMean or None
        None where the draws are too thin for the prior.
    says : WhatSuccessSays or None
    hr_mean, hr_lower, hr_upper : float
        Geometric mean and 95% central interval of the hazard ratio of the question.
    """

    draws: WeighedDraws
    assurance: NestedMean | None
    says: WhatSuccessSays | None
    hr_mean: float
    hr_lower: float
    hr_upper: float


def prior_row(
    draws: WeighedDraws,
    success: Booleans,
    log_hr: Floats,
    power: Floats,
    numbers: Integers,
    *,
    posterior: PosteriorDraws,
    benefit: float,
) -> PriorRow:
    """Average simulated trials with the weights of one prior."""
    weights = draws.weights
    if weights is None:
        return PriorRow(
            draws=draws, assurance=None, says=None, hr_mean=np.nan, hr_lower=np.nan, hr_upper=np.nan
        )
    centred = weights * (power - float(weights @ power))
    dependence = worth_fewer(centred, numbers, chains=posterior.chains, size=posterior.size)
    lower, upper = weighted_quantile(log_hr, (0.025, 0.975), weights=weights)
    return PriorRow(
        draws=draws,
        assurance=nested_mean(success, weights=weights, dependence=dependence),
        says=what_success_says(
            success, log_hr, threshold=benefit, weights=weights, dependence=dependence
        ),
        hr_mean=float(np.exp(weights @ log_hr)),
        hr_lower=float(np.exp(lower)),
        hr_upper=float(np.exp(upper)),
    )


def worth_fewer(values: Floats, numbers: Integers, *, chains: int, size: int) -> float:
    """By how much neighbours in a chain inflate the variance of a mean over draws; at least 1.

    Parameters
    ----------
    values : array (draw,)
        What is averaged.
    numbers : array (draw,)
        Of the draws in the posterior, chain after chain.
    chains, size : int
        Chains and draws of the posterior.
    """
    order = np.argsort(numbers)
    chain = numbers[order] * chains // size
    shortest = int(np.bincount(chain, minlength=chains).min())
    if shortest < SMALLEST_LENGTH or np.ptp(values) < TINY:
        return 1.0
    parts = [values[order][chain == c][:shortest] for c in range(chains)]
    return max(float(shortest * chains / ess_mean(np.stack(parts))), 1.0)


def weighted_quantile(values: Floats, probabilities: Sequence[float], *, weights: Floats) -> Floats:
    """Quantiles of weighted values: the smallest whose weight and those below reach it."""
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    places = np.searchsorted(reached, np.asarray(probabilities) * reached[-1])
    return np.asarray(values[order][np.minimum(places, values.size - 1)])
