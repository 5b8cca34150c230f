"""Kaplan–Meier curve of one group, its median, numbers at risk and follow-up; times in months."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.survival.observed import observed

# A product of fractions that equals 0.5 exactly may come out one rounding error above it.
MEDIAN_TOLERANCE = 1e-9


class KaplanMeierCurve(NamedTuple):
    """Product-limit estimate, right-continuous, one row per distinct observed time.

    Attributes
    ----------
    time : numpy.ndarray, shape (J,)
        Distinct observed times in months, increasing, censored ones included.
    at_risk, events : numpy.ndarray of int, shape (J,)
        Patients with time at or beyond `time`, and events at it.
    survival : numpy.ndarray, shape (J,)
        Estimate from `time` on until the next.
    """

    time: NDArray[np.float64]
    at_risk: NDArray[np.int64]
    events: NDArray[np.int64]
    survival: NDArray[np.float64]


def kaplan_meier(time: ArrayLike, event: ArrayLike) -> KaplanMeierCurve:
    """Estimate survival of one group; at a tied time events come before censorings.

    Parameters
    ----------
    time : array_like, shape (n,)
        Months to event or censoring, not negative.
    event : array_like of bool, shape (n,)
        Whether the event was seen.

    Returns
    -------
    KaplanMeierCurve

    Raises
    ------
    ValueError
        If there is no patient, the shapes differ or a time is negative or not finite.

    References
    ----------
    Kaplan & Meier 1958, doi 10.1080/01621459.1958.10501452.

    Examples
    --------
    >>> from models import kaplan_meier
    >>> curve = kaplan_meier([2.0, 5.0, 5.0, 8.0], [True, True, False, True])
    >>> curve.survival
    array([0.75, 0.5 , 0.  ])
    """
    months, seen = observed(time, event)
    distinct, place = np.unique(months, return_inverse=True)
    leaving = np.bincount(place, minlength=distinct.size)
    events = np.bincount(place[seen], minlength=distinct.size)
    at_risk = months.size - np.concatenate(([0], np.cumsum(leaving)[:-1]))
    return KaplanMeierCurve(
        time=distinct,
        at_risk=at_risk.astype(np.int64),
        events=events.astype(np.int64),
        survival=np.cumprod(1 - events / at_risk),
    )


def survival_at(curve: KaplanMeierCurve, times: ArrayLike) -> NDArray[np.float64]:
    """Estimate at given months, same shape; the last value holds beyond the last time.

    Parameters
    ----------
    curve : KaplanMeierCurve
        From `kaplan_meier`.
    times : array_like
        Months.

    Returns
    -------
    numpy.ndarray
        Same shape as `times`.

    Examples
    --------
    >>> from models import kaplan_meier, survival_at
    >>> survival_at(kaplan_meier([2.0, 5.0, 8.0, 9.0], [True, True, False, True]), [0.0, 6.0])
    array([1. , 0.5])
    """
    steps = np.concatenate(([1.0], curve.survival))
    return steps[np.searchsorted(curve.time, np.asarray(times, dtype=float), side="right")]


def median_time(curve: KaplanMeierCurve) -> float:
    """First time in months with an estimate of at most 0.5, infinite if there is none.

    SPSS prints this; R's `survfit` averages the ends of a flat stretch at 0.5.

    Parameters
    ----------
    curve : KaplanMeierCurve
        From `kaplan_meier`.

    Returns
    -------
    float
        Months.

    Examples
    --------
    >>> from models import kaplan_meier, median_time
    >>> median_time(kaplan_meier([2.0, 5.0, 8.0, 9.0], [True, True, False, True]))
    5.0
    """
    reached = curve.survival <= 0.5 + MEDIAN_TOLERANCE
    return float(curve.time[np.argmax(reached)]) if reached.any() else math.inf


def numbers_at_risk(time: ArrayLike, times: ArrayLike) -> NDArray[np.int64]:
    """Count the patients still at risk just before given months.

    Parameters
    ----------
    time : array_like, shape (n,)
        Months to event or censoring.
    times : array_like, shape (...)
        Months at which to count.

    Returns
    -------
    numpy.ndarray of int, shape (...)
        Patients with `time` at or beyond each of `times`.
    """
    ordered = np.sort(np.asarray(time, dtype=float))
    gone = np.searchsorted(ordered, np.asarray(times, dtype=float), side="left")
    return np.asarray(ordered.size - gone, dtype=np.int64)


def follow_up_median(time: ArrayLike) -> float:
    """Median of the observed times of all patients in months, with event or without."""
    return float(np.median(np.asarray(time, dtype=float)))
