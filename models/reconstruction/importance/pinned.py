"""One parameter value with its pinned times: the scratch record of the compiled kernels."""

import math
from typing import Protocol

import numpy as np

from models.compiled import kernel
from models.reconstruction.problem import (
    INTERVALS,
    ROLES,
    Floats,
    Integers,
    Problem,
)

WHOLE, BEFORE, AFTER = range(3)
START, STOP, REACH, LATE, LATE_AT_STOP, HAZARD_SHARE, SHARE, MASS, EVENT, LOSS = range(10)
NEGLIGIBLE = 1e-12

PINNED = np.dtype(
    [
        ("hazard", np.float64, (2, INTERVALS)),
        ("reached", np.float64, (2, INTERVALS)),
        ("time", np.float64, ROLES),
        ("arm", np.int64, ROLES),
        ("event", np.float64, ROLES),
        ("free", np.int64, 2),
        ("cell", np.float64, (2, 3, 10)),
        ("whole", np.int64, 2),
        ("parted", np.int64, 2),
        ("whole_first", np.int64, 2),
    ],
    align=True,
)


class Pinned(Protocol):
    """Hazards of both arms, who is pinned where, and where the other patients lie.

    Free patients of an arm lie in cells: the segment below or above the follow-up median that
    holds the printed median of the arm is parted there into `BEFORE` and `AFTER`; the other
    segment is `WHOLE`.

    Attributes
    ----------
    hazard, reached : array (arm, interval)
        Event hazards per month; hazard of event or loss, cumulated to the start of the interval.
    time, event : array (role,)
        Pinned times in months, and status there.
    arm : array (role,)
        The arm that holds each role; −1 for a role that is not used.
    free, whole, parted : array (arm,)
        Patients without a role: all, those in the whole segment, those in the parted one.
    whole_first : array (arm,)
        1 when the whole segment comes before the parted one.
    cell : array (arm, cell, 10)
        Start and stop in months; cumulated hazard and administrative survival at start, the
        latter at stop; probability of event or loss before the stop and of any end before it,
        given the start; probability of an end in the cell; given that, of an event; given no
        event, of a loss.
    """

    hazard: Floats
    reached: Floats
    time: Floats
    arm: Integers
    event: Floats
    free: Integers
    cell: Floats
    whole: Integers
    parted: Integers
    whole_first: Integers


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
def set_cell(
    arm: int, which: int, start: float, stop: float, pinned: Pinned, problem: Problem
) -> float:
    """Fill in the constants of one cell; probability that a patient's end lies in it."""
    row = pinned.cell[arm, which]
    row[START], row[STOP] = start, stop
    row[REACH] = reach(arm, start, pinned, problem)
    row[LATE], row[LATE_AT_STOP] = late(start, problem), late(stop, problem)
    row[HAZARD_SHARE] = row[SHARE] = row[MASS] = row[EVENT] = row[LOSS] = 0.0
    if row[LATE] <= 0.0 or stop <= start:
        return 0.0
    log_kept = row[REACH] - reach(arm, stop, pinned, problem)
    row[HAZARD_SHARE] = -math.expm1(log_kept)
    row[SHARE] = 1.0 - math.exp(log_kept) * (row[LATE_AT_STOP] / row[LATE])
    row[MASS] = math.exp(-row[REACH]) * row[LATE] * row[SHARE]
    if row[MASS] > 0.0:
        event, loss = end_probabilities(arm, start, stop, pinned, problem)
        row[EVENT] = rounded(event / row[MASS])
        if row[EVENT] < 1.0:
            row[LOSS] = rounded(loss / (row[MASS] - event))
    return float(row[MASS])


@kernel
def rounded(share: float) -> float:
    """Take a share next to 0 or 1 for certain."""
    if share < NEGLIGIBLE:
        return 0.0
    return 1.0 if share > 1.0 - NEGLIGIBLE else share


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
def draw_end(
    arm: int, which: int, pinned: Pinned, problem: Problem, rng: np.random.Generator
) -> tuple[float, int]:
    """Draw end of observation and status of a patient whose end lies in a cell.

    Either event or loss comes before the stop (then follow-up is free), or only the
    administrative end does.
    """
    row = pinned.cell[arm, which]
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
def draw_event(
    arm: int, which: int, pinned: Pinned, problem: Problem, rng: np.random.Generator
) -> float:
    """Draw the time of a patient who has an event in a cell."""
    row = pinned.cell[arm, which]
    while True:
        mass = rng.random() * row[HAZARD_SHARE]
        time, k = time_at_reach(arm, row[REACH] - math.log1p(-mass), pinned, problem)
        hazard = pinned.hazard[arm, k]
        share = hazard / (hazard + problem.loss) * late(time, problem) / row[LATE]
        if rng.random() < share:
            return time


@kernel
def draw_censored(
    arm: int, which: int, pinned: Pinned, problem: Problem, rng: np.random.Generator
) -> float:
    """Draw the time of a patient whose observation ends in a cell without an event."""
    row = pinned.cell[arm, which]
    if rng.random() < row[LOSS]:
        while True:
            time = row[START] + rng.random() * (row[STOP] - row[START])
            share = math.exp(row[REACH] - reach(arm, time, pinned, problem))
            if rng.random() * row[LATE] < share * late(time, problem):
                return float(time)
    begin = max(row[START], problem.cut_high - problem.accrual)
    base = reach(arm, begin, pinned, problem)
    while True:
        time = begin + rng.random() * (row[STOP] - begin)
        if rng.random() < math.exp(base - reach(arm, time, pinned, problem)):
            return float(time)


@kernel
def end_probabilities(
    arm: int, start: float, stop: float, pinned: Pinned, problem: Problem
) -> tuple[float, float]:
    """Probabilities that observation ends with an event, with a loss, in ``(start, stop]``.

    Piece by piece in closed form: the hazard is constant and administrative survival linear
    between cut points and the begin of administrative ends.
    """
    events = losses = 0.0
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
        months = alive * (late(low, problem) * first - slope * second)
        events += hazard * months
        losses += problem.loss * months
        low = high
    return events, losses
