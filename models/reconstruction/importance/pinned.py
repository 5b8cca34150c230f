"""One parameter value with its pinned times: the scratch record of the compiled kernels."""

import math
from typing import Protocol

import numpy as np

from models.compiled import kernel
from models.reconstruction.problem import (
    INTERVALS,
    PATIENTS,
    ROLES,
    Floats,
    Integers,
    Problem,
)

LOWER, UPPER = 0, 1
START, REACH, LATE, LATE_AT_STOP, HAZARD_SHARE, SHARE = range(6)

PINNED = np.dtype(
    [
        ("hazard", np.float64, (2, INTERVALS)),
        ("reached", np.float64, (2, INTERVALS)),
        ("time", np.float64, ROLES),
        ("arm", np.int64, ROLES),
        ("free", np.int64, 2),
        ("below", np.int64, 2),
        ("segment", np.float64, (2, 2, 6)),
        ("counted", np.int64),
        ("count_mass", np.float64, (2, PATIENTS)),
    ],
    align=True,
)


class Pinned(Protocol):
    """Hazards of both arms, who is pinned where, and where the other patients lie.

    Attributes
    ----------
    hazard, reached : array (arm, interval)
        Event hazards per month; hazard of event or loss, cumulated to the start of the interval.
    time : array (role,)
        Pinned times in months.
    arm : array (role,)
        The arm that holds each role; −1 for a role that is not used.
    free, below : array (arm,)
        Patients without a role, and how many of them lie below the follow-up median.
    segment : array (arm, segment, 6)
        Constants of the truncated draws below and above the follow-up median: start in months,
        cumulated hazard there, administrative survival at start and at stop, probability of
        event or loss before the stop and of any end before it, both given the start.
    counted : int
        1 when event counts are drawn first, from a truncated binomial.
    count_mass : array (arm, count)
        Cumulated masses of that binomial from the lowest count on.
    """

    hazard: Floats
    reached: Floats
    time: Floats
    arm: Integers
    free: Integers
    below: Integers
    segment: Floats
    counted: int
    count_mass: Floats


@kernel
def set_hazards(log_hr: float, hazard: Floats, pinned: Pinned, problem: Problem) -> None:
    """Fill in the hazards of both arms, log HR being RT versus control."""
    s = problem.symmetric
    for arm in range(2):
        ratio = math.exp((arm - s) * log_hr)
        reached, start = 0.0, 0.0
        for k in range(problem.intervals):
            pinned.hazard[arm, k] = ratio * hazard[k]
            pinned.reached[arm, k] = reached
            if k < problem.intervals - 1:
                width = problem.cuts[k] - start
                reached += (pinned.hazard[arm, k] + problem.loss) * width
                start = problem.cuts[k]


@kernel
def interval_at(time: float, problem: Problem) -> int:
    """Index of the interval ``(start, stop]`` that holds a time."""
    k = 0
    while k < problem.intervals - 1 and time > problem.cuts[k]:
        k += 1
    return k


@kernel
def reach(arm: int, time: float, pinned: Pinned, problem: Problem) -> float:
    """Hazard of event or loss cumulated to a time."""
    k = interval_at(time, problem)
    start = problem.cuts[k - 1] if k else 0.0
    rate: float = pinned.hazard[arm, k] + problem.loss
    return float(pinned.reached[arm, k] + rate * (time - start))


@kernel
def late(time: float, problem: Problem) -> float:
    """Probability that administrative follow-up lasts beyond a time."""
    return min(1.0, max(0.0, (problem.cut_high - time) / problem.accrual))


@kernel
def pin_density(
    arm: int, time: float, any_end: bool, pinned: Pinned, problem: Problem
) -> tuple[float, float]:
    """Density of an event at a time (if asked, of any end of observation); the event's share."""
    alive = math.exp(-reach(arm, time, pinned, problem))
    event = pinned.hazard[arm, interval_at(time, problem)] * alive * late(time, problem)
    if not any_end:
        return event, 1.0
    density = event + problem.loss * alive * late(time, problem)
    if problem.cut_high - problem.accrual <= time < problem.cut_high:
        density += alive / problem.accrual
    return density, event / density if density > 0.0 else 0.0


@kernel
def set_segment(
    arm: int, which: int, start: float, stop: float, pinned: Pinned, problem: Problem
) -> float:
    """Fill in the constants of one segment; probability that a patient's end lies in it."""
    row = pinned.segment[arm, which]
    row[START] = start
    row[REACH] = reach(arm, start, pinned, problem)
    row[LATE] = late(start, problem)
    row[LATE_AT_STOP] = late(stop, problem)
    log_kept = row[REACH] - reach(arm, stop, pinned, problem)
    kept = math.exp(log_kept)
    row[HAZARD_SHARE] = -math.expm1(log_kept)
    if row[LATE] <= 0.0 or stop <= start:
        row[SHARE] = 0.0
        return 0.0
    row[SHARE] = 1.0 - kept * (row[LATE_AT_STOP] / row[LATE])
    return float(math.exp(-row[REACH]) * row[LATE] * row[SHARE])


@kernel
def time_at_reach(arm: int, target: float, pinned: Pinned, problem: Problem) -> tuple[float, int]:
    """Invert the cumulated hazard: the time, and its interval."""
    k = 0
    while k < problem.intervals - 1 and target > pinned.reached[arm, k + 1]:
        k += 1
    start = problem.cuts[k - 1] if k else 0.0
    rate = pinned.hazard[arm, k] + problem.loss
    return start + (target - pinned.reached[arm, k]) / rate, k


@kernel
def draw_in_segment(
    arm: int, which: int, pinned: Pinned, problem: Problem, rng: np.random.Generator
) -> tuple[float, int]:
    """Draw end of observation and status of a patient whose end lies in a segment.

    Either event or loss comes before the stop (then follow-up is free), or only the
    administrative end does.
    """
    row = pinned.segment[arm, which]
    mass = rng.random() * row[SHARE]
    if mass >= row[HAZARD_SHARE]:
        left = row[LATE_AT_STOP] + rng.random() * (row[LATE] - row[LATE_AT_STOP])
        return problem.cut_high - problem.accrual * left, 0
    time, k = time_at_reach(arm, row[REACH] - math.log1p(-mass), pinned, problem)
    left = late(time, problem)
    if left < 1.0:
        end = rng.random() * row[LATE]
        if end > left:
            return problem.cut_high - problem.accrual * end, 0
    hazard = pinned.hazard[arm, k]
    lost = problem.loss > 0.0 and rng.random() * (hazard + problem.loss) >= hazard
    return time, 0 if lost else 1


@kernel
def event_probability(
    arm: int, start: float, stop: float, pinned: Pinned, problem: Problem
) -> float:
    """Probability that a patient's observation ends with an event in ``(start, stop]``.

    Piece by piece in closed form: the hazard is constant and administrative survival linear
    between cut points and the begin of administrative ends.
    """
    total = 0.0
    begin = problem.cut_high - problem.accrual
    low = start
    while low < stop:
        high = stop
        if low < begin < high:
            high = begin
        for k in range(problem.intervals - 1):
            if low < problem.cuts[k] < high:
                high = problem.cuts[k]
        hazard = pinned.hazard[arm, interval_at(high, problem)]
        rate = hazard + problem.loss
        alive = math.exp(-reach(arm, low, pinned, problem))
        width = high - low
        slope = (late(low, problem) - late(high, problem)) / width
        x = rate * width
        first = -math.expm1(-x) / rate if rate > 0.0 else width
        if x > 1e-3:
            second = (-math.expm1(-x) - x * math.exp(-x)) / rate**2
        else:
            second = width**2 * (0.5 - x / 3.0 + x * x / 8.0)
        total += hazard * alive * (late(low, problem) * first - slope * second)
        low = high
    return total
