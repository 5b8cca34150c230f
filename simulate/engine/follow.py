"""Enrolling and following the patients of one trial (compiled)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import lean_kernel
from simulate.engine.followed import Followed, place_in_calendar
from simulate.engine.outcomes import draw_event_times, drop_out
from simulate.engine.work_space import Following
from simulate.enrolment.enrol import enrol
from simulate.enrolment.plan import Records
from simulate.illness_death.courses import (
    Courses,
    Endpoints,
    draw_courses,
    fill_endpoints,
)
from simulate.illness_death.pack import PackedScans, Passages
from simulate.random_numbers import Key

Floats = NDArray[np.float64]


class Outcomes(NamedTuple):
    """Hazards of a truth of one endpoint.

    Attributes
    ----------
    cuts : array (interval − 1,)
        Months from enrolment; intervals are (start, stop].
    hazard : array (arm, stratum, interval)
        Per month.
    cured : array (arm,)
        Share without an event ever.
    drop_cuts : array (interval − 1,)
    drop_out : array (arm, interval)
        Hazard of drop-out, per month.
    """

    cuts: Floats
    hazard: Floats
    cured: Floats
    drop_cuts: Floats
    drop_out: Floats


class Progressing(NamedTuple):
    """A truth of patients who progress and die, and when scans show it."""

    passages: Passages
    scans: PackedScans


@lean_kernel
def follow_patients(key: Key, plans: Records, truth: Outcomes, work: Following) -> int:
    """Enrol and follow the patients of one trial to event or drop-out.

    Parameters
    ----------
    key : Key
        From `trial_key`.
    plans : array of ENROLMENT (1,)
    truth : Outcomes
    work : Following
        Its room is filled.

    Returns
    -------
    int
        Patients who enrol.
    """
    room = work.room
    count = enrol(plans[0], key, work.enrolled, room.entry, room.arm, room.stratum, work.scratch[0])
    draw_event_times(
        key,
        count,
        room.arm,
        room.stratum,
        truth.cuts,
        truth.hazard,
        truth.cured,
        work.bits,
        room.months,
    )
    drop_out(
        key,
        count,
        room.arm,
        truth.drop_cuts,
        truth.drop_out,
        work.bits,
        work.numbers,
        room.months,
        room.status,
    )
    place_in_calendar(room, count)
    return count


@lean_kernel
def follow_progressing(
    key: Key,
    plans: Records,
    truth: Progressing,
    work: Following,
    second: Followed,
    courses: Courses,
) -> int:
    """Enrol the patients of one trial, and follow them to progression and to death.

    Parameters
    ----------
    key : Key
    plans : array of ENROLMENT (1,)
    truth : Progressing
    work : Following
        Its room is filled with progression-free survival.
    second : Followed
        Room for overall survival, filled.
    courses : Courses
        The patients' courses, filled.

    Returns
    -------
    int
        Patients who enrol.
    """
    room = work.room
    count = enrol(plans[0], key, work.enrolled, room.entry, room.arm, room.stratum, work.scratch[0])
    draw_courses(
        key, count, room.arm, room.stratum, truth.passages, truth.scans, work.bits, courses
    )
    fill_endpoints(
        count, courses, Endpoints(room.months, room.status, second.months, second.status)
    )
    place_in_calendar(room, count)
    place_in_calendar(second, count)
    return count
