"""One patient may hold two figures that are printed alike: roles part and meet (compiled).

Parting gives one role of a patient to another, whose time is drawn in that role's window;
meeting gives a role to a patient who holds another and whose time suits, and redraws the patient
who held it. The two are each other's reverse.
"""

import math

import numpy as np

from models.compiled import inlined, kernel
from models.reconstruction.moves import may_hold, settle
from models.reconstruction.patients import (
    draw_patient,
    event_share,
    log_pin_density,
    place,
    set_arm_hazards,
)
from models.reconstruction.problem import (
    ROLES,
    SHORTEST,
    UPPER_MIDDLE,
    Floats,
    Problem,
    State,
    Work,
)


@inlined
def roles_of(patient: int, state: State, problem: Problem) -> int:
    """Count the roles that a patient holds."""
    count = 0
    for role in range(ROLES):
        count += problem.used[role] and state.holder[role] == patient
    return count


@inlined
def may_meet(role: int, other: int, problem: Problem) -> bool:
    """Whether one patient can hold both roles."""
    return (
        role != other
        and problem.used[other] == 1
        and (role >= SHORTEST or other >= SHORTEST)
        and problem.windows[role, 0] < problem.windows[other, 1]
        and problem.windows[other, 0] < problem.windows[role, 1]
    )


@inlined
def partners(role: int, problem: Problem) -> int:
    """Count the roles whose holder might take this one over."""
    count = 0
    for other in range(ROLES):
        count += may_meet(role, other, problem)
    return count


@kernel
def part_or_meet(
    state: State, window: Floats, problem: Problem, work: Work, rng: np.random.Generator
) -> bool:
    """Part a role from a patient with two, or let two roles meet in one patient."""
    role = int(rng.random() * ROLES)
    if problem.used[UPPER_MIDDLE] or not problem.used[role] or partners(role, problem) == 0:
        return False
    set_arm_hazards(state.hazard, state.log_hr, problem, work)
    if roles_of(state.holder[role], state, problem) > 1:
        return part(role, state, window, problem, work, rng)
    return meet(role, state, window, problem, work, rng)


@kernel
def part(
    role: int,
    state: State,
    window: Floats,
    problem: Problem,
    work: Work,
    rng: np.random.Generator,
) -> bool:
    """Give a role to a patient without one, at a time drawn in its window."""
    holder = state.holder[role]
    index = int(rng.random() * state.free_count)
    heir = state.free[index]
    if not may_hold(role, heir, problem):
        return False
    low, high = problem.windows[role, 0], problem.windows[role, 1]
    time = low + (high - low) * rng.random()
    censored_too = role >= SHORTEST
    log_ratio = log_pin_density(heir, time, censored_too, state, problem, work)
    log_ratio += math.log((high - low) * state.free_count / partners(role, problem))
    if log_ratio == -math.inf:
        return False
    event = 1
    if censored_too:
        event = 1 if rng.random() < event_share(heir, time, state, problem, work) else 0
    place(heir, time, event, 0, state, problem, work)
    state.holder[role] = heir
    if not settle(1, log_ratio, True, state, window, problem, work, rng):
        state.holder[role] = holder
        return False
    state.free_count -= 1
    state.free[index] = state.free[state.free_count]
    return True


@kernel
def meet(
    role: int,
    state: State,
    window: Floats,
    problem: Problem,
    work: Work,
    rng: np.random.Generator,
) -> bool:
    """Give a role to the holder of another whose time suits, and redraw who held it."""
    choice = int(rng.random() * partners(role, problem))
    other = -1
    for candidate in range(ROLES):
        if may_meet(role, candidate, problem):
            if choice == 0:
                other = candidate
            choice -= 1
    holder, heir = state.holder[role], state.holder[other]
    low, high = problem.windows[role, 0], problem.windows[role, 1]
    suits = low <= state.time[heir] < high and (role >= SHORTEST or state.event[heir] == 1)
    if heir == holder or not suits or not may_hold(role, heir, problem):
        return False
    censored_too = role >= SHORTEST
    log_ratio = -log_pin_density(holder, state.time[holder], censored_too, state, problem, work)
    log_ratio -= math.log((high - low) * (state.free_count + 1) / partners(role, problem))
    draw_patient(holder, 0, state, problem, work, rng)
    state.holder[role] = heir
    if not settle(1, log_ratio, True, state, window, problem, work, rng):
        state.holder[role] = holder
        return False
    state.free[state.free_count] = holder
    state.free_count += 1
    return True
