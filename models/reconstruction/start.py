"""Finding a first set of patients that holds every figure (compiled search).

From a draw of the model, patients are redrawn one to three at a time and kept when the figures
are violated less (or, at random, a little more). The start does not enter the posterior.
"""

import math

import numpy as np

from models.compiled import inlined, kernel
from models.reconstruction.figures import (
    HALF,
    figures_hold,
    insertion_sort,
    ranks_hold,
    sort_key,
    sorted_pass,
)
from models.reconstruction.moves import choose_free, restore
from models.reconstruction.patients import draw_patient, place, set_arm_hazards, tabulate_patients
from models.reconstruction.problem import (
    CONTROL_MEDIAN,
    LONGEST,
    MIDDLE,
    ROLES,
    RT_MEDIAN,
    SHORTEST,
    UPPER_MIDDLE,
    Floats,
    Integers,
    Problem,
    Records,
    State,
    Work,
)
from models.reconstruction.tempering import explore

TEMPERATURE = 0.4
REPINS = 0.2
SEARCH_STEPS = 400_000
DESCENT_SCANS = 40_000


@kernel
def median_violation(arm: int, order: Integers, state: State, problem: Problem) -> float:
    """How many patients off one arm's Kaplan–Meier curve is at its printed median."""
    first = problem.n_control if arm else 0
    size = problem.n - problem.n_control if arm else problem.n_control
    role = RT_MEDIAN if arm else CONTROL_MEDIAN
    if not problem.used[role] and not problem.unreached[arm]:
        return 0.0
    at_risk = size
    curve = 1.0
    for position in range(problem.n):
        patient = order[position]
        if not first <= patient < first + size:
            continue
        before = curve
        if state.event[patient]:
            curve *= (at_risk - 1) / at_risk
        if problem.used[role] and patient == state.holder[role]:
            if before > HALF >= curve:
                return 0.0
            return 0.3 + size * (max(0.0, HALF - before) + max(0.0, curve - HALF))
        at_risk -= 1
    return size * max(0.0, HALF - curve) if problem.unreached[arm] else 0.0


@kernel
def rank_violation(order: Integers, state: State, problem: Problem) -> float:
    """How many ranks the holders of the follow-up figures are off, and patients beyond the cap."""
    total = 0.0
    middle = (problem.n - 1) // 2
    for position in range(problem.n):
        patient = order[position]
        if problem.used[SHORTEST] and patient == state.holder[SHORTEST]:
            total += position
        if problem.used[MIDDLE] and patient == state.holder[MIDDLE]:
            total += abs(position - middle)
        if problem.used[UPPER_MIDDLE] and patient == state.holder[UPPER_MIDDLE]:
            total += abs(position - middle - 1)
        if problem.used[LONGEST] and patient == state.holder[LONGEST]:
            total += problem.n - 1 - position
        if state.time[patient] >= problem.cap:
            total += 1.0
    return total


@kernel
def count_violation(state: State, problem: Problem) -> float:
    """How many events each arm is outside its bounds; also counts the events."""
    state.events_control = 0
    state.events_rt = 0
    for i in range(problem.n):
        if i < problem.n_control:
            state.events_control += state.event[i]
        else:
            state.events_rt += state.event[i]
    total = 0.0
    for arm, count in ((0, state.events_control), (1, state.events_rt)):
        total += max(0, problem.events_low[arm] - count)
        total += max(0, count - problem.events_high[arm])
    return total


@kernel
def cox_violation(order: Integers, state: State, window: Floats, problem: Problem) -> float:
    """How far the one-step estimate and limits are outside a level's window, in events."""
    fit = sorted_pass(order, state, problem, window[6])
    information = max(fit.information, 0.25)
    estimate = window[6] + fit.score / information
    margin = problem.z / math.sqrt(information)
    total = 0.0
    for i, value in ((0, estimate), (1, estimate - margin), (2, estimate + margin)):
        total += max(0.0, window[2 * i] - value, value - window[2 * i + 1])
    return total * information


@kernel
def violation(order: Integers, state: State, window: Floats, problem: Problem) -> float:
    """Sum of violations, about in patients; 0 when every figure holds at this level."""
    return (
        median_violation(0, order, state, problem)
        + median_violation(1, order, state, problem)
        + rank_violation(order, state, problem)
        + count_violation(state, problem)
        + cox_violation(order, state, window, problem)
    )


@kernel
def holds(state: State, window: Floats, problem: Problem) -> bool:
    """Whether every figure holds at this level."""
    return ranks_hold(state.order, state, problem) and figures_hold(
        state.order, state, window, problem
    )


@kernel
def middle_time(role: int, centre: float, grid: float) -> float:
    """Place one of two middle patients close to the other, with a recorded mean near `centre`."""
    apart = 1e-3
    if grid > 0.0:
        day = 0.5 * math.floor(2.0 * centre * grid + 0.5)
        centre = day / grid
        apart = (0.1 if day == math.floor(day) else 0.5) / grid
    return centre - apart if role == MIDDLE else centre + apart


@kernel
def assign_roles(state: State, problem: Problem, rng: np.random.Generator) -> None:
    """Give each role to a random patient, with a time in its window."""
    taken = np.zeros(problem.n, np.int64)
    for role in range(ROLES):
        state.holder[role] = -1
        if not problem.used[role]:
            continue
        patient = -1
        while patient < 0 or taken[patient]:
            patient = int(rng.random() * problem.n)
            if role < SHORTEST and (patient >= problem.n_control) != (role == RT_MEDIAN):
                patient = -1
        taken[patient] = 1
        state.holder[role] = patient
        low, high = problem.windows[role, 0], problem.windows[role, 1]
        state.time[patient] = low + (high - low) * rng.random()
        if problem.used[UPPER_MIDDLE] and role in (MIDDLE, UPPER_MIDDLE):
            state.time[patient] = middle_time(role, 0.5 * (low + high), problem.grid)
        state.event[patient] = 0 if role == LONGEST else 1
        state.key[patient] = sort_key(state.time[patient], state.event[patient], problem.grid)
    state.free_count = 0
    for patient in range(problem.n):
        if not taken[patient]:
            state.free[state.free_count] = patient
            state.free_count += 1


@kernel
def draw_start(
    log_hr: float, state: State, problem: Problem, work: Work, rng: np.random.Generator
) -> None:
    """Draw patients near the printed figures and give out the roles."""
    typical = 0.05
    if problem.used[CONTROL_MEDIAN]:
        typical = math.log(2.0) / problem.windows[CONTROL_MEDIAN, 0]
    state.log_hr = log_hr
    state.rate = problem.rate
    state.walk_sd = problem.walk_step
    state.loss = problem.loss
    state.cut = problem.cut_low + rng.random() * (problem.cut_high - problem.cut_low)
    for k in range(problem.intervals):
        state.hazard[k] = typical * math.exp(problem.symmetric * log_hr)
    set_arm_hazards(state.hazard, log_hr, problem, work)
    for patient in range(problem.n):
        state.order[patient] = patient
        draw_patient(patient, 0, state, problem, work, rng)
    assign_roles(state, problem, rng)
    insertion_sort(state.order, state.key, problem.n)


@inlined
def shift_pin(
    index: int, state: State, problem: Problem, work: Work, rng: np.random.Generator
) -> int:
    """Place a random role's time anew in its window as change `index`; how many changes."""
    role = int(rng.random() * ROLES)
    pair = problem.used[UPPER_MIDDLE] and role in (MIDDLE, UPPER_MIDDLE)
    if not problem.used[role] or pair:
        return 0
    low, high = problem.windows[role, 0], problem.windows[role, 1]
    holder = state.holder[role]
    time = low + (high - low) * rng.random()
    place(holder, time, state.event[holder], index, state, problem, work)
    return 1


@kernel
def search_start(
    log_hr: float,
    states: Records,
    window: Floats,
    problems: Records,
    works: Records,
    rng: np.random.Generator,
) -> float:
    """Search a first state that holds every figure at one level; its last violation."""
    state, problem, work = states[0], problems[0], works[0]
    draw_start(log_hr, state, problem, work, rng)
    current = violation(state.order, state, window, problem)
    for _ in range(SEARCH_STEPS):
        if current <= 0.0 and holds(state, window, problem):
            break
        count = min(1 + int(3 * rng.random()), state.free_count)
        choose_free(count, state, rng)
        for i in range(count):
            draw_patient(state.free[i], i, state, problem, work, rng)
        if rng.random() < REPINS:
            count += shift_pin(count, state, problem, work, rng)
        for i in range(problem.n):
            work.order[i] = state.order[i]
        insertion_sort(work.order, state.key, problem.n)
        proposal = violation(work.order, state, window, problem)
        if rng.random() < math.exp((current - proposal) / TEMPERATURE):
            current = proposal
            for i in range(problem.n):
                state.order[i] = work.order[i]
        else:
            restore(count, state, work)
    count_violation(state, problem)
    tabulate_patients(state, problem, state)
    return 0.0 if holds(state, window, problem) else max(current, 1e-9)


@kernel
def descend(
    states: Records,
    ladders: Records,
    window: Floats,
    target: Floats,
    problems: Records,
    works: Records,
    rng: np.random.Generator,
) -> bool:
    """Explore one level until the next lower level's figures hold too; False if they never do."""
    state, problem, work, ladder = states[0], problems[0], works[0], ladders[0]
    for _ in range(DESCENT_SCANS):
        if figures_hold(state.order, state, target, problem):
            return True
        explore(5, state, window, 0, ladder, problem, work, rng)
    return False
