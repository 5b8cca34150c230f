"""Courses of patients through progression to death, and their endpoints (compiled).

One exponential number of a patient is spent on progression and one on death. Death without
progression uses up the cumulative hazard of the passage 0 to 2; what is left of it at progression
goes on against the passage 1 to 2. That is exact: given that it exceeds what was used up, the rest
is exponential again, whatever the time of progression. Drop-out goes on after the progression that
is seen in the same way. So a patient whose hazards are smaller in another scenario has later times
there, and no other patient is touched.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import lean_inlined, lean_kernel
from models.illness_death.packed import RESET
from simulate.bits import minus_log
from simulate.illness_death.inversion import month_at, reached_at
from simulate.illness_death.pack import PackedScans, Passages
from simulate.illness_death.scan_dates import fill_seen
from simulate.random_numbers import (
    DEATH,
    DROP_OUT,
    PROGRESSION,
    SWITCH,
    Key,
    fill_exponential,
    uniform,
)

Floats = NDArray[np.float64]
Bits = NDArray[np.uint64]
Integers = NDArray[np.int64]

TINY = 1e-300


class Courses(NamedTuple):
    """Months from enrolment of what happens to each patient; infinite where it does not.

    Attributes
    ----------
    progression : array (patient,)
        Progression itself; infinite for those who die without.
    seen : array (patient,)
        Progression as scans show it, of those alive then.
    switch : array (patient,)
        Radiotherapy of a control patient after progression.
    death : array (patient,)
    drop_out : array (patient,)
        What comes later is not observed.
    """

    progression: Floats
    seen: Floats
    switch: Floats
    death: Floats
    drop_out: Floats


class Endpoints(NamedTuple):
    """Follow-up of both endpoints of each patient.

    Attributes
    ----------
    pfs_months : array (patient,)
        From enrolment to seen progression, death or drop-out, whichever is first.
    pfs_status : array of int64 (patient,)
        1 for an event, 0 for drop-out.
    os_months : array (patient,)
        From enrolment to death or drop-out.
    os_status : array of int64 (patient,)
    """

    pfs_months: Floats
    pfs_status: Integers
    os_months: Floats
    os_status: Integers


def new_courses(patients: int) -> Courses:
    """Allocate the courses of so many patients."""
    return Courses(*(np.empty(patients) for _ in Courses._fields))


def new_endpoints(patients: int) -> Endpoints:
    """Allocate the endpoints of so many patients."""
    months, status = [np.empty(patients) for _ in range(2)], np.empty((2, patients), np.int64)
    return Endpoints(months[0], status[0], months[1], status[1])


@lean_kernel
def draw_courses(
    key: Key,
    count: int,
    arm: Integers,
    stratum: Integers,
    truth: Passages,
    scans: PackedScans,
    bits: Bits,
    courses: Courses,
) -> None:
    """Draw the courses of the first `count` patients.

    Parameters
    ----------
    key : Key
    count : int
    arm : array (patient,)
    stratum : array (patient,)
    truth : Passages
    scans : PackedScans
    bits : array of uint64 (patient,)
        Work space.
    courses : Courses
        The result.
    """
    fill_exponential(key, PROGRESSION, count, bits, courses.progression)
    fill_exponential(key, DEATH, count, bits, courses.death)
    if truth.cuts.size == 0:
        _leave_constant(count, arm, stratum, truth, courses)
    else:
        _leave_piecewise(count, arm, stratum, truth, courses)
    if truth.after_cuts.size == 0:
        _die_constant(count, arm, stratum, truth, courses)
    else:
        _die_piecewise(count, arm, stratum, truth, courses)
    fill_seen(key, count, courses.progression, scans, courses.switch, courses.seen)
    _hide_unseen(count, courses)
    _switch(key, count, arm, stratum, truth, courses)
    _drop_out(key, count, arm, truth, bits, courses)


@lean_kernel
def fill_endpoints(count: int, courses: Courses, endpoints: Endpoints) -> None:
    """Turn courses into both endpoints; follow-up ends at drop-out.

    A patient who drops out is censored for progression-free survival at drop-out, where a trial
    may censor at the last scan before it.

    Parameters
    ----------
    count : int
    courses : Courses
    endpoints : Endpoints
        The result.
    """
    for i in range(count):
        until, death = courses.drop_out[i], courses.death[i]
        event = min(courses.seen[i], death)
        endpoints.pfs_status[i] = 1 if event < until else 0
        endpoints.pfs_months[i] = min(event, until)
        endpoints.os_status[i] = 1 if death < until else 0
        endpoints.os_months[i] = min(death, until)


@lean_kernel
def _leave_constant(
    count: int, arm: Integers, stratum: Integers, truth: Passages, courses: Courses
) -> None:
    """Leave state 0 under constant hazards; `death` keeps, for the progressed, what is left."""
    progression, death = courses.progression, courses.death
    for i in range(count):
        a, s = arm[i], stratum[i]
        mortality = truth.hazard[1, a, s, 0]
        first = progression[i] / truth.hazard[0, a, s, 0]
        other = death[i] / mortality
        progressed = first < other
        progression[i] = first if progressed else math.inf
        death[i] = death[i] - mortality * first if progressed else other


@lean_kernel
def _leave_piecewise(
    count: int, arm: Integers, stratum: Integers, truth: Passages, courses: Courses
) -> None:
    """Leave state 0; `death` keeps, for the progressed, what is left."""
    cuts, hazard, reached = truth.cuts, truth.hazard, truth.reached
    progression, death = courses.progression, courses.death
    for i in range(count):
        a, s = arm[i], stratum[i]
        first = month_at(progression[i], cuts, hazard[0, a, s], reached[0, a, s])
        if first < math.inf:
            spent = reached_at(first, cuts, hazard[1, a, s], reached[1, a, s])
            if spent < death[i]:
                progression[i] = first
                death[i] -= spent
                continue
        progression[i] = math.inf
        death[i] = month_at(death[i], cuts, hazard[1, a, s], reached[1, a, s])


@lean_kernel
def _die_constant(
    count: int, arm: Integers, stratum: Integers, truth: Passages, courses: Courses
) -> None:
    """Spend what the progressed have left on a constant hazard, whatever its clock."""
    for i in range(count):
        progression = courses.progression[i]
        later = progression + courses.death[i] / truth.after_hazard[arm[i], stratum[i], 0]
        courses.death[i] = later if progression < math.inf else courses.death[i]


@lean_kernel
def _die_piecewise(
    count: int, arm: Integers, stratum: Integers, truth: Passages, courses: Courses
) -> None:
    """Spend what the progressed have left on the hazard of the passage 1 to 2."""
    cuts = truth.after_cuts
    for i in range(count):
        progression = courses.progression[i]
        if progression < math.inf:
            hazard = truth.after_hazard[arm[i], stratum[i]]
            reached = truth.after_reached[arm[i], stratum[i]]
            origin = progression if truth.clock == RESET else 0.0
            spent = reached_at(progression - origin, cuts, hazard, reached)
            left = max(courses.death[i], TINY)
            death = origin + month_at(spent + left, cuts, hazard, reached)
            courses.death[i] = max(progression, death)


@lean_kernel
def _hide_unseen(count: int, courses: Courses) -> None:
    """Progression is not seen of those who die before the scan."""
    for i in range(count):
        seen = courses.seen[i]
        courses.seen[i] = seen if seen <= courses.death[i] else math.inf
        courses.switch[i] = math.inf


@lean_kernel
def _switch(
    key: Key, count: int, arm: Integers, stratum: Integers, truth: Passages, courses: Courses
) -> None:
    """Switch control patients who live to it; what they have left meets a changed hazard."""
    if truth.switch_probability == 0.0:
        return
    for i in range(count):
        death, switch = courses.death[i], courses.seen[i] + truth.switch_delay
        if arm[i] == 1 or not switch < death:
            continue
        if uniform(key, i, SWITCH) >= truth.switch_probability:
            continue
        courses.switch[i] = switch
        if truth.after_cuts.size == 0:
            courses.death[i] = switch + (death - switch) / truth.switch_hr
        else:
            progression, exposure = courses.progression[i], minus_log(uniform(key, i, DEATH))
            courses.death[i] = _death_after_switch(exposure, progression, switch, stratum[i], truth)


@lean_inlined
def _death_after_switch(
    exposure: float, progression: float, switch: float, stratum: int, truth: Passages
) -> float:
    """Month of death of a control patient whose hazard changes at the switch.

    The exposure is counted from the start, since a death that never comes keeps nothing of it.
    """
    spent = reached_at(
        progression, truth.cuts, truth.hazard[1, 0, stratum], truth.reached[1, 0, stratum]
    )
    cuts = truth.after_cuts
    hazard, reached = truth.after_hazard[0, stratum], truth.after_reached[0, stratum]
    origin = progression if truth.clock == RESET else 0.0
    before = reached_at(progression - origin, cuts, hazard, reached)
    at_switch = reached_at(switch - origin, cuts, hazard, reached)
    left = max(exposure - spent - (at_switch - before), TINY) / truth.switch_hr
    return max(switch, origin + month_at(at_switch + left, cuts, hazard, reached))


@lean_kernel
def _drop_out(
    key: Key, count: int, arm: Integers, truth: Passages, bits: Bits, courses: Courses
) -> None:
    """Draw when follow-up is lost, with the later hazard from seen progression on."""
    until = courses.drop_out
    if not truth.drops:
        until[:count] = math.inf
        return
    cuts, hazard, reached = truth.drop_cuts, truth.drop_out, truth.drop_reached
    fill_exponential(key, DROP_OUT, count, bits, until)
    if cuts.size == 0:
        for i in range(count):
            before, after, seen = hazard[0, arm[i], 0], hazard[1, arm[i], 0], courses.seen[i]
            left = until[i] - before * seen if seen < math.inf else -1.0
            until[i] = seen + left / after if left > 0.0 else until[i] / before
        return
    for i in range(count):
        spent, seen = math.inf, courses.seen[i]
        if seen < math.inf:
            spent = reached_at(seen, cuts, hazard[0, arm[i]], reached[0, arm[i]])
        if spent < until[i]:
            later = reached_at(seen, cuts, hazard[1, arm[i]], reached[1, arm[i]])
            left = later + max(until[i] - spent, TINY)
            until[i] = max(seen, month_at(left, cuts, hazard[1, arm[i]], reached[1, arm[i]]))
        else:
            until[i] = month_at(until[i], cuts, hazard[0, arm[i]], reached[0, arm[i]])
