"""Patients of one trial as enrolled and followed, and what a look sees of them (compiled).

Times from enrolment are sorted once for all looks. The follow-up that a look cuts off comes
sorted by itself, since who enrolled last is cut off first.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import inlined, kernel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Leaving(NamedTuple):
    """Patients in the order in which they leave the risk set.

    Attributes
    ----------
    months : array (patient,)
        Follow-up, ascending; infinite in one more place behind the last.
    label : array (patient,)
        Arm, stratum and status; see `make_label`.
    """

    months: Floats
    label: Integers


class Ordered(NamedTuple):
    """Patients whose event or drop-out a look may see, by time, events first where equal.

    Attributes
    ----------
    leaving : Leaving
        Their follow-up to event or drop-out.
    end : array (some,)
        Calendar months of event or drop-out.
    until : float
        Calendar month by which all of them have ended.
    """

    leaving: Leaving
    end: Floats
    until: float


class Followed(NamedTuple):
    """Patients followed to their event or drop-out, whatever the look.

    Attributes
    ----------
    entry : array (patient,)
        Calendar months of enrolment, ascending.
    end : array (patient,)
        Calendar months of event or drop-out.
    arm : array (patient,)
        0 control, 1 RT.
    stratum : array (patient,)
    status : array (patient,)
        1 for an event, 0 for drop-out.
    label : array (patient,)
        The three in one; see `make_label`.
    months : array (patient,)
        From enrolment to event or drop-out; may be infinite.
    ordered : Ordered
        As long as there are patients, and without meaning, until they are put in order.
    """

    entry: Floats
    end: Floats
    arm: Integers
    stratum: Integers
    status: Integers
    label: Integers
    months: Floats
    ordered: Ordered


class Seen(NamedTuple):
    """What a look sees.

    Attributes
    ----------
    ended : Leaving
        Patients with event or drop-out, and room behind them.
    cut : Leaving
        Patients whose follow-up the look cuts off, and room behind them.
    done, going : int
        How many there are of each.
    """

    ended: Leaving
    cut: Leaving
    done: int
    going: int


def new_followed(patients: int) -> Followed:
    """Allocate room for following so many patients."""
    return Followed(
        entry=np.empty(patients),
        end=np.empty(patients),
        arm=np.empty(patients, np.int64),
        stratum=np.zeros(patients, np.int64),
        status=np.empty(patients, np.int64),
        label=np.empty(patients, np.int64),
        months=np.empty(patients),
        ordered=Ordered(room_for(patients), np.empty(patients), math.nan),
    )


def room_for(patients: int) -> Leaving:
    """Allocate room for so many patients."""
    return Leaving(np.empty(patients + 1), np.zeros(patients + 1, np.int64))


@inlined
def make_label(arm: int, stratum: int, status: int) -> int:
    """Arm, stratum and status in one number, so that a look fetches them at once."""
    return 4 * stratum + 2 * arm + status


@inlined
def status_of(label: int) -> int:
    """1 for an event."""
    return label & 1


@inlined
def arm_of(label: int) -> int:
    """0 control, 1 RT."""
    return (label >> 1) & 1


@inlined
def stratum_of(label: int) -> int:
    """Return the number of the stratum, from 0."""
    return label >> 2


@kernel
def follow_from_entry(room: Followed, count: int) -> Followed:
    """Place the first `count` patients' follow-up in the calendar, and take their part of a room.

    Parameters
    ----------
    room : Followed
        With entry, arm, stratum, status and months of these patients.
    count : int
    """
    for i in range(count):
        room.end[i] = room.entry[i] + room.months[i]
        room.label[i] = make_label(room.arm[i], room.stratum[i], room.status[i])
    return Followed(
        room.entry[:count],
        room.end[:count],
        room.arm[:count],
        room.stratum[:count],
        room.status[:count],
        room.label[:count],
        room.months[:count],
        room.ordered,
    )


@kernel
def see(followed: Followed, enrolled: int, at: float, ended: Leaving, cut: Leaving) -> Seen:
    """Look at a trial at a calendar month.

    Parameters
    ----------
    followed : Followed
    enrolled : int
        Patients enrolled at that month.
    at : float
    ended, cut : Leaving
        Room for all patients each; filled.

    Returns
    -------
    Seen
    """
    ordered = followed.ordered
    done = 0
    if at >= ordered.until:
        ended, done = ordered.leaving, ordered.end.size
    else:
        for position in range(ordered.end.size):
            ended.months[done] = ordered.leaving.months[position]
            ended.label[done] = ordered.leaving.label[position]
            done += ordered.end[position] <= at
        ended.months[done] = math.inf
    going = 0
    for patient in range(enrolled - 1, -1, -1):
        cut.months[going] = at - followed.entry[patient]
        cut.label[going] = followed.label[patient] & ~1
        going += followed.end[patient] > at
    cut.months[going] = math.inf
    return Seen(ended, cut, done, going)
