"""Patients of one trial as enrolled and followed, whatever a look sees of them (compiled)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import lean_inlined, lean_kernel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


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
    """

    entry: Floats
    end: Floats
    arm: Integers
    stratum: Integers
    status: Integers
    label: Integers
    months: Floats


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
    )


@lean_inlined
def make_label(arm: int, stratum: int, status: int) -> int:
    """Arm, stratum and status in one number, so that a look fetches them at once."""
    return 4 * stratum + 2 * arm + status


@lean_inlined
def status_of(label: int) -> int:
    """1 for an event."""
    return label & 1


@lean_inlined
def arm_of(label: int) -> int:
    """0 control, 1 RT."""
    return (label >> 1) & 1


@lean_inlined
def stratum_of(label: int) -> int:
    """Return the number of the stratum, from 0."""
    return label >> 2


@lean_kernel
def place_in_calendar(room: Followed, count: int) -> None:
    """Place the first `count` patients' follow-up in the calendar.

    Parameters
    ----------
    room : Followed
        With entry, arm, stratum, status and months of these patients.
    count : int
    """
    for i in range(count):
        room.end[i] = room.entry[i] + room.months[i]
        room.label[i] = make_label(room.arm[i], room.stratum[i], room.status[i])


@lean_inlined
def first_of(room: Followed, count: int) -> Followed:
    """Take the first `count` patients' part of a room, in a kernel."""
    return Followed(
        room.entry[:count],
        room.end[:count],
        room.arm[:count],
        room.stratum[:count],
        room.status[:count],
        room.label[:count],
        room.months[:count],
    )
