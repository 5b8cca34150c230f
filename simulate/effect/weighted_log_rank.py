"""Weighted log-rank tests from a risk table, several at once; stratified where it is (compiled)."""

import math

import numpy as np
from numpy.typing import NDArray

from models.compiled import lean_kernel
from simulate.effect.weights import Weights, weight_at
from simulate.engine.risk_table import RiskTable

Floats = NDArray[np.float64]


def new_weighted_state(strata: int, components: int) -> Floats:
    """Allocate the work space of `fill_weighted_scores`, shape (stratum, 1 + component)."""
    return np.empty((strata, 1 + components))


@lean_kernel
def fill_weighted_scores(
    table: RiskTable,
    rows: int,
    weights: Weights,
    state: Floats,
    score: Floats,
    covariance: Floats,
) -> None:
    """Sum weighted events of RT minus their expectation, and the hypergeometric covariances.

    Parameters
    ----------
    table : RiskTable
    rows : int
    weights : Weights
    state : array (stratum, 1 + component)
        Work space: pooled survival of each stratum just before the row, and the weights there.
        Weights of a stratified table follow the curve of the row's stratum.
    score : array (component,)
        The result; below 0 favours RT, as the score of `log_rank_score`.
    covariance : array (component, component)
        The result.
    """
    components = score.size
    score[:] = 0.0
    covariance[:] = 0.0
    state[:, 0] = 1.0
    for c in range(components):
        state[:, 1 + c] = weight_at(1.0, c, weights)
    for row in range(rows):
        deaths, here = table.deaths[row], state[table.stratum[row]]
        at_risk = table.at_risk_control[row] + table.at_risk_rt[row]
        excess, spread = table.excess[row], table.spread[row]
        for c in range(components):
            score[c] += here[1 + c] * excess
            weighted = here[1 + c] * spread
            for other in range(c + 1):
                covariance[c, other] += weighted * here[1 + other]
        here[0] *= 1.0 - deaths / at_risk
        for c in range(components):
            if table.months[row] <= weights.s_star[c]:
                here[1 + c] = weight_at(here[0], c, weights)
    for c in range(components):
        for other in range(c):
            covariance[other, c] = covariance[c, other]


@lean_kernel
def fill_z(score: Floats, covariance: Floats, z: Floats, correlation: Floats) -> None:
    """Standardise scores: z above 0 favours RT, not a number without variance.

    Parameters
    ----------
    score : array (component,)
    covariance : array (component, component)
    z : array (component,)
        The result.
    correlation : array (component, component)
        The result, of the z's under no effect; not a number beside a component without variance.
    """
    for c in range(score.size):
        if covariance[c, c] > 0.0:
            z[c] = -score[c] / math.sqrt(covariance[c, c])
        else:
            z[c] = math.nan
    for c in range(score.size):
        for other in range(score.size):
            product = covariance[c, c] * covariance[other, other]
            if product > 0.0:
                correlation[c, other] = covariance[c, other] / math.sqrt(product)
            else:
                correlation[c, other] = math.nan
        if covariance[c, c] > 0.0:
            correlation[c, c] = 1.0
