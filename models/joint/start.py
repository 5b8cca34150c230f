"""Finding a first set of patients that holds every figure of both endpoints (compiled search)."""

import math

import numpy as np

from models.compiled import inlined, kernel
from models.joint.courses import draw_freely, set_all_hazards
from models.joint.moves import choose, redraw_course
from models.joint.problem import PFS_ROLES, Course, JointProblem, JointState, JointWork, Records
from models.joint.settle import place_course, restore_courses
from models.joint.tables import tabulate_courses
from models.joint.tempering import suits
from models.reconstruction.figures import insertion_sort, ranks_hold
from models.reconstruction.problem import (
    CONTROL_MEDIAN,
    LONGEST,
    MIDDLE,
    ROLES,
    RT_MEDIAN,
    SHORTEST,
    UPPER_MIDDLE,
    Floats,
    Problem,
    State,
)
from models.reconstruction.start import (
    count_violation,
    cox_violation,
    median_violation,
    middle_time,
    rank_violation,
)

TEMPERATURE = 0.4
JITTER = 0.3
SEARCH_STEPS = 400_000


@kernel
def progression_violation(state: JointState, problem: JointProblem) -> float:
    """How many progressions each arm is outside its bounds; also counts them."""
    total = 0.0
    for arm in range(2):
        first = problem.os.n_control if arm else 0
        stop = problem.os.n if arm else problem.os.n_control
        count = 0
        for i in range(first, stop):
            count += state.progressed[i]
        state.progressions[arm] = count
        total += max(0, problem.progressions_low[arm] - count)
        total += max(0, count - problem.progressions_high[arm])
    return total


@kernel
def violation(state: JointState, windows: Floats, problem: JointProblem, work: JointWork) -> float:
    """Sum of violations of both endpoints for the orders in the work space, about in patients."""
    pfs, os = work.pfs.order, work.os.order
    total = progression_violation(state, problem)
    total += count_violation(state.pfs, problem.pfs) + count_violation(state.os, problem.os)
    total += rank_violation(os, state.os, problem.os)
    for arm in range(2):
        total += median_violation(arm, pfs, state.pfs, problem.pfs)
        total += median_violation(arm, os, state.os, problem.os)
    total += cox_violation(pfs, state.pfs, windows[0], problem.pfs)
    return total + cox_violation(os, state.os, windows[1], problem.os)


@kernel
def holds(state: JointState, windows: Floats, problem: JointProblem) -> bool:
    """Whether every figure holds at this level."""
    return ranks_hold(state.os.order, state.os, problem.os) and suits(state, windows, problem)


@inlined
def sort_all(state: JointState, problem: JointProblem, work: JointWork) -> None:
    """Sort both endpoints into the work space, from the orders of the state."""
    for i in range(problem.os.n):
        work.pfs.order[i], work.os.order[i] = state.pfs.order[i], state.os.order[i]
    insertion_sort(work.pfs.order, state.pfs.key, problem.os.n)
    insertion_sort(work.os.order, state.os.key, problem.os.n)


@inlined
def adopt_orders(state: JointState, problem: JointProblem, work: JointWork) -> None:
    """Take the orders over from the work space."""
    for i in range(problem.os.n):
        state.pfs.order[i], state.os.order[i] = work.pfs.order[i], work.os.order[i]


@kernel
def start_transition(
    hazard: float, log_hr: float, state: State, problem: Problem, rng: np.random.Generator
) -> None:
    """Begin near a constant hazard; with equal hazards the sd of a random walk would go to 0."""
    state.log_hr = log_hr
    state.rate = problem.rate
    state.walk_sd = problem.walk_step
    for k in range(problem.intervals):
        state.hazard[k] = hazard * math.exp(JITTER * rng.standard_normal())


@kernel
def assign_roles(
    state: JointState, problem: JointProblem, work: JointWork, rng: np.random.Generator
) -> None:
    """Give each figure to a patient of its own, with a time in its window.

    Holders of PFS medians have progressed; those of OS figures died or were censored without.
    """
    taken = np.zeros(problem.os.n, np.int64)
    for index in range(PFS_ROLES + ROLES):
        of_pfs = index < PFS_ROLES
        role = index if of_pfs else index - PFS_ROLES
        if of_pfs:
            state.pfs.holder[role] = -1
            used = problem.pfs.used[role]
        else:
            state.os.holder[role] = -1
            used = problem.os.used[role]
        if not used:
            continue
        patient = -1
        while patient < 0 or taken[patient]:
            patient = int(rng.random() * problem.os.n)
            if role < SHORTEST and (patient >= problem.os.n_control) != (role == RT_MEDIAN):
                patient = -1
        taken[patient] = 1
        if of_pfs:
            state.pfs.holder[role] = patient
            low, high = problem.pfs.windows[role, 0], problem.pfs.windows[role, 1]
            time = low + (high - low) * rng.random()
            last = min(time + 3.0 * rng.random(), problem.os.cap - 1e-3 * rng.random())
            course = Course(time, max(last, time + 1e-6), 1, 1)
        else:
            state.os.holder[role] = patient
            low, high = problem.os.windows[role, 0], problem.os.windows[role, 1]
            time = low + (high - low) * rng.random()
            if problem.os.used[UPPER_MIDDLE] and role in (MIDDLE, UPPER_MIDDLE):
                time = middle_time(role, 0.5 * (low + high), problem.os.grid)
            died = 0 if role == LONGEST else 1
            course = Course(time * rng.random(), time, 1, died)
        place_course(patient, course, state, problem, work)
        work.placed = 0


@kernel
def draw_start(
    log_hr: float,
    state: JointState,
    problem: JointProblem,
    work: JointWork,
    rng: np.random.Generator,
) -> None:
    """Draw patients near the printed figures and give out the figures."""
    typical = 0.05
    if problem.pfs.used[CONTROL_MEDIAN]:
        typical = math.log(2.0) / problem.pfs.windows[CONTROL_MEDIAN, 0]
    start_transition(typical, log_hr, state.progression, problem.progression, rng)
    start_transition(0.05 * typical, 0.0, state.death, problem.death, rng)
    start_transition(2.0 * typical, 0.0, state.after, problem.after, rng)
    state.os.loss = problem.os.loss
    state.os.cut = problem.os.cut_low + rng.random() * (problem.os.cut_high - problem.os.cut_low)
    set_all_hazards(state, problem, work)
    for i in range(problem.os.n):
        state.pfs.order[i] = state.os.order[i] = state.os.free[i] = i
        arm = 1 if i >= problem.os.n_control else 0
        course = draw_freely(arm, state, problem, work, rng)
        place_course(i, course, state, problem, work)
        work.placed = 0
    state.os.free_count = problem.os.n
    assign_roles(state, problem, work, rng)


@inlined
def redraw_chosen(
    chosen: int,
    state: JointState,
    problem: JointProblem,
    work: JointWork,
    rng: np.random.Generator,
) -> None:
    """Redraw the first patients of `os.free` given what they hold."""
    for i in range(chosen):
        patient = state.os.free[i]
        pair = problem.os.used[UPPER_MIDDLE] == 1 and (
            patient == state.os.holder[MIDDLE] or patient == state.os.holder[UPPER_MIDDLE]
        )
        if not pair:
            redraw_course(patient, state, problem, work, rng)


@kernel
def search_start(
    log_hr: float,
    states: Records,
    windows: Floats,
    problems: Records,
    works: Records,
    rng: np.random.Generator,
) -> float:
    """Search a first state that holds every figure at one level; its last violation."""
    state, problem, work = states[0], problems[0], works[0]
    draw_start(log_hr, state, problem, work, rng)
    sort_all(state, problem, work)
    adopt_orders(state, problem, work)
    current = violation(state, windows, problem, work)
    for _ in range(SEARCH_STEPS):
        if current <= 0.0 and holds(state, windows, problem):
            break
        chosen = min(1 + int(3 * rng.random()), problem.os.n)
        choose(chosen, state, problem, rng)
        redraw_chosen(chosen, state, problem, work, rng)
        if work.placed == 0:
            continue
        sort_all(state, problem, work)
        proposal = violation(state, windows, problem, work)
        if rng.random() < math.exp((current - proposal) / TEMPERATURE):
            current = proposal
            adopt_orders(state, problem, work)
            work.placed = 0
        else:
            restore_courses(state, work)
    for i in range(problem.os.n):
        work.pfs.order[i], work.os.order[i] = state.pfs.order[i], state.os.order[i]
    current = violation(state, windows, problem, work)
    tabulate_courses(state, problem, state)
    return 0.0 if current <= 0.0 and holds(state, windows, problem) else max(current, 1e-9)
