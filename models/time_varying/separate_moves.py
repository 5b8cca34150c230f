"""Patients redrawn under separate arms: moves that keep the printed figures (compiled).

Most moves redraw patients from the arms' own hazards, so only the figures decide. Those that hand
a printed time from one patient to another know proportional hazards only: they are proposals
from hazards near the arms' own, and accepted by the ratio of the two likelihoods.
"""

import math

import numpy as np

from models.compiled import inlined, kernel
from models.reconstruction.figures import figures_hold, insertion_sort, ranks_hold
from models.reconstruction.merge import part_or_meet
from models.reconstruction.moves import choose_free, move_pin, settle, spread_middle
from models.reconstruction.parameters import update_follow_up
from models.reconstruction.patients import (
    add_patient,
    draw_patient,
    log_follow_up_density,
    set_arm_hazards,
    tabulate_patients,
)
from models.reconstruction.problem import (
    HIERARCHICAL_GAMMA,
    ROLES,
    Floats,
    Problem,
    Records,
    State,
    Table,
    Work,
)
from models.reconstruction.tempering import BLOCKS, Statuses, exchange
from models.reconstruction.warp import WARP_STEP, adopt_warp, next_pin, stretch

PIN, SPREAD, MERGE = range(3)


@kernel
def draw_rates(
    table: Table, rates: Floats, state: State, problem: Problem, rng: np.random.Generator
) -> None:
    """Draw every hazard of both arms given a table, exactly."""
    for arm in range(2):
        for k in range(problem.intervals):
            shape = problem.shape + table.events[arm, k]
            rates[arm, k] = rng.standard_gamma(shape) / (state.rate + table.exposure[arm, k])


@kernel
def redraw_arms(
    count: int,
    with_rates: bool,
    rates: Floats,
    fresh: Floats,
    state: State,
    window: Floats,
    problem: Problem,
    work: Work,
    rng: np.random.Generator,
) -> bool:
    """Redraw `count` patients without a role, the arms' hazards first if asked.

    `fresh` (arm, interval) is work space.
    """
    choose_free(count, state, rng)
    for arm in range(2):
        for k in range(problem.intervals):
            fresh[arm, k] = rates[arm, k]
            work.events[arm, k] = state.events[arm, k]
            work.exposure[arm, k] = state.exposure[arm, k]
    if with_rates:
        for i in range(count):
            patient = state.free[i]
            arm = 1 if patient >= problem.n_control else 0
            add_patient(state.time[patient], state.event[patient], -1.0, arm, problem, work)
        draw_rates(work, fresh, state, problem, rng)
    use_rates(fresh, problem, work)
    for i in range(count):
        draw_patient(state.free[i], i, state, problem, work, rng)
    if not settle(count, 0.0, False, state, window, problem, work, rng):
        return False
    for arm in range(2):
        for k in range(problem.intervals):
            rates[arm, k] = fresh[arm, k]
    return True


@inlined
def use_rates(rates: Floats, problem: Problem, work: Work) -> None:
    """Put the arms' hazards where patients are drawn from."""
    for arm in range(2):
        for k in range(problem.intervals):
            work.arm_hazard[arm, k] = rates[arm, k]


@inlined
def stand_in(rates: Floats, state: State, problem: Problem) -> None:
    """Give the state the proportional hazards that lie between the arms' own."""
    total = 0.0
    for k in range(problem.intervals):
        total += math.log(rates[1, k] / rates[0, k])
    state.log_hr = total / problem.intervals
    for k in range(problem.intervals):
        middle = math.sqrt(rates[0, k] * rates[1, k])
        state.hazard[k] = middle * math.exp((problem.symmetric - 0.5) * state.log_hr)


@inlined
def log_ratio_of_models(rates: Floats, state: State, problem: Problem, work: Work) -> float:
    """Log likelihood ratio of the arms' own hazards to the proportional ones of the state."""
    set_arm_hazards(state.hazard, state.log_hr, problem, work)
    total = 0.0
    for arm in range(2):
        for k in range(problem.intervals):
            other: float = work.arm_hazard[arm, k]
            total += state.events[arm, k] * math.log(rates[arm, k] / other)
            total -= state.exposure[arm, k] * (rates[arm, k] - other)
    return total


@kernel
def move_roles(
    kind: int,
    slot: int,
    rates: Floats,
    states: Records,
    spare: Records,
    window: Floats,
    problem: Problem,
    work: Work,
    rng: np.random.Generator,
) -> bool:
    """Move printed times under proportional hazards, and accept by the ratio of the models."""
    state = states[slot]
    stand_in(rates, state, problem)
    before = log_ratio_of_models(rates, state, problem, work)
    spare[0] = state
    if kind == PIN:
        moved = move_pin(state, window, problem, work, rng)
    elif kind == SPREAD:
        moved = spread_middle(state, window, problem, work, rng)
    else:
        moved = part_or_meet(state, window, problem, work, rng)
    if not moved:
        return False
    after = log_ratio_of_models(rates, state, problem, work)
    if math.log(1.0 - rng.random()) < after - before:
        return True
    states[slot] = spare[0]
    return False


@kernel
def log_arms_density(table: Table, state: State, problem: Problem) -> float:
    """Log density of the event times, the arms' hazards integrated out."""
    total = 0.0
    for arm in range(2):
        for k in range(problem.intervals):
            shape = problem.shape + table.events[arm, k]
            total += math.lgamma(shape)
            total -= shape * math.log(state.rate + table.exposure[arm, k])
    return total


@kernel
def warp_arms(
    rates: Floats,
    state: State,
    window: Floats,
    problem: Problem,
    work: Work,
    rng: np.random.Generator,
) -> bool:
    """Propose a rank-preserving warp of one gap between pins; the hazards are drawn anew after."""
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
    log_ratio = -log_arms_density(state, state, problem)
    log_ratio -= log_follow_up_density(state.cut, state.loss, state, problem)
    log_ratio += stretch(low, high, math.exp(WARP_STEP * rng.standard_normal()), state, problem)
    tabulate_patients(state, problem, work)
    log_ratio += log_arms_density(work, state, problem)
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
    draw_rates(state, rates, state, problem, rng)
    return True


@kernel
def explore_arms(
    moves: int,
    slot: int,
    rates: Floats,
    fresh: Floats,
    states: Records,
    spare: Records,
    window: Floats,
    problem: Problem,
    work: Work,
    rng: np.random.Generator,
) -> None:
    """Move one replica within its level, then draw hazards, rate and follow-up."""
    state = states[slot]
    for _ in range(moves):
        count = min(BLOCKS[int(rng.random() * BLOCKS.size)], state.free_count)
        pick = rng.random()
        if pick < 0.9:
            redraw_arms(count, pick < 0.45, rates, fresh, state, window, problem, work, rng)
        else:
            move_roles(PIN, slot, rates, states, spare, window, problem, work, rng)
    move_roles(SPREAD, slot, rates, states, spare, window, problem, work, rng)
    move_roles(MERGE, slot, rates, states, spare, window, problem, work, rng)
    warp_arms(rates, state, window, problem, work, rng)
    draw_rates(state, rates, state, problem, rng)
    if problem.baseline == HIERARCHICAL_GAMMA:
        total = problem.rate_rate
        for arm in range(2):
            for k in range(problem.intervals):
                total += rates[arm, k]
        shape = problem.rate_shape + 2.0 * problem.shape * problem.intervals
        state.rate = rng.standard_gamma(shape) / total
    if problem.free_follow_up:
        update_follow_up(state, problem, rng)


@kernel
def run_arms(
    scans: int,
    thin: int,
    moves: int,
    states: Records,
    spare: Records,
    all_rates: Floats,
    fresh: Floats,
    ladders: Records,
    windows: Floats,
    problems: Records,
    works: Records,
    follow_up: Floats,
    hazards: Floats,
    times: Floats,
    events: Statuses,
    rng: np.random.Generator,
) -> None:
    """Run scans of all levels, recording level 0 every `thin` scans without fail.

    `all_rates` (replica, arm, interval) travel with the replicas; the four arrays before `rng`
    take one row for each recorded scan: cut and loss, hazards of the arms, times, statuses.
    """
    problem, work, ladder = problems[0], works[0], ladders[0]
    row = 0
    for scan in range(scans):
        for level in range(windows.shape[0]):
            slot = ladder.slot[level]
            explore_arms(
                moves, slot, all_rates[slot], fresh, states, spare, windows[level], problem, work,
                rng,
            )  # fmt: skip
        exchange(states, ladder, windows, problem)
        if (scan + 1) % thin == 0:
            slot = ladder.slot[0]
            state = states[slot]
            follow_up[row, 0] = state.cut
            follow_up[row, 1] = state.loss
            for arm in range(2):
                for k in range(problem.intervals):
                    hazards[row, arm, k] = all_rates[slot, arm, k]
            for i in range(problem.n):
                times[row, i] = state.time[i]
                events[row, i] = state.event[i]
            row += 1
