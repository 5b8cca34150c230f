"""What a look sees of the patients: everyone enrolled, by time, as known at that month (compiled).

A patient's time, arm, stratum and status are one number that sorts like the time, so sorting moves
nothing else. A look sorts anew: that costs no more than to bring together those who ended and those
whom the look cuts off.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import lean_inlined, lean_kernel
from simulate.bits import as_bits, as_float
from simulate.engine.followed import Followed
from simulate.engine.order import Keys, Places, new_places, sort_keys

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

ONE = np.uint64(1)


class Seen(NamedTuple):
    """Patients in the order in which they leave the risk set, events first where times are equal.

    Attributes
    ----------
    months : array (at least size,)
        From enrolment to event, drop-out or look.
    label : array (at least size,)
        Arm, stratum and status; see `make_label`.
    size : int
        Patients enrolled by the look.
    """

    months: Floats
    label: Integers
    size: int


class Sight(NamedTuple):
    """What it takes to see patients.

    Attributes
    ----------
    months, label : array (patient,)
        Room for `Seen`.
    keys, ordered : array of uint64 (patient,)
        Times with labels in their last bits, as they come and in order.
    bucket, starts : array of int32
        See `sort_keys`.
    later : uint64
        The bit that tells censored from event; those below it hold arm and stratum.
    """

    months: Floats
    label: Integers
    keys: Keys
    ordered: Keys
    bucket: Places
    starts: Places
    later: np.uint64


def new_sight(patients: int, *, strata: int) -> Sight:
    """Allocate what it takes to see so many patients of so many strata."""
    bucket, starts = new_places(patients)
    return Sight(
        months=np.empty(patients),
        label=np.empty(patients, np.int64),
        keys=np.empty(patients, np.uint64),
        ordered=np.empty(patients, np.uint64),
        bucket=bucket,
        starts=starts,
        later=np.uint64(1 << (2 * strata - 1).bit_length()),
    )


@lean_inlined
def make_key(time: float, label: int, later: np.uint64) -> np.uint64:
    """Time, arm, stratum and status in one number; events come before censorings of equal time.

    Times are not negative, so their bits are in the same order as they are. The last bits give
    way to the label: the time changes by less than 1e-15 of itself without strata, 1e-12 with a
    thousand of them.
    """
    place = np.uint64(label >> 1) | (later & (np.uint64(label & 1) - ONE))
    key: np.uint64 = (as_bits(time) & ~(later | (later - ONE))) | place
    return key


@lean_inlined
def time_in(key: np.uint64, later: np.uint64) -> float:
    """Return the time in a key."""
    time: float = as_float(key & ~(later | (later - ONE)))
    return time


@lean_inlined
def label_in(key: np.uint64, later: np.uint64) -> int:
    """Return the label in a key."""
    event: Any = np.int64((key & later) == np.uint64(0))
    label: int = np.int64((key & (later - ONE)) << ONE) | event
    return label


@lean_kernel
def see(followed: Followed, enrolled: int, at: float, scale: float, sight: Sight) -> Seen:
    """Look at a trial at a calendar month.

    Parameters
    ----------
    followed : Followed
    enrolled : int
        Patients enrolled at that month.
    at : float
    scale : float
        About the median time; it decides the speed only.
    sight : Sight
        Filled.
    """
    later = sight.later
    for i in range(enrolled):
        over = followed.end[i] <= at
        time = followed.months[i] if over else at - followed.entry[i]
        label = followed.label[i]
        sight.keys[i] = make_key(time, label if over else label & ~1, later)
    sort_keys(
        sight.keys[:enrolled],
        ~(later | (later - ONE)),
        scale,
        at,
        sight.bucket,
        sight.starts,
        sight.ordered,
    )
    for i in range(enrolled):
        sight.months[i] = time_in(sight.ordered[i], later)
        sight.label[i] = label_in(sight.ordered[i], later)
    return Seen(sight.months, sight.label, enrolled)
