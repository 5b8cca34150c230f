"""Redraws of patients that keep the figures of both endpoints (compiled).

Every move places new courses and hands `settle` the log ratio of their weights. Patients who hold
figures take part like any others: their pinned times are drawn anew in their windows.
"""

import math

import numpy as np

from models.compiled import inlined, kernel
from models.joint.courses import (
    NOT_PINNED,
    draw_freely,
    draw_last,
    draw_pinned,
    draw_progression_before,
    draw_status,
    draw_without,
    set_all_hazards,
)
from models.joint.hazards import adopt_hazards, redraw_hazards
from models.joint.problem import Course, JointProblem, JointState, JointWork
from models.joint.roles import holds_os, holds_pfs, may_be_censored
from models.joint.settle import place_course, restore_courses, settle
from models.joint.weights import (
    log_weight_before,
    log_weight_first,
    log_weight_pinned,
    log_weight_without,
)
from models.reconstruction.moves import shared_window
from models.reconstruction.problem import MIDDLE, UPPER_MIDDLE, Floats, Problem, State

LOOKS = 4


@inlined
def choose(count: int, state: JointState, problem: JointProblem, rng: np.random.Generator) -> None:
    """Shuffle `count` patients to the front of `os.free`, a permutation of all."""
    for i in range(count):
        j = i + int(rng.random() * (problem.os.n - i))
        state.os.free[i], state.os.free[j] = state.os.free[j], state.os.free[i]


@inlined
def middles_chosen(count: int, state: JointState, problem: JointProblem) -> bool:
    """Whether both middle patients of an even number are among the chosen."""
    if not problem.os.used[UPPER_MIDDLE]:
        return False
    found = 0
    for i in range(count):
        patient = state.os.free[i]
        found += patient == state.os.holder[MIDDLE] or patient == state.os.holder[UPPER_MIDDLE]
    return found > 1


@inlined
def log_weight(patient: int, state: JointState, problem: JointProblem, work: JointWork) -> float:
    """Log weight of a patient's present course, given the figures it holds."""
    arm = 1 if patient >= problem.os.n_control else 0
    first, last, progressed = (
        state.pfs.time[patient],
        state.os.time[patient],
        state.progressed[patient],
    )
    pfs = holds_pfs(patient, state, problem)
    if holds_os(patient, state, problem):
        censored_too = may_be_censored(patient, state.os, problem.os)
        return log_weight_pinned(
            arm, first, last, progressed, pfs, censored_too, state, problem, work
        )
    if pfs:
        return log_weight_first(arm, first, state, problem, work)
    return 0.0


@inlined
def pinned_time(patient: int, state: State, problem: Problem, rng: np.random.Generator) -> float:
    """Draw a time in the window of the roles that a patient holds."""
    low, high = shared_window(patient, state, problem)
    return low + (high - low) * rng.random()


@kernel
def redraw_course(
    patient: int,
    state: JointState,
    problem: JointProblem,
    work: JointWork,
    rng: np.random.Generator,
) -> float:
    """Draw and place a patient's course anew; its log weight.

    Minus infinity, and nothing placed, where the draw cannot be.
    """
    arm = 1 if patient >= problem.os.n_control else 0
    pfs, os = holds_pfs(patient, state, problem), holds_os(patient, state, problem)
    if pfs or os:
        first = last = NOT_PINNED
        if pfs:
            first = pinned_time(patient, state.pfs, problem.pfs, rng)
        if os:
            last = pinned_time(patient, state.os, problem.os, rng)
        course = draw_pinned(arm, first, last, state, problem, work, rng)
    else:
        course = draw_freely(arm, state, problem, work, rng)
    progressed = course.progressed
    weight = 0.0
    if os:
        censored_too = may_be_censored(patient, state.os, problem.os)
        weight = log_weight_pinned(
            arm,
            course.progression,
            course.last,
            progressed,
            pfs,
            censored_too,
            state,
            problem,
            work,
        )
    elif pfs:
        weight = log_weight_first(arm, first, state, problem, work)
    if weight == -math.inf:
        return weight
    if os and censored_too:
        died = draw_status(
            arm, course.progression, course.last, progressed, state, problem, work, rng
        )
        course = Course(course.progression, course.last, progressed, died)
    place_course(patient, course, state, problem, work)
    return weight


@kernel
def redraw_block(
    count: int,
    with_hazards: bool,
    state: JointState,
    windows: Floats,
    problem: JointProblem,
    work: JointWork,
    rng: np.random.Generator,
) -> bool:
    """Redraw whole courses of `count` patients, all hazards first if asked."""
    choose(count, state, problem, rng)
    if middles_chosen(count, state, problem):
        return False
    set_all_hazards(state, problem, work)
    log_ratio = 0.0
    for i in range(count):
        log_ratio -= log_weight(state.os.free[i], state, problem, work)
    if with_hazards:
        log_ratio += redraw_hazards(count, state, problem, work, rng)
    for i in range(count):
        weight = redraw_course(state.os.free[i], state, problem, work, rng)
        if weight == -math.inf:
            restore_courses(state, work)
            return False
        log_ratio += weight
    if not settle(log_ratio, state, windows, problem, work, rng):
        return False
    if with_hazards:
        adopt_hazards(state, problem, work)
    return True


@kernel
def redraw_without(
    count: int,
    state: JointState,
    windows: Floats,
    problem: JointProblem,
    work: JointWork,
    rng: np.random.Generator,
) -> bool:
    """Redraw those among `LOOKS` × `count` patients who neither progressed nor hold a figure.

    They stay without progression, so who may be redrawn does not change.
    """
    looked = min(LOOKS * count, problem.os.n)
    choose(looked, state, problem, rng)
    set_all_hazards(state, problem, work)
    log_ratio = 0.0
    for i in range(looked):
        patient = state.os.free[i]
        held = holds_os(patient, state, problem) or holds_pfs(patient, state, problem)
        if not (state.progressed[patient] or held):
            arm = 1 if patient >= problem.os.n_control else 0
            course = draw_without(arm, state, problem, work, rng)
            log_ratio += log_weight_without(arm, course.last, problem, work)
            log_ratio -= log_weight_without(arm, state.os.time[patient], problem, work)
            place_course(patient, course, state, problem, work)
    return work.placed > 0 and settle(log_ratio, state, windows, problem, work, rng)


@inlined
def place_last(
    patient: int,
    state: JointState,
    problem: JointProblem,
    work: JointWork,
    rng: np.random.Generator,
) -> None:
    """Follow a patient anew from its progression on, if it may be."""
    if state.progressed[patient] and not holds_os(patient, state, problem):
        arm = 1 if patient >= problem.os.n_control else 0
        course = draw_last(state.pfs.time[patient], arm, state, problem, work, rng)
        place_course(patient, course, state, problem, work)


@inlined
def place_progression(
    patient: int,
    state: JointState,
    problem: JointProblem,
    work: JointWork,
    rng: np.random.Generator,
) -> float:
    """Redraw a patient's progression given its last time, if it may be; log ratio of weights."""
    if not state.progressed[patient] or holds_pfs(patient, state, problem):
        return 0.0
    arm = 1 if patient >= problem.os.n_control else 0
    last, died = state.os.time[patient], state.os.event[patient]
    first = draw_progression_before(last, arm, problem, work, rng)
    if not 0.0 <= first < last:
        return -math.inf
    log_ratio = log_weight_before(arm, first, last, died, problem, work)
    log_ratio -= log_weight_before(arm, state.pfs.time[patient], last, died, problem, work)
    place_course(patient, Course(first, last, 1, died), state, problem, work)
    return log_ratio


@kernel
def redraw_last(
    count: int,
    state: JointState,
    windows: Floats,
    problem: JointProblem,
    work: JointWork,
    rng: np.random.Generator,
) -> bool:
    """Follow up to `count` patients anew from their progression on; PFS stays as it is."""
    choose(count, state, problem, rng)
    set_all_hazards(state, problem, work)
    log_ratio = 0.0
    for i in range(count):
        place_last(state.os.free[i], state, problem, work, rng)
    return work.placed > 0 and settle(log_ratio, state, windows, problem, work, rng)


@kernel
def redraw_progression(
    count: int,
    state: JointState,
    windows: Floats,
    problem: JointProblem,
    work: JointWork,
    rng: np.random.Generator,
) -> bool:
    """Redraw the progression of up to `count` patients, given their last time; OS stays."""
    choose(count, state, problem, rng)
    set_all_hazards(state, problem, work)
    log_ratio = 0.0
    for i in range(count):
        log_ratio += place_progression(state.os.free[i], state, problem, work, rng)
    if log_ratio == -math.inf:
        restore_courses(state, work)
        return False
    return work.placed > 0 and settle(log_ratio, state, windows, problem, work, rng)
