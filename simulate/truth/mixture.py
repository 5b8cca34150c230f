"""Survival of a whole arm: the mixture over its strata and its cured patients.

Times are months; arm index 0 is control, 1 is RT.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.survival.hazard import cumulative_hazard, rmst
from models.survival.intervals import interval_stops
from simulate.truth.packed import PackedTruth

Array = NDArray[np.float64]

LATEST = 1e9


def mixture_survival(truth: PackedTruth, times: ArrayLike, *, prevalences: ArrayLike) -> Array:
    """Probability of no event up to and including given times, in each arm.

    Parameters
    ----------
    truth : PackedTruth
        Hazards and cure.
    times : array_like, shape (T,)
        Months, finite and not negative.
    prevalences : array_like, shape (S,)
        Share of the patients in each stratum.

    Returns
    -------
    numpy.ndarray, shape (2, T)
        Control, RT: cured + (1 - cured) × the strata's survival, averaged by prevalence.
    """
    cured = truth.cured[:, np.newaxis]
    return np.asarray(cured + (1 - cured) * _uncured(truth, times, prevalences=prevalences))


def mixture_rmst(truth: PackedTruth, horizon: float, *, prevalences: ArrayLike) -> Array:
    """Restricted mean survival time of each arm in months, shape (2,).

    Parameters
    ----------
    truth : PackedTruth
        Hazards and cure.
    horizon : float
        Months, positive and finite.
    prevalences : array_like, shape (S,)
        Share of the patients in each stratum.
    """
    uncured = rmst(truth.hazard, horizon, cuts=truth.cuts) @ np.asarray(prevalences, dtype=float)
    return np.asarray(truth.cured * horizon + (1 - truth.cured) * uncured)


def mixture_median(truth: PackedTruth, *, prevalences: ArrayLike) -> Array:
    """First time at which survival is at or below one half, in each arm.

    Parameters
    ----------
    truth : PackedTruth
        Hazards and cure.
    prevalences : array_like, shape (S,)
        Share of the patients in each stratum.

    Returns
    -------
    numpy.ndarray, shape (2,)
        Months; infinite where one half never have the event.
    """
    ends = [*interval_stops(truth.cuts)[:-1], LATEST]
    alive = _uncured(truth, ends, prevalences=prevalences)
    medians = np.full(2, math.inf)
    for arm, target in enumerate((0.5 - truth.cured) / (1 - truth.cured)):
        reached = np.flatnonzero(alive[arm] <= target)
        if target > 0 and reached.size:
            place = int(reached[0])
            bracket = (ends[place - 1] if place else 0.0, ends[place])
            medians[arm] = _first_at(
                float(target), truth, arm, bracket=bracket, prevalences=prevalences
            )
    return medians


def _uncured(truth: PackedTruth, times: ArrayLike, *, prevalences: ArrayLike) -> Array:
    """Survival of those not cured, strata mixed, shape (2, T)."""
    months = np.atleast_1d(np.asarray(times, dtype=float))
    by_stratum = np.exp(-cumulative_hazard(truth.hazard, months, cuts=truth.cuts))
    return np.asarray(np.einsum("s,ast->at", np.asarray(prevalences, dtype=float), by_stratum))


def _first_at(
    target: float,
    truth: PackedTruth,
    arm: int,
    *,
    bracket: tuple[float, float],
    prevalences: ArrayLike,
) -> float:
    """Bisection within one interval, where survival falls from above the target to it."""
    low, high = bracket
    while (middle := (low + high) / 2) not in (low, high):
        above = _uncured(truth, middle, prevalences=prevalences)[arm, 0] > target
        low, high = (middle, high) if above else (low, middle)
    return high
