"""Medians of overall survival and of the time after progression, for many draws (compiled).

Between the points where a hazard changes, the logarithm of the integrand over the month of
progression is a line, so that each part of the integral is exact.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import inlined, kernel
from models.illness_death.packed import FORWARD, RESET, PackedIllnessDeath
from models.survival.hazard import median

Array = NDArray[np.float64]

LATEST = 1e6
CLOSE = 1e-12
ALIVE, OUTLIVING = 0, 1


class OneArm(NamedTuple):
    """Hazards of one arm and draw, as in `PackedIllnessDeath`; arrays by interval."""

    cuts: Array
    progression: Array
    without: Array
    clock: int
    after_cuts: Array
    after: Array


def overall_survival_medians(packed: PackedIllnessDeath) -> Array:
    """First month at which overall survival is at or below one half, shape (2, S).

    Parameters
    ----------
    packed : PackedIllnessDeath
        Drop-out and switching are of no account.

    Returns
    -------
    numpy.ndarray, shape (2, S)
        Months; infinite where it is not reached within a million.
    """
    return _medians(packed, measure=ALIVE)


def medians_after_progression(packed: PackedIllnessDeath) -> Array:
    """Median months from progression to death, shape (2, S).

    Of all patients who progress, whenever that is, in endless follow-up.

    Parameters
    ----------
    packed : PackedIllnessDeath
        Drop-out and switching are of no account.

    Returns
    -------
    numpy.ndarray, shape (2, S)
        Months; infinite where it is not reached within a million, not a number where nobody
        progresses.
    """
    if packed.clock == FORWARD:
        return _medians(packed, measure=OUTLIVING)
    progresses = packed.hazard[0].any(axis=-1)
    return np.where(progresses, median(packed.after_hazard, cuts=packed.after_cuts), math.nan)


def _medians(packed: PackedIllnessDeath, *, measure: int) -> Array:
    medians = np.empty(packed.after_hazard.shape[:2])
    _fill_medians(
        packed.cuts,
        np.ascontiguousarray(packed.hazard),
        packed.clock,
        packed.after_cuts,
        np.ascontiguousarray(packed.after_hazard),
        measure,
        medians,
    )
    return medians


@kernel
def _fill_medians(
    cuts: Array,
    hazard: Array,
    clock: int,
    after_cuts: Array,
    after: Array,
    measure: int,
    medians: Array,
) -> None:
    """Halve the months between a time with more and one with at most half of those at first."""
    for arm in range(medians.shape[0]):
        for draw in range(medians.shape[1]):
            one = OneArm(
                cuts,
                hazard[0, arm, draw],
                hazard[1, arm, draw],
                clock,
                after_cuts,
                after[arm, draw],
            )
            half = 0.5 * _left(0.0, one, measure)
            low, high = 0.0, 1.0
            while high < LATEST and _left(high, one, measure) > half:
                low, high = high, 2.0 * high
            while high < LATEST and high - low > CLOSE * high:
                middle = 0.5 * (low + high)
                if _left(middle, one, measure) > half:
                    low = middle
                else:
                    high = middle
            medians[arm, draw] = high if high < LATEST else math.inf
            if half == 0.0:
                medians[arm, draw] = math.nan


@kernel
def _left(months: float, one: OneArm, measure: int) -> float:
    return alive(months, one) if measure == ALIVE else outliving(months, one)


@kernel
def alive(month: float, one: OneArm) -> float:
    """Overall survival at a month: those without progression and those with.

    In steps from change to change of a hazard; `log_alive` is the logarithm of being without
    progression until now and, from now on, alive at the month.
    """
    resets = one.clock == RESET
    log_alive, log_free = -_spent(month, one.after_cuts, one.after), 0.0
    total, now, place = 0.0, 0.0, 0
    while now < month:
        stop = min(month, one.cuts[place] if place < one.cuts.size else math.inf)
        if resets:
            later = _holding(month - now, one.after_cuts)
            stop = min(stop, month - one.after_cuts[later - 1] if later > 0 else math.inf)
        else:
            later = _following(now, one.after_cuts)
            stop = min(stop, one.after_cuts[later] if later < one.after_cuts.size else math.inf)
        # Rounding may put the end of a piece before its start: nothing happens in it.
        width = max(stop - now, 0.0)
        leaving = one.progression[place] + one.without[place]
        slope = one.after[later] - leaving
        total += one.progression[place] * _area(log_alive, slope, width)
        log_alive += slope * width
        log_free -= leaving * width
        now = max(stop, np.nextafter(now, math.inf))
        if place < one.cuts.size and now >= one.cuts[place]:
            place += 1
    return math.exp(log_free) + total


@kernel
def outliving(months: float, one: OneArm) -> float:
    """Probability to progress and to live for so many months more, on the forward clock."""
    log_alive, total, now, place = -_spent(months, one.after_cuts, one.after), 0.0, 0.0, 0
    while True:
        here = _following(now, one.after_cuts)
        there = _following(now + months, one.after_cuts)
        stop = one.cuts[place] if place < one.cuts.size else math.inf
        if here < one.after_cuts.size:
            stop = min(stop, one.after_cuts[here])
        if there < one.after_cuts.size:
            stop = min(stop, one.after_cuts[there] - months)
        leaving = one.progression[place] + one.without[place]
        slope = one.after[here] - one.after[there] - leaving
        if stop == math.inf:
            last = math.exp(log_alive) / leaving if leaving > 0.0 else 0.0
            return float(total + one.progression[place] * last)
        width = max(stop - now, 0.0)
        total += one.progression[place] * _area(log_alive, slope, width)
        log_alive += slope * width
        now = max(stop, np.nextafter(now, math.inf))
        if place < one.cuts.size and now >= one.cuts[place]:
            place += 1


@inlined
def _area(log_start: float, slope: float, width: float) -> float:
    """Area under the exponential of a line, from its higher end, so that nothing overflows."""
    change = slope * width
    fall = abs(change)
    flat = -math.expm1(-fall) / fall if fall > 0.0 else 1.0
    return math.exp(log_start + max(change, 0.0)) * width * flat


@inlined
def _spent(month: float, cuts: Array, hazard: Array) -> float:
    """Cumulative hazard up to a month."""
    total, low = 0.0, 0.0
    for place in range(hazard.size):
        high = cuts[place] if place < cuts.size else math.inf
        total += hazard[place] * max(min(month, high) - low, 0.0)
        low = high
    return total


@inlined
def _following(month: float, cuts: Array) -> int:
    """Interval that goes on after a month."""
    place = 0
    while place < cuts.size and cuts[place] <= month:
        place += 1
    return place


@inlined
def _holding(month: float, cuts: Array) -> int:
    """Interval that holds a month, `(start, stop]`."""
    place = 0
    while place < cuts.size and cuts[place] < month:
        place += 1
    return place
