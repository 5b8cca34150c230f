"""Events and patients at risk over follow-up in an endless population, drop-out and cut included.

Times are months since randomisation; arm index 0 is control, 1 is RT. Integrals are sums over
Gauss–Legendre nodes within the pieces on which every hazard is constant and enrolment smooth;
pieces are at most a month long and finer after their start where hazards are high.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.survival.hazard import cumulative_hazard
from models.survival.intervals import interval_of
from simulate.truth.follow_up import FollowUp
from simulate.truth.packed import PackedTruth

Array = NDArray[np.float64]

NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)
LONGEST_PIECE = 1.0
STEEPEST = 10.0


class ObservedEvents(NamedTuple):
    """Hazards and patients at risk at the nodes of a quadrature over follow-up time.

    Strata that are alike are joined. The sum of `weight` × exp(`log_at_risk`) × `hazard` over nodes
    is the share of all patients who are observed to have the event.

    Attributes
    ----------
    weight : numpy.ndarray, shape (M,)
        Months that a node stands for × share of the patients followed for so long.
    log_at_risk : numpy.ndarray, shape (2, S, M)
        Log share of all patients who belong to an arm and stratum and have neither had the event
        nor dropped out, as if none were cut off by the look.
    hazard : numpy.ndarray, shape (2, S, M)
        Events per month of a patient at risk, cured or not.
    """

    weight: Array
    log_at_risk: Array
    hazard: Array

    def events(self) -> Array:
        """Share of all patients observed to have the event, shape (2, S)."""
        return np.asarray((np.exp(self.log_at_risk) * self.hazard) @ self.weight)


def observed_events(
    truth: PackedTruth, *, prevalences: ArrayLike, allocation: ArrayLike, follow_up: FollowUp
) -> ObservedEvents:
    """Patients at risk and events over follow-up time.

    Parameters
    ----------
    truth : PackedTruth
        Hazards, cure and drop-out.
    prevalences : array_like, shape (S,)
        Share of the patients in each stratum.
    allocation : array_like, shape (2,)
        Parts of control and RT, such as (1, 1).
    follow_up : FollowUp
        Administrative follow-up.

    Returns
    -------
    ObservedEvents
    """
    hazard, shares = _joined(truth.hazard, np.asarray(prevalences, dtype=float))
    nodes, months = _quadrature(truth, follow_up)
    parts = np.asarray(allocation, dtype=float)
    lost = cumulative_hazard(truth.drop_out, nodes, cuts=truth.drop_cuts)
    belong = np.log(np.outer(parts / parts.sum(), shares))[:, :, np.newaxis]
    cured = truth.cured[:, np.newaxis, np.newaxis]
    log_uncured = np.log1p(-cured) - cumulative_hazard(hazard, nodes, cuts=truth.cuts)
    log_alive = np.logaddexp(_log(cured), log_uncured)
    here = hazard[:, :, interval_of(nodes, cuts=truth.cuts)]
    return ObservedEvents(
        weight=months * follow_up.share(nodes),
        log_at_risk=belong - lost[:, np.newaxis, :] + log_alive,
        hazard=here * np.exp(log_uncured - log_alive),
    )


def _log(share: Array) -> Array:
    return np.log(share, out=np.full_like(share, -np.inf), where=share > 0)


def _joined(hazard: Array, prevalences: Array) -> tuple[Array, Array]:
    """Hazards that differ between strata, and the prevalence of each kind, none of them 0."""
    present = prevalences > 0
    hazard, prevalences = hazard[:, present], prevalences[present]
    rows = np.moveaxis(hazard, 1, 0).reshape(hazard.shape[1], -1)
    _, first, kind = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    return hazard[:, first], np.bincount(kind.ravel(), weights=prevalences)


def _quadrature(truth: PackedTruth, follow_up: FollowUp) -> tuple[Array, Array]:
    """Nodes in months and their weights."""
    corners = np.concatenate([truth.cuts, truth.drop_cuts, follow_up.knots])
    inside = corners[(corners > 0) & (corners < follow_up.longest)]
    months = np.arange(0.0, follow_up.longest, LONGEST_PIECE)
    bounds = np.unique(np.concatenate([months, inside, [follow_up.longest]]))
    bounds = _graded(bounds, fastest=float(truth.hazard.max() + truth.drop_out.max()))
    width = np.diff(bounds)
    nodes = bounds[:-1, np.newaxis] + width[:, np.newaxis] * (NODES + 1) / 2
    return nodes.ravel(), (width[:, np.newaxis] * WEIGHTS / 2).ravel()


def _graded(bounds: Array, *, fastest: float) -> Array:
    """Halve the first part of each piece until the fastest decay is slow on it."""
    halvings = max(0, math.ceil(math.log2(max(fastest, 1e-9) * LONGEST_PIECE / STEEPEST)))
    parts = 2.0 ** -np.arange(1, halvings + 1)
    finer = bounds[:-1, np.newaxis] + np.diff(bounds)[:, np.newaxis] * parts
    return np.unique(np.concatenate([bounds, finer.ravel()]))
