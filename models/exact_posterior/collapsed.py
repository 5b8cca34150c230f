"""Density of the log hazard ratio after the gamma baseline hazards are integrated out.

With hazards lambda_k ~ Gamma(a, b) in interval k and arm hazards lambda_k exp(position beta),
where position is (0, 1) for control and RT under placement "control" and (-1/2, 1/2) under
"symmetric", D_k events and E_arm,k person-months,

    p(data | beta, b) = exp(beta tilt) prod_k b^a Gamma(a + D_k) / Gamma(a)
                        (b + sum_arm exp(position_arm beta) E_arm,k)^-(a + D_k),

tilt being the sum over arms of position times events. A common rate b with a gamma prior of its
own is a second, numerical integral over log b. Both logs are concave in (beta, log b) together.
Shapes: N sets, K intervals, J nodes of log b (one node when b is known).
"""

from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from models.settings import NormalPrior

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Collapsed:
    """Likelihood times prior of the log hazard ratio for N sets.

    Parameters
    ----------
    events : numpy.ndarray, shape (N, K)
        Events per interval, both arms.
    log_exposure : numpy.ndarray, shape (N, 2, K)
        Log person-months, control and RT; minus infinity where there are none.
    tilt : numpy.ndarray, shape (N,)
        Events weighted by the arms' positions.
    positions : tuple of float
        Multiples of the log hazard ratio in control and RT.
    shape : float
        Gamma shape of the baseline hazards.
    constant : numpy.ndarray, shape (N,)
        Log of the factors that depend neither on beta nor on the rate.
    log_rate, log_weight : numpy.ndarray, shape (N, J)
        Nodes of the log rate and the log of their weights, prior included.
    prior : NormalPrior or None
        Prior of the log hazard ratio; none is flat with density 1.
    """

    events: Array
    log_exposure: Array
    tilt: Array
    positions: tuple[float, float]
    shape: float
    constant: Array
    log_rate: Array
    log_weight: Array
    prior: NormalPrior | None

    def rows(self, index: slice | NDArray[np.intp]) -> Self:
        """Return the same for some of the N sets."""
        return replace(
            self,
            events=self.events[index],
            log_exposure=self.log_exposure[index],
            tilt=self.tilt[index],
            constant=self.constant[index],
            log_rate=self.log_rate[index],
            log_weight=self.log_weight[index],
        )


class Expansion(NamedTuple):
    """Value, first and second derivative of a log density, one array each."""

    value: Array
    slope: Array
    curvature: Array


def log_density(collapsed: Collapsed, beta: Array) -> Array:
    """Log of likelihood times prior, the rate integrated out.

    Parameters
    ----------
    collapsed : Collapsed
        N sets.
    beta : numpy.ndarray, shape (N, M)
        Log hazard ratios.

    Returns
    -------
    numpy.ndarray, shape (N, M)
    """
    at_nodes = np.broadcast_to(
        collapsed.log_weight[:, :, np.newaxis],
        (*collapsed.log_rate.shape, beta.shape[1]),
    ).copy()
    for k in range(collapsed.events.shape[1]):
        terms = _arm_terms(collapsed, beta, interval=k)
        total = np.logaddexp(collapsed.log_rate[:, :, np.newaxis], np.logaddexp(*terms)[:, None])
        at_nodes -= (collapsed.shape + collapsed.events[:, k, None, None]) * total
    top = at_nodes.max(axis=1)
    summed = top + np.log(np.exp(at_nodes - top[:, np.newaxis]).sum(axis=1))
    rest = collapsed.constant[:, np.newaxis] + collapsed.tilt[:, np.newaxis] * beta
    return np.asarray(summed + rest + _log_prior(collapsed.prior, beta).value)


def expand_given_rate(collapsed: Collapsed, beta: Array) -> Expansion:
    """Expand the joint log density of beta and the log rate along beta.

    Parameters
    ----------
    collapsed : Collapsed
        N sets with J nodes of the log rate.
    beta : numpy.ndarray, shape (N, J)
        One log hazard ratio for each node.

    Returns
    -------
    Expansion
        Arrays of shape (N, J).
    """
    value, slope, curvature = (part.copy() for part in _log_prior(collapsed.prior, beta))
    tilt = collapsed.tilt[:, np.newaxis]
    value += collapsed.constant[:, np.newaxis] + collapsed.log_weight + tilt * beta
    slope += tilt
    low, high = collapsed.positions
    for k in range(collapsed.events.shape[1]):
        control, treated = _arm_terms(collapsed, beta, interval=k)
        total = np.logaddexp(collapsed.log_rate, np.logaddexp(control, treated))
        share_control, share_treated = np.exp(control - total), np.exp(treated - total)
        mean = low * share_control + high * share_treated
        square = low**2 * share_control + high**2 * share_treated
        power = collapsed.shape + collapsed.events[:, k, np.newaxis]
        value -= power * total
        slope -= power * mean
        curvature -= power * (square - mean**2)
    return Expansion(value=value, slope=slope, curvature=curvature)


def limiting_slopes(collapsed: Collapsed) -> tuple[Array, Array]:
    """Slopes of the log likelihood at minus and plus infinity, shape (N,) each.

    A flat prior gives a proper posterior only if the first is above 0 and the second below.
    """
    power = collapsed.shape + collapsed.events
    exposed = np.isfinite(collapsed.log_exposure)
    reach = np.where(exposed, np.array(collapsed.positions)[:, np.newaxis], 0.0)
    left = collapsed.tilt - (power * np.minimum(reach.min(axis=1), 0.0)).sum(axis=1)
    right = collapsed.tilt - (power * np.maximum(reach.max(axis=1), 0.0)).sum(axis=1)
    return left, right


def _arm_terms(collapsed: Collapsed, beta: Array, *, interval: int) -> tuple[Array, Array]:
    log_exposure = collapsed.log_exposure[:, :, interval, np.newaxis]
    low, high = collapsed.positions
    return low * beta + log_exposure[:, 0], high * beta + log_exposure[:, 1]


def _log_prior(prior: NormalPrior | None, beta: Array) -> Expansion:
    if prior is None:
        return Expansion(*(np.zeros_like(beta) for _ in range(3)))
    scaled = (beta - prior.mean) / prior.sd
    return Expansion(
        value=-0.5 * scaled**2 - np.log(prior.sd) - 0.5 * np.log(2 * np.pi),
        slope=-scaled / prior.sd,
        curvature=np.full_like(beta, -1 / prior.sd**2),
    )
