"""Putting times in order: a bucket sort for all of them, counting for a single one (compiled)."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import lean_inlined, lean_kernel
from simulate.bits import as_float

Floats = NDArray[np.float64]
Places = NDArray[np.int32]
Integers = NDArray[np.int64]
Keys = NDArray[np.uint64]

BINS = 256
BUCKETS = 2


def new_places(patients: int) -> tuple[Places, Places]:
    """Allocate work space for sorting so many patients: their buckets, and where these start."""
    return np.empty(patients, np.int32), np.empty(BUCKETS * patients + 1, np.int32)


@lean_kernel
def sort_keys(
    keys: Keys,
    time_bits: np.uint64,
    scale: float,
    latest: float,
    bucket: Places,
    starts: Places,
    ordered: Keys,
) -> None:
    """Sort numbers whose upper bits are times.

    Times fall into twice as many buckets as there are patients, by t / (t + scale), which spreads
    exponential times about evenly; the whole is then sorted by insertion, which moves few.

    Parameters
    ----------
    keys : array of uint64 (patient,)
        Times may be infinite, and are not negative.
    time_bits : uint64
        The bits that are the time's.
    scale, latest : float
        About the median time, and a time that few go beyond; they decide the speed only.
    bucket, starts : array of int32
        Work space; see `new_places`.
    ordered : array of uint64 (patient,)
        The result.
    """
    count = keys.size
    size = float(BUCKETS * count)
    stretch = size * (1.0 + scale / max(latest, 1e-9 * scale))
    for i in range(count):
        time = as_float(keys[i] & time_bits)
        bucket[i] = np.int32(min(stretch * (1.0 - scale / (time + scale)), size))
    _find_starts(bucket, count, starts)
    for i in range(count):
        place = starts[bucket[i]]
        starts[bucket[i]] = place + 1
        ordered[place] = keys[i]
    _carry_up(count, ordered)
    _insert(count, ordered)


@lean_inlined
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


@lean_inlined
def _carry_up(count: int, keys: Keys) -> None:
    """Carry larger keys past smaller ones, in one pass without branches.

    Neighbours in the wrong order, which are most of what is left, change places; each of them would
    cost the insertion a mispredicted branch.
    """
    if count == 0:
        return
    largest = keys[0]
    for position in range(1, count):
        key = keys[position]
        smaller = key < largest
        keys[position - 1] = key if smaller else largest
        largest = largest if smaller else key
    keys[count - 1] = largest


@lean_inlined
def _insert(count: int, keys: Keys) -> None:
    """Sort by insertion."""
    for position in range(1, count):
        key = keys[position]
        if keys[position - 1] > key:
            j = position - 1
            while j >= 0 and keys[j] > key:
                keys[j + 1] = keys[j]
                j -= 1
            keys[j + 1] = key


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


@lean_kernel
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


@lean_kernel
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
