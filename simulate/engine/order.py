"""Putting times in order: a bucket sort for all of them, counting for a single one (compiled)."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import inlined, kernel

Floats = NDArray[np.float64]
Places = NDArray[np.int32]
Integers = NDArray[np.int64]

BINS = 256
BUCKETS = 2


@kernel
def sort_by_time(
    months: Floats,
    status: Integers,
    chosen: Places,
    scale: float,
    latest: float,
    bucket: Places,
    starts: Places,
    sorted_months: Floats,
    order: Places,
) -> None:
    """Order chosen patients by time, events before censorings of the same time.

    Times fall into twice as many buckets as there are patients, by t / (t + scale), which spreads
    exponential times about evenly; the whole is then sorted by insertion, which moves few.

    Parameters
    ----------
    months : array (chosen,)
        Times of those to be ordered; may be infinite.
    status : array (patient,)
        Of all patients.
    chosen : array of int32 (chosen,)
        Who they are.
    scale, latest : float
        About the median time, and a time that few go beyond; they decide the speed only.
    bucket : array of int32 (chosen,)
        Work space.
    starts : array of int32 (`BUCKETS` × chosen + 1,)
        Work space.
    sorted_months : array (chosen,)
        The times in order.
    order : array of int32 (chosen,)
        The patients in order.
    """
    count = months.size
    size = float(BUCKETS * count)
    stretch = size * (1.0 + scale / max(latest, 1e-9 * scale))
    for i in range(count):
        bucket[i] = np.int32(min(stretch * (1.0 - scale / (months[i] + scale)), size))
    _find_starts(bucket, count, starts)
    for i in range(count):
        place = starts[bucket[i]]
        starts[bucket[i]] = place + 1
        order[place] = chosen[i]
        sorted_months[place] = months[i]
    _carry_up(count, sorted_months, order)
    _insert(count, status, sorted_months, order)


@inlined
def _find_starts(bucket: Places, count: int, starts: Places) -> None:
    """Place at which each bucket starts, from the buckets of so many patients."""
    buckets = BUCKETS * count
    for b in range(buckets + 1):
        starts[b] = 0
    for i in range(count):
        starts[bucket[i]] += 1
    total = 0
    for b in range(buckets + 1):
        here = starts[b]
        starts[b] = total
        total += here


@inlined
def _carry_up(count: int, months: Floats, order: Places) -> None:
    """Carry later times past earlier ones, in one pass without branches.

    Neighbours in the wrong order, which are most of what is left, change places; each of them would
    cost the insertion a mispredicted branch.
    """
    if count == 0:
        return
    latest, who = months[0], order[0]
    for position in range(1, count):
        time, patient = months[position], order[position]
        earlier = time < latest
        months[position - 1] = time if earlier else latest
        order[position - 1] = patient if earlier else who
        latest = latest if earlier else time
        who = who if earlier else patient
    months[count - 1], order[count - 1] = latest, who


@inlined
def _insert(count: int, status: Integers, months: Floats, order: Places) -> None:
    """Sort by insertion, events before censorings of the same time."""
    for position in range(1, count):
        time, patient = months[position], order[position]
        j = position - 1
        while j >= 0 and (
            months[j] > time or (months[j] == time and status[order[j]] < status[patient])
        ):
            months[j + 1] = months[j]
            order[j + 1] = order[j]
            j -= 1
        months[j + 1] = time
        order[j + 1] = patient


class Calendar(NamedTuple):
    """Calendar months of all events to come, counted in bins.

    Attributes
    ----------
    month : array (patient,)
        Infinite for patients without an event.
    bin : array of int32 (patient,)
    counts : array (bin,)
    few : array (patient,)
        Work space, with one place more.
    """

    month: Floats
    bin: Places
    counts: Integers
    few: Floats


def new_calendar(patients: int) -> Calendar:
    """Allocate a calendar for so many patients."""
    return Calendar(
        np.empty(patients),
        np.empty(patients, np.int32),
        np.empty(BINS + 1, np.int64),
        np.empty(patients + 1),
    )


@kernel
def fill_calendar(end: Floats, status: Integers, scale: float, calendar: Calendar) -> None:
    """Count the calendar months of events in bins of t / (t + scale).

    Parameters
    ----------
    end : array (patient,)
        Calendar months of event or drop-out.
    status : array (patient,)
        1 for an event.
    scale : float
        About the median; it decides the speed only.
    calendar : Calendar
    """
    for b in range(BINS + 1):
        calendar.counts[b] = 0
    for i in range(end.size):
        calendar.month[i] = end[i] if status[i] else math.inf
    for i in range(end.size):
        calendar.bin[i] = np.int32(BINS * (1.0 - scale / (calendar.month[i] + scale)))
    for i in range(end.size):
        calendar.counts[calendar.bin[i]] += 1


@kernel
def month_of_event(number: int, patients: int, calendar: Calendar) -> float:
    """Calendar month of the event with a number (from 1); infinite if there are fewer."""
    before = 0
    b = 0
    while before + calendar.counts[b] < number:
        before += calendar.counts[b]
        b += 1
        if b == BINS + 1:
            return math.inf
    found = 0
    for i in range(patients):
        calendar.few[found] = calendar.month[i]
        found += calendar.bin[i] == b
    for i in range(1, found):
        month = calendar.few[i]
        j = i
        while j > 0 and calendar.few[j - 1] > month:
            calendar.few[j] = calendar.few[j - 1]
            j -= 1
        calendar.few[j] = month
    return float(calendar.few[number - before - 1])
