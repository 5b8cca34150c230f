"""Figures that change hands, part and meet (compiled)."""

import math

import numpy as np

from models.compiled import kernel
from models.joint.courses import draw_status, set_all_hazards
from models.joint.moves import log_weight, redraw_course
from models.joint.problem import PFS_ROLES, Course, JointProblem, JointState, JointWork
from models.joint.roles import holds_os, holds_pfs, may_be_censored
from models.joint.settle import place_course, restore_courses, settle
from models.joint.weights import log_weight_last
from models.reconstruction.merge import may_meet, partners, roles_of
from models.reconstruction.moves import hand_over, may_hold
from models.reconstruction.patients import cumulative_hazard
from models.reconstruction.problem import (
    MIDDLE,
    ROLES,
    SHORTEST,
    UPPER_MIDDLE,
    Floats,
    Problem,
    State,
)


@kernel
def transfer(
    state: JointState,
    windows: Floats,
    problem: JointProblem,
    work: JointWork,
    rng: np.random.Generator,
) -> bool:
    """Hand all figures that a patient holds in one endpoint to another who holds none in it."""
    role = int(rng.random() * (PFS_ROLES + ROLES))
    of_pfs = role < PFS_ROLES
    if of_pfs:
        return transfer_within(
            role, of_pfs, state.pfs, problem.pfs, state, windows, problem, work, rng
        )
    role -= PFS_ROLES
    return transfer_within(role, of_pfs, state.os, problem.os, state, windows, problem, work, rng)


@kernel
def transfer_within(
    role: int,
    of_pfs: bool,
    endpoint: State,
    figures: Problem,
    state: JointState,
    windows: Floats,
    problem: JointProblem,
    work: JointWork,
    rng: np.random.Generator,
) -> bool:
    """Hand over the figures of one endpoint; both patients are redrawn given what they hold."""
    if not figures.used[role]:
        return False
    holder = endpoint.holder[role]
    heir = int(rng.random() * problem.os.n)
    taken = holds_pfs(heir, state, problem) if of_pfs else holds_os(heir, state, problem)
    if taken:
        return False
    for other in range(ROLES):
        held = figures.used[other] and endpoint.holder[other] == holder
        if held and not may_hold(other, heir, problem.os):
            return False
    set_all_hazards(state, problem, work)
    log_ratio = -log_weight(holder, state, problem, work) - log_weight(heir, state, problem, work)
    hand_over(holder, heir, endpoint, figures)
    log_ratio += redraw_course(heir, state, problem, work, rng)
    if log_ratio > -math.inf:
        log_ratio += redraw_course(holder, state, problem, work, rng)
    accept = log_ratio > -math.inf
    if accept:
        accept = settle(log_ratio, state, windows, problem, work, rng)
    else:
        restore_courses(state, work)
    if not accept:
        hand_over(heir, holder, endpoint, figures)
    return accept


@kernel
def part_or_meet(
    state: JointState,
    windows: Floats,
    problem: JointProblem,
    work: JointWork,
    rng: np.random.Generator,
) -> bool:
    """Part an OS figure from a patient with two, or let two meet in one patient.

    The two are each other's reverse: who gives a figure up, or takes none any more, is redrawn.
    """
    role = int(rng.random() * ROLES)
    if problem.os.used[UPPER_MIDDLE] or not problem.os.used[role]:
        return False
    if partners(role, problem.os) == 0:
        return False
    set_all_hazards(state, problem, work)
    if roles_of(state.os.holder[role], state.os, problem.os) > 1:
        return part(role, state, windows, problem, work, rng)
    return meet(role, state, windows, problem, work, rng)


@kernel
def part(
    role: int,
    state: JointState,
    windows: Floats,
    problem: JointProblem,
    work: JointWork,
    rng: np.random.Generator,
) -> bool:
    """Give an OS figure to a patient without one, at a time drawn in its window."""
    holder = state.os.holder[role]
    heir = int(rng.random() * problem.os.n)
    if holds_os(heir, state, problem) or not may_hold(role, heir, problem.os):
        return False
    log_ratio = -log_weight(heir, state, problem, work)
    state.os.holder[role] = heir
    weight = redraw_course(heir, state, problem, work, rng)
    accept = weight > -math.inf
    if accept:
        log_ratio += weight + log_choices(role, problem)
        accept = settle(log_ratio, state, windows, problem, work, rng)
    if not accept:
        state.os.holder[role] = holder
    return accept


@kernel
def meet(
    role: int,
    state: JointState,
    windows: Floats,
    problem: JointProblem,
    work: JointWork,
    rng: np.random.Generator,
) -> bool:
    """Give an OS figure to the holder of another whose time suits, and redraw who held it."""
    choice = int(rng.random() * partners(role, problem.os))
    other = -1
    for candidate in range(ROLES):
        if may_meet(role, candidate, problem.os):
            if choice == 0:
                other = candidate
            choice -= 1
    holder, heir = state.os.holder[role], state.os.holder[other]
    low, high = problem.os.windows[role, 0], problem.os.windows[role, 1]
    suits = low <= state.os.time[heir] < high and (role >= SHORTEST or state.os.event[heir] == 1)
    if heir == holder or not suits or not may_hold(role, heir, problem.os):
        return False
    log_ratio = -log_weight(holder, state, problem, work) - log_choices(role, problem)
    state.os.holder[role] = heir
    weight = redraw_course(holder, state, problem, work, rng)
    accept = weight > -math.inf
    if accept:
        log_ratio += weight
        accept = settle(log_ratio, state, windows, problem, work, rng)
    if not accept:
        state.os.holder[role] = holder
    return accept


@kernel
def log_choices(role: int, problem: JointProblem) -> float:
    """Log of heirs times width of a figure's window, by number of partners to meet."""
    width = problem.os.windows[role, 1] - problem.os.windows[role, 0]
    return math.log(width * problem.os.n / partners(role, problem.os))


@kernel
def spread_middle(
    state: JointState,
    windows: Floats,
    problem: JointProblem,
    work: JointWork,
    rng: np.random.Generator,
) -> bool:
    """Move the two middle times of an even number of patients apart or together."""
    if not problem.os.used[UPPER_MIDDLE]:
        return False
    shift = rng.standard_normal() / problem.os.n
    set_all_hazards(state, problem, work)
    log_ratio = 0.0
    for index in range(2):
        patient = state.os.holder[UPPER_MIDDLE if index else MIDDLE]
        last = state.os.time[patient] + (shift if index else -shift)
        first, progressed = state.pfs.time[patient], state.progressed[patient]
        arm = 1 if patient >= problem.os.n_control else 0
        censored_too = may_be_censored(patient, state.os, problem.os)
        if last <= 0.0 or (progressed and last <= first):
            restore_courses(state, work)
            return False
        for time, sign in ((last, 1.0), (state.os.time[patient], -1.0)):
            log_ratio += sign * log_weight_last(
                arm, first, time, progressed, censored_too, state, problem, work
            )
            if not progressed:
                survived = cumulative_hazard(time, arm, problem.progression, work.progression)
                log_ratio -= sign * survived
        if log_ratio == -math.inf:
            restore_courses(state, work)
            return False
        died = 1
        if censored_too:
            died = draw_status(arm, first, last, progressed, state, problem, work, rng)
        place_course(patient, Course(first, last, progressed, died), state, problem, work)
    return settle(log_ratio, state, windows, problem, work, rng)
