"""The algorithm of Guyot and others: one set of patients from a curve and its numbers at risk.

References
----------
Guyot, Ades, Ouwens & Welton 2012, doi 10.1186/1471-2288-12-9.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.curves.curve import ArmCurve, Array, Integers, ReadingError
from models.curves.stretches import FINENESS, find_stretches

MOST_ROUNDS = 200


class ArmPatients(NamedTuple):
    """Patients of one arm: months to event or censoring, and whether the event was seen."""

    time: Array
    event: NDArray[np.bool_]


class _Leaving(NamedTuple):
    """Events and censorings by point, arrays of shape (J,)."""

    events: Integers
    censored: Integers


def guyot(curve: ArmCurve, *, error: ReadingError, events: int | None = None) -> ArmPatients:
    """Rebuild the patients of one arm: events where the curve falls, censorings spread evenly.

    Between two numbers at risk censorings are spread evenly over time, and their number is
    changed until the second number at risk is met. Behind the last one censorings come at the
    average rate until then, or, with `events`, as many as give that total.

    Parameters
    ----------
    curve : ArmCurve
        Cleaned.
    error : ReadingError
        What it takes for flat, see `find_stretches`.
    events : int, optional
        Events of the arm in all, where known.

    Returns
    -------
    ArmPatients
        One answer among many: for the uncertainty see `reconstruct`. Who is left at the end of
        the curve is censored there.
    """
    survival = _levels(curve, error)
    bounds = np.searchsorted(curve.time, curve.risk_time, side="left")
    bounds = np.append(np.minimum(bounds, curve.time.size - 1), curve.time.size)
    bounds[0] = 0
    events_at = np.zeros(curve.time.size, np.int64)
    censored_at = np.zeros(curve.time.size, np.int64)
    level, left = 1.0, curve.patients
    for i in range(curve.risk_time.size):
        part = slice(bounds[i], bounds[i + 1])
        if i + 1 < curve.risk_time.size:
            found, level = _meet(curve, survival, part, i, left, level)
        else:
            rest = None if events is None else max(events - int(events_at.sum()), 0)
            found, level = _tail(curve, survival, part, left, level, censored_at, events_left=rest)
        events_at[part], censored_at[part] = found
        left -= int(found.events.sum() + found.censored.sum())
    return _as_patients(curve, events_at, censored_at)


def _levels(curve: ArmCurve, error: ReadingError) -> Array:
    """Level of the flat stretch that each point belongs to, shape (J,)."""
    flat = find_stretches(curve, error=error, apart=FINENESS[0])
    return flat.level[np.searchsorted(flat.start, curve.time, side="right") - 1]


def _meet(
    curve: ArmCurve, survival: Array, part: slice, count: int, start: int, level: float
) -> tuple[_Leaving, float]:
    """Change the number of censorings until the next number at risk is met, or nearly so."""
    goal = int(curve.at_risk[count + 1])
    end = float(survival[part.stop - 1]) if part.stop > part.start else level
    censored = max(round(start * end / max(level, 1e-12)) - goal, 0)
    best: tuple[int, _Leaving, float] | None = None
    for _ in range(MOST_ROUNDS):
        spread = _evenly(curve, part, min(censored, start), float(curve.risk_time[count + 1]))
        found, reached = _march(survival[part], spread, start, level)
        missed = start - int(found.events.sum() + found.censored.sum()) - goal
        if best is None or abs(missed) < abs(best[0]):
            best = (missed, found, reached)
        if missed == 0 or (missed < 0 and censored == 0):
            break
        censored = max(censored + missed, 0)
    assert best is not None
    return best[1], best[2]


def _tail(
    curve: ArmCurve,
    survival: Array,
    part: slice,
    start: int,
    level: float,
    censored_at: Integers,
    *,
    events_left: int | None,
) -> tuple[_Leaving, float]:
    """Behind the last number at risk: censor at the average rate, or to the total of events."""
    last = float(curve.risk_time[-1])
    rate = censored_at.sum() / last if last > 0 else 0.0
    expected = min(round(rate * (curve.end - last)), start)
    tries = [
        _march(survival[part], _evenly(curve, part, censored, curve.end), start, level)
        for censored in ([expected] if events_left is None else range(start + 1))
    ]
    if events_left is None:
        return tries[0]
    return min(tries, key=lambda found: abs(int(found[0].events.sum()) - events_left))


def _evenly(curve: ArmCurve, part: slice, censored: int, stop: float) -> Integers:
    """Censorings by point, at even distances up to the next number at risk."""
    time = curve.time[part]
    if time.size == 0 or censored == 0:
        return np.zeros(time.size, np.int64)
    start = float(time[0])
    at = start + (stop - start) * (np.arange(censored) + 0.5) / censored
    place = np.clip(np.searchsorted(time, at, side="right") - 1, 0, time.size - 1)
    return np.bincount(place, minlength=time.size).astype(np.int64)


def _march(
    survival: Array, censored: Integers, at_risk: int, level: float
) -> tuple[_Leaving, float]:
    """Events at each point that bring the estimate nearest to the curve; censorings come after."""
    events = np.zeros(survival.size, np.int64)
    kept = censored.copy()
    for j in range(survival.size):
        if at_risk > 0 and level > 0:
            events[j] = min(max(round(at_risk * (1 - survival[j] / level)), 0), at_risk)
            level *= 1 - events[j] / at_risk
        at_risk -= int(events[j])
        kept[j] = min(int(kept[j]), at_risk)
        at_risk -= int(kept[j])
    return _Leaving(events, kept), level


def _as_patients(curve: ArmCurve, events: Integers, censored: Integers) -> ArmPatients:
    """Events at their points, censorings half-way to the next point or count, others at the end."""
    following = np.append(curve.time[1:], curve.end)
    counts = np.append(curve.risk_time, np.inf)
    next_count = counts[np.searchsorted(curve.risk_time, curve.time, side="right")]
    between = (curve.time + np.minimum(following, next_count)) / 2
    left = max(curve.patients - int(events.sum() + censored.sum()), 0)
    time = [np.repeat(curve.time, events), np.repeat(between, censored), np.full(left, curve.end)]
    seen = np.repeat([True, False, False], [part.size for part in time])
    return ArmPatients(np.concatenate(time), seen)
