"""Hazards that are constant within intervals: survival, quantiles and restricted means.

Times are months, hazards per month. The last axis of `hazard` runs over the K intervals; all
other axes (chain, draw, arm, ...) are carried through.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.survival.intervals import (
    Cuts,
    check_cuts,
    check_times,
    interval_starts,
    time_in_intervals,
)

Array = NDArray[np.float64]

FEW = 32


def cumulative_hazard(hazard: ArrayLike, times: ArrayLike, *, cuts: Cuts) -> Array:
    """Cumulative hazard at given times.

    Parameters
    ----------
    hazard : array_like, shape (..., K)
        Hazard per month in each interval, not negative.
    times : array_like, shape (T,) or scalar
        Months, finite and not negative.
    cuts : sequence of float, shape (K - 1,)
        Interior cut points in months.

    Returns
    -------
    numpy.ndarray, shape (..., T), or (...) for a scalar time
    """
    rates = _hazard(hazard, cuts=cuts)
    if rates.shape[-1] > FEW:
        return _looked_up(rates, np.asarray(times, dtype=float), interval_starts(cuts))
    return np.asarray(rates @ time_in_intervals(times, cuts=cuts).T)


def _looked_up(rates: Array, times: Array, starts: Array) -> Array:
    """Cumulative hazard by looking up each time's interval, for hazards on a fine grid."""
    check_times(times)
    before = np.zeros(rates.shape)
    np.cumsum(rates[..., :-1] * np.diff(starts), axis=-1, out=before[..., 1:])
    here = np.searchsorted(starts[1:], times, side="left")
    return np.asarray(before[..., here] + rates[..., here] * (times - starts[here]))


def survival(hazard: ArrayLike, times: ArrayLike, *, cuts: Cuts) -> Array:
    """Probability of no event up to and including given times.

    Parameters and shapes as in `cumulative_hazard`.
    """
    total = cumulative_hazard(hazard, times, cuts=cuts)
    return np.exp(-total)


def time_at_cumulative_hazard(hazard: ArrayLike, target: ArrayLike, *, cuts: Cuts) -> Array:
    """First time at which the cumulative hazard reaches a target.

    With standard exponential targets this draws event times (inversion).

    Parameters
    ----------
    hazard : array_like, shape (..., K)
        Hazard per month in each interval, not negative.
    target : array_like
        Cumulative hazard to reach, not negative; broadcasts against the leading axes of `hazard`.
    cuts : sequence of float, shape (K - 1,)
        Interior cut points in months.

    Returns
    -------
    numpy.ndarray
        Months, infinite where a last hazard of 0 never reaches the target.
    """
    rates = _hazard(hazard, cuts=cuts)
    goal = np.asarray(target, dtype=float)
    starts = interval_starts(cuts)
    reached = np.zeros(np.broadcast_shapes(rates.shape[:-1], goal.shape))
    before = np.zeros(rates.shape[:-1])
    for k, width in enumerate(np.diff(starts, append=np.inf)):
        with np.errstate(divide="ignore", invalid="ignore"):
            here = starts[k] + (goal - before) / rates[..., k]
        reached = np.where(goal > before, here, reached)
        if np.isfinite(width):
            before = before + rates[..., k] * width
    return reached


def quantile(hazard: ArrayLike, probability: float, *, cuts: Cuts) -> Array:
    """Time by which a given share has had the event.

    Parameters
    ----------
    hazard : array_like, shape (..., K)
        Hazard per month in each interval, not negative.
    probability : float
        Share with the event, at least 0 and below 1.
    cuts : sequence of float, shape (K - 1,)
        Interior cut points in months.

    Returns
    -------
    numpy.ndarray, shape (...)
        Months; infinite where a last hazard of 0 keeps the share from being reached.

    Raises
    ------
    ValueError
        If `probability` is outside [0, 1).
    """
    if not 0 <= probability < 1:
        raise ValueError(f"`probability` must be at least 0 and below 1, got {probability}")
    return time_at_cumulative_hazard(hazard, -math.log1p(-probability), cuts=cuts)


def median(hazard: ArrayLike, *, cuts: Cuts) -> Array:
    """Median time to the event in months, shape (...); infinite if never reached."""
    return quantile(hazard, 0.5, cuts=cuts)


def rmst(hazard: ArrayLike, horizon: float, *, cuts: Cuts) -> Array:
    """Restricted mean survival time: area under the survival curve up to a horizon.

    Parameters
    ----------
    hazard : array_like, shape (..., K)
        Hazard per month in each interval, not negative.
    horizon : float
        Months, positive and finite.
    cuts : sequence of float, shape (K - 1,)
        Interior cut points in months.

    Returns
    -------
    numpy.ndarray, shape (...)
        Months, between 0 and `horizon`.

    Raises
    ------
    ValueError
        If `horizon` is not positive and finite.
    """
    if not 0 < horizon < math.inf:
        raise ValueError(f"`horizon` must be positive, finite months, got {horizon}")
    rates = _hazard(hazard, cuts=cuts)
    area = np.zeros(rates.shape[:-1])
    entered = np.zeros(rates.shape[:-1])
    for k, width in enumerate(time_in_intervals(horizon, cuts=cuts)):
        passed = rates[..., k] * width
        lived = np.divide(-np.expm1(-passed), passed, out=np.ones_like(passed), where=passed > 0)
        area += np.exp(-entered) * width * lived
        entered += passed
    return area


def _hazard(hazard: ArrayLike, *, cuts: Cuts) -> Array:
    rates = np.asarray(hazard, dtype=float)
    intervals = check_cuts(cuts).size + 1
    if rates.ndim == 0 or rates.shape[-1] != intervals:
        raise ValueError(
            f"`hazard` needs one value per interval on its last axis: got shape {rates.shape} "
            f"for {intervals} intervals"
        )
    return rates
