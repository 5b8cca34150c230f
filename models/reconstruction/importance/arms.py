"""Data sets of one arm given its pinned times, kept if the median falls on its pin (compiled)."""

import numpy as np

from models.compiled import kernel
from models.reconstruction.importance.counts import (
    AFTER_EVENTS,
    BEFORE_EVENTS,
    WHOLE_EVENTS,
    draw_before,
    draw_later,
    draw_split,
    held_before,
)
from models.reconstruction.importance.pinned import (
    AFTER,
    BEFORE,
    WHOLE,
    Pinned,
    draw_censored,
    draw_event,
)
from models.reconstruction.problem import ROLES, Floats, Problem

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
def fill_cell(
    arm: int,
    which: int,
    patients: int,
    events: int,
    row: int,
    time: Floats,
    event: Floats,
    pinned: Pinned,
    problem: Problem,
    rng: np.random.Generator,
) -> int:
    """Draw the patients of one cell from a row on, so many with an event; the next row."""
    for i in range(patients):
        if i < events:
            time[row] = draw_event(arm, which, pinned, problem, rng)
            event[row] = 1.0
        else:
            time[row] = draw_censored(arm, which, pinned, problem, rng)
            event[row] = 0.0
        row += 1
    return row


@kernel
def fill_roles(
    arm: int, after: bool, row: int, time: Floats, event: Floats, pinned: Pinned, problem: Problem
) -> int:
    """Put the pinned patients before (or `after`, the median among them) in place; the next row."""
    for role in range(ROLES):
        if pinned.arm[role] != arm:
            continue
        late = problem.used[arm] and pinned.time[role] > pinned.time[arm]
        if late == after and role != arm:
            time[row] = pinned.time[role]
            event[row] = pinned.event[role]
            row += 1
    return row


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
def median_holds(arm: int, event: Floats, front: int, size: int, problem: Problem) -> bool:
    """Whether the curve crosses one half where it should, the first `front` patients sorted."""
    row = crossing(event, front, size)
    if problem.used[arm]:
        return row == front - 1
    return problem.unreached[arm] == 0 or row < 0


@kernel
def keep_arm(
    arm: int,
    time: Floats,
    event: Floats,
    pinned: Pinned,
    problem: Problem,
    tables: Floats,
    rng: np.random.Generator,
) -> bool:
    """Draw a data set of an arm, sorted by time; whether its median holds."""
    size = problem.n_control if arm == 0 else problem.n - problem.n_control
    whole, parted = pinned.whole[arm], pinned.parted[arm]
    first = whole if pinned.whole_first[arm] else 0
    k, events = draw_before(arm, pinned, tables, rng)
    whole_events = draw_split(
        events, tables[WHOLE_EVENTS, 0], first, tables[BEFORE_EVENTS, k], k, rng
    )
    row = fill_cell(arm, WHOLE, first, whole_events, 0, time, event, pinned, problem, rng)
    row = fill_cell(arm, BEFORE, k, events - whole_events, row, time, event, pinned, problem, rng)
    row = fill_roles(arm, False, row, time, event, pinned, problem)
    sort_rows(time, event, 0, row)
    if problem.used[arm]:
        time[row], event[row] = pinned.time[arm], 1.0
        row += 1
    if not median_holds(arm, event, row, size, problem):
        return False
    front = row
    _, _, held = held_before(arm, pinned, problem)
    later = draw_later(arm, k, held + events, pinned, problem, tables, rng)
    rest = whole - first
    whole_events = draw_split(
        later, tables[WHOLE_EVENTS, 0], rest, tables[AFTER_EVENTS, k], parted - k, rng
    )
    row = fill_cell(arm, WHOLE, rest, whole_events, row, time, event, pinned, problem, rng)
    row = fill_cell(
        arm, AFTER, parted - k, later - whole_events, row, time, event, pinned, problem, rng
    )
    row = fill_roles(arm, True, row, time, event, pinned, problem)
    sort_rows(time, event, front, row)
    return True
