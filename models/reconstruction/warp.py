"""Stretching the times between two pins: the ranks stay, so the figures do (compiled)."""

import math

import numpy as np

from models.compiled import inlined, kernel
from models.reconstruction.figures import figures_hold, insertion_sort, ranks_hold, sort_key
from models.reconstruction.parameters import update_hazard
from models.reconstruction.patients import log_follow_up_density, tabulate_patients
from models.reconstruction.problem import (
    RANDOM_WALK,
    ROLES,
    Floats,
    Problem,
    State,
    Table,
    Work,
)

WARP_STEP = 0.25


@kernel
def log_event_density(table: Table, state: State, problem: Problem) -> float:
    """Log density of the event times given log HR; a gamma baseline is integrated out."""
    s = problem.symmetric
    control, rt = math.exp(-s * state.log_hr), math.exp((1.0 - s) * state.log_hr)
    total = 0.0
    for k in range(problem.intervals):
        count = table.events[0, k] + table.events[1, k]
        at_risk = control * table.exposure[0, k] + rt * table.exposure[1, k]
        if problem.baseline == RANDOM_WALK:
            total += count * math.log(state.hazard[k]) - state.hazard[k] * at_risk
        else:
            shape = problem.shape + count
            total += math.lgamma(shape) - shape * math.log(state.rate + at_risk)
    return total


@inlined
def next_pin(low: float, state: State, problem: Problem) -> float:
    """Next pinned time above `low`, infinite when there is none."""
    high = math.inf
    for role in range(ROLES):
        if problem.used[role]:
            time = state.time[state.holder[role]]
            if low < time < high:
                high = time
    return high


@kernel
def stretch(low: float, high: float, power: float, state: State, problem: Problem) -> float:
    """Warp the free times between two pins in place; log Jacobian.

    Between two pins u becomes u^power; above the last pin distances are multiplied by `power`.
    """
    jacobian = 0.0
    for i in range(state.free_count):
        patient = state.free[i]
        time = state.time[patient]
        if not low < time < high:
            continue
        if high == math.inf:
            state.time[patient] = low + (time - low) * power
            jacobian += math.log(power)
        else:
            share = (time - low) / (high - low)
            state.time[patient] = low + (high - low) * share**power
            jacobian += math.log(power) + (power - 1.0) * math.log(share)
        state.key[patient] = sort_key(state.time[patient], state.event[patient], problem.grid)
    return jacobian


@kernel
def warp(
    state: State, window: Floats, problem: Problem, work: Work, rng: np.random.Generator
) -> bool:
    """Propose a rank-preserving warp of one gap between pins.

    The gamma baseline is integrated out of the ratio, so it is drawn anew after an acceptance.
    """
    low = 0.0
    role = int(rng.random() * (ROLES + 1))
    if role < ROLES:
        if not problem.used[role]:
            return False
        low = state.time[state.holder[role]]
    high = next_pin(low, state, problem)
    for i in range(problem.n):
        work.old_time[i] = state.time[i]
        work.old_key[i] = state.key[i]
        work.order[i] = state.order[i]
    log_ratio = -log_event_density(state, state, problem)
    log_ratio -= log_follow_up_density(state.cut, state.loss, state, problem)
    power = math.exp(WARP_STEP * rng.standard_normal())
    log_ratio += stretch(low, high, power, state, problem)
    tabulate_patients(state, problem, work)
    log_ratio += log_event_density(work, state, problem)
    log_ratio += log_follow_up_density(state.cut, state.loss, state, problem)
    accept = math.log(1.0 - rng.random()) < log_ratio
    if accept:
        if problem.grid > 0.0:
            insertion_sort(work.order, state.key, problem.n)
        accept = ranks_hold(work.order, state, problem) and (
            problem.grid == 0.0 or figures_hold(work.order, state, window, problem)
        )
    if not accept:
        for i in range(problem.n):
            state.time[i] = work.old_time[i]
            state.key[i] = work.old_key[i]
        return False
    adopt_warp(state, problem, work)
    if problem.baseline != RANDOM_WALK:
        update_hazard(state, problem, rng)
    return True


@inlined
def adopt_warp(state: State, problem: Problem, work: Work) -> None:
    """Take order and exposure table over from the work space."""
    for i in range(problem.n):
        state.order[i] = work.order[i]
    for k in range(problem.intervals):
        for arm in range(2):
            state.events[arm, k] = work.events[arm, k]
            state.exposure[arm, k] = work.exposure[arm, k]
