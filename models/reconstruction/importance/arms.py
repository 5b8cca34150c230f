"""Data sets of one arm given its pinned times, kept if the median falls on its pin (compiled)."""

import math

import numpy as np

from models.compiled import kernel
from models.reconstruction.importance.pinned import (
    LOWER,
    UPPER,
    Pinned,
    draw_in_segment,
    pin_density,
)
from models.reconstruction.problem import LONGEST, SHORTEST, Floats, Problem

HALF = 0.5 + 1e-12


@kernel
def sort_rows(time: Floats, event: Floats, start: int, stop: int) -> None:
    """Sort times of patients ``start`` to ``stop`` (exclusive) in place, with their status."""
    for i in range(start + 1, stop):
        moving, status = time[i], event[i]
        j = i - 1
        while j >= start and time[j] > moving:
            time[j + 1] = time[j]
            event[j + 1] = event[j]
            j -= 1
        time[j + 1] = moving
        event[j + 1] = status


@kernel
def draw_count(arm: int, pinned: Pinned, rng: np.random.Generator) -> int:
    """Draw how many free patients have an event, by inversion of the truncated binomial."""
    mass = rng.random() * pinned.count_mass[arm, pinned.free[arm]]
    count = 0
    while pinned.count_mass[arm, count] <= mass:
        count += 1
    return count


@kernel
def draw_counted(
    arm: int,
    time: Floats,
    event: Floats,
    pinned: Pinned,
    problem: Problem,
    rng: np.random.Generator,
) -> None:
    """Draw the free patients given how many of them have an event.

    Patients are drawn from the model; the first so many events and the first so many others are
    kept, which are draws given the status.
    """
    events = draw_count(arm, pinned, rng)
    others = pinned.free[arm] - events
    row = 0
    while events + others > 0:
        end, status = draw_in_segment(arm, LOWER, pinned, problem, rng)
        if status and events > 0:
            events -= 1
        elif not status and others > 0:
            others -= 1
        else:
            continue
        time[row] = end
        event[row] = status
        row += 1


@kernel
def draw_arm(
    arm: int,
    time: Floats,
    event: Floats,
    pinned: Pinned,
    problem: Problem,
    rng: np.random.Generator,
) -> int:
    """Draw all patients of an arm, unsorted; their number."""
    row = int(pinned.free[arm])
    if pinned.counted:
        draw_counted(arm, time, event, pinned, problem, rng)
    else:
        for i in range(row):
            which = LOWER if i < pinned.below[arm] else UPPER
            end, status = draw_in_segment(arm, which, pinned, problem, rng)
            time[i] = end
            event[i] = status
    for role in range(LONGEST + 1):
        if pinned.arm[role] != arm:
            continue
        time[row] = pinned.time[role]
        event[row] = 1.0
        if role >= SHORTEST:
            _, share = pin_density(arm, time[row], True, pinned, problem)
            event[row] = 1.0 if rng.random() < share else 0.0
        row += 1
    return row


@kernel
def events_allowed(arm: int, event: Floats, count: int, problem: Problem) -> bool:
    """Whether the number of events lies within its bounds."""
    events = 0.0
    for i in range(count):
        events += event[i]
    return bool(problem.events_low[arm] <= events <= problem.events_high[arm])


@kernel
def split_rows(time: Floats, event: Floats, count: int, limit: float) -> int:
    """Bring the patients at or before a time to the front; how many they are."""
    front = 0
    for i in range(count):
        if time[i] <= limit:
            time[i], time[front] = time[front], time[i]
            event[i], event[front] = event[front], event[i]
            front += 1
    return front


@kernel
def crossing(event: Floats, front: int, count: int) -> int:
    """Row of the first `front` sorted ones at which Kaplan–Meier first is at most ½, or −1."""
    curve = 1.0
    for i in range(front):
        if event[i] > 0.0:
            curve *= (count - i - 1.0) / (count - i)
            if curve <= HALF:
                return i
    return -1


@kernel
def keep_arm(
    arm: int,
    time: Floats,
    event: Floats,
    pinned: Pinned,
    problem: Problem,
    rng: np.random.Generator,
) -> bool:
    """Draw a data set of an arm, sorted by time; whether event bounds and the median hold."""
    count = draw_arm(arm, time, event, pinned, problem, rng)
    if not events_allowed(arm, event, count, problem):
        return False
    limit = pinned.time[arm] if problem.used[arm] else math.inf
    front = split_rows(time, event, count, limit)
    sort_rows(time, event, 0, front)
    row = crossing(event, front, count)
    if problem.used[arm] and row != front - 1:
        return False
    if problem.unreached[arm] and row >= 0:
        return False
    sort_rows(time, event, front, count)
    return True
