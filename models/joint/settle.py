"""Placing new courses, and keeping them if the figures of both endpoints still hold (compiled)."""

import math

import numpy as np

from models.compiled import inlined, kernel
from models.joint.problem import Course, JointProblem, JointState, JointWork
from models.joint.tables import add_course
from models.reconstruction.figures import figures_hold, ranks_hold
from models.reconstruction.moves import merge_order, ranks_may_hold, restore
from models.reconstruction.patients import place
from models.reconstruction.problem import MIDDLE, Floats, State, Work


@inlined
def place_course(
    patient: int,
    course: Course,
    state: JointState,
    problem: JointProblem,
    work: JointWork,
) -> None:
    """Give a patient a new course, remembering the old one."""
    index = work.placed
    work.old_progressed[index] = state.progressed[patient]
    first = course.progression if course.progressed else course.last
    event = 1 if course.progressed or course.died else 0
    place(patient, first, event, index, state.pfs, problem.pfs, work.pfs)
    place(patient, course.last, course.died, index, state.os, problem.os, work.os)
    state.progressed[patient] = course.progressed
    work.placed = index + 1


@inlined
def restore_courses(state: JointState, work: JointWork) -> None:
    """Undo the placed changes."""
    count = work.placed
    for i in range(count):
        state.progressed[work.os.chosen[i]] = work.old_progressed[i]
    restore(count, state.pfs, work.pfs)
    restore(count, state.os, work.os)
    work.placed = 0


@inlined
def counts_hold(state: JointState, problem: JointProblem, work: JointWork) -> bool:
    """Whether progressions and events of both endpoints stay within bounds in both arms."""
    hold = True
    for arm in range(2):
        progressions = state.progressions[arm]
        pfs = state.pfs.events_rt if arm else state.pfs.events_control
        os = state.os.events_rt if arm else state.os.events_control
        for i in range(work.placed):
            patient = work.os.chosen[i]
            if (patient >= problem.os.n_control) == (arm == 1):
                progressions += state.progressed[patient] - work.old_progressed[i]
                pfs += state.pfs.event[patient] - work.pfs.old_event[i]
                os += state.os.event[patient] - work.os.old_event[i]
        hold = (
            hold
            and problem.progressions_low[arm] <= progressions <= problem.progressions_high[arm]
            and problem.pfs.events_low[arm] <= pfs <= problem.pfs.events_high[arm]
            and problem.os.events_low[arm] <= os <= problem.os.events_high[arm]
        )
    return hold


@inlined
def adopt_courses(
    pfs_too: bool, os_too: bool, state: JointState, problem: JointProblem, work: JointWork
) -> None:
    """Bring orders, counts and tables up to date after an acceptance."""
    for position in range(problem.os.n):
        if pfs_too:
            state.pfs.order[position] = work.pfs.order[position]
        if os_too:
            state.os.order[position] = work.os.order[position]
    for i in range(work.placed):
        patient = work.os.chosen[i]
        arm = 1 if patient >= problem.os.n_control else 0
        progressed = work.old_progressed[i]
        first, last, died = work.pfs.old_time[i], work.os.old_time[i], work.os.old_event[i]
        add_course(first, last, progressed, died, -1.0, arm, problem, state)
        pfs = state.pfs.event[patient] - work.pfs.old_event[i]
        os = state.os.event[patient] - died
        state.progressions[arm] += state.progressed[patient] - progressed
        if arm:
            state.pfs.events_rt += pfs
            state.os.events_rt += os
        else:
            state.pfs.events_control += pfs
            state.os.events_control += os
        progressed = state.progressed[patient]
        first, last, died = state.pfs.time[patient], state.os.time[patient], state.os.event[patient]
        add_course(first, last, progressed, died, 1.0, arm, problem, state)
    work.placed = 0


@inlined
def touched(count: int, state: State, work: Work) -> bool:
    """Whether the placed changes concern an endpoint at all."""
    found = False
    for i in range(count):
        patient = work.chosen[i]
        key, event = state.key[patient], state.event[patient]
        found = found or key != work.old_key[i] or event != work.old_event[i]
    return found


@inlined
def middle_touched(state: JointState, problem: JointProblem, work: JointWork) -> bool:
    """Whether the follow-up median has another holder, or one among the changed."""
    found: bool = state.os.order[(problem.os.n - 1) // 2] != state.os.holder[MIDDLE]
    for i in range(work.placed):
        found = found or work.os.chosen[i] == state.os.holder[MIDDLE]
    return found


@kernel
def settle(
    log_ratio: float,
    state: JointState,
    windows: Floats,
    problem: JointProblem,
    work: JointWork,
    rng: np.random.Generator,
) -> bool:
    """Accept or undo the placed changes; an endpoint that they leave alone is not looked at.

    `windows` holds the Cox windows of PFS and OS at this level.
    """
    count = work.placed
    accept = (log_ratio >= 0.0 or rng.random() < math.exp(log_ratio)) and counts_hold(
        state, problem, work
    )
    pfs_too = os_too = False
    if accept:
        os_too = touched(count, state.os, work.os)
        accept = (
            not os_too
            or middle_touched(state, problem, work)
            or ranks_may_hold(count, state.os, problem.os, work.os)
        )
    if accept and os_too:
        merge_order(count, state.os, problem.os, work.os)
        accept = ranks_hold(work.os.order, state.os, problem.os) and figures_hold(
            work.os.order, state.os, windows[1], problem.os
        )
    if accept:
        pfs_too = touched(count, state.pfs, work.pfs)
    if accept and pfs_too:
        merge_order(count, state.pfs, problem.pfs, work.pfs)
        accept = figures_hold(work.pfs.order, state.pfs, windows[0], problem.pfs)
    if accept:
        adopt_courses(pfs_too, os_too, state, problem, work)
    else:
        restore_courses(state, work)
    return accept
