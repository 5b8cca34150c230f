"""Time axis cut into intervals `(start, stop]`, the last open to infinity; times in months."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Cuts = Sequence[float] | NDArray[np.float64]

ARMS = ("control", "rt")


def check_cuts(cuts: Cuts) -> NDArray[np.float64]:
    """Return interior cut points as an array after checking them.

    Parameters
    ----------
    cuts : sequence of float, shape (K - 1,)
        Interior cut points in months, positive and strictly increasing; empty for one interval.

    Returns
    -------
    numpy.ndarray, shape (K - 1,)

    Raises
    ------
    ValueError
        If a cut point is not positive and finite, or the order is wrong.
    """
    points = np.asarray(cuts, dtype=float).reshape(-1)
    steps = np.diff(points, prepend=0.0)
    if not np.all(np.isfinite(points)) or np.any(steps <= 0):
        raise ValueError(
            "`cuts` must be positive, finite and strictly increasing months without 0 and "
            f"infinity, got {points.tolist()}"
        )
    return points


def interval_starts(cuts: Cuts) -> NDArray[np.float64]:
    """Start of each interval in months, shape (K,); the first is 0."""
    return np.concatenate(([0.0], check_cuts(cuts)))


def interval_stops(cuts: Cuts) -> NDArray[np.float64]:
    """End of each interval in months, shape (K,); the last is infinite."""
    return np.concatenate((check_cuts(cuts), [np.inf]))


def interval_labels(cuts: Cuts) -> list[str]:
    """Label of each interval, such as "(0, 3]" and "(18, inf)"."""
    pairs = zip(interval_starts(cuts), interval_stops(cuts), strict=True)
    return [f"({start:g}, {stop:g}{']' if np.isfinite(stop) else ')'}" for start, stop in pairs]


def interval_of(time: ArrayLike, *, cuts: Cuts) -> NDArray[np.intp]:
    """Index of the interval that holds each time; a cut point belongs to the interval it ends.

    Parameters
    ----------
    time : array_like
        Months, not negative.
    cuts : sequence of float, shape (K - 1,)
        Interior cut points in months.

    Returns
    -------
    numpy.ndarray of int
        Between 0 and K - 1, same shape as `time`.
    """
    return np.searchsorted(check_cuts(cuts), np.asarray(time, dtype=float), side="left")


def time_in_intervals(times: ArrayLike, *, cuts: Cuts) -> NDArray[np.float64]:
    """Months spent in each interval from 0 to given times.

    Parameters
    ----------
    times : array_like, shape (...)
        Months, finite and not negative.
    cuts : sequence of float, shape (K - 1,)
        Interior cut points in months.

    Returns
    -------
    numpy.ndarray, shape (..., K)
        Rows sum to `times`.

    Raises
    ------
    ValueError
        If a time is negative or not finite.
    """
    months = np.asarray(times, dtype=float)
    check_times(months)
    starts = interval_starts(cuts)
    until = np.clip(months[..., np.newaxis], starts, interval_stops(cuts))
    return np.asarray(until - starts)


def check_times(months: NDArray[np.float64]) -> None:
    """Refuse times that are negative or not finite.

    Parameters
    ----------
    months : array, shape (...)

    Raises
    ------
    ValueError
        If a time is negative or not finite.
    """
    bad = ~(np.isfinite(months) & (months >= 0))
    if bad.any():
        raise ValueError(f"`times` must be finite months of at least 0, got {months[bad].flat[0]}")
