"""Patients at risk and events by arm at each event time of a two-arm comparison."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.survival.observed import arm_indicator, observed


class RiskSets(NamedTuple):
    """Counts at each distinct event time, control in row 0 and RT in row 1.

    Attributes
    ----------
    time : numpy.ndarray, shape (J,)
        Distinct event times in months, increasing.
    at_risk, events : numpy.ndarray of int, shape (2, J)
        Patients with time at or beyond `time`, and events at it.
    """

    time: NDArray[np.float64]
    at_risk: NDArray[np.int64]
    events: NDArray[np.int64]


def risk_sets(time: ArrayLike, event: ArrayLike, arm_index: ArrayLike) -> RiskSets:
    """Count patients at risk and events at each event time.

    Parameters
    ----------
    time : array_like, shape (n,)
        Months to event or censoring, finite and not negative.
    event : array_like of bool, shape (n,)
        Whether the event was seen.
    arm_index : array_like of int, shape (n,)
        0 control, 1 RT.

    Returns
    -------
    RiskSets
    """
    months, seen = observed(time, event)
    treated = arm_indicator(arm_index, patients=months.size)
    times = np.unique(months[seen])
    at_risk, events = [], []
    for arm in (~treated, treated):
        ordered = np.sort(months[arm])
        at_risk.append(ordered.size - np.searchsorted(ordered, times, side="left"))
        died = np.searchsorted(times, months[arm & seen])
        events.append(np.bincount(died, minlength=times.size))
    return RiskSets(
        time=times,
        at_risk=np.array(at_risk, dtype=np.int64),
        events=np.array(events, dtype=np.int64),
    )
