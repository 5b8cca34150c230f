"""Patients redrawn under an effect that is linear in its parameters, node by node (compiled).

Hazards live on the cells of the model. Patients are redrawn from the arms' own hazards; the
parameters, the node and the gamma rate take Metropolis steps with the baseline integrated out,
which is drawn anew after them.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import inlined, kernel
from models.reconstruction.figures import figures_hold, insertion_sort, ranks_hold
from models.reconstruction.parameters import update_follow_up
from models.reconstruction.patients import log_follow_up_density, tabulate_patients
from models.reconstruction.problem import ROLES, Floats, Problem, Records, State, Table, Work
from models.reconstruction.tempering import BLOCKS, Statuses, exchange
from models.reconstruction.warp import WARP_STEP, adopt_warp, next_pin, stretch
from models.time_varying.collapsed import Cells, Room, log_joint
from models.time_varying.separate_moves import MERGE, PIN, SPREAD, move_roles, redraw_arms

STEPS = 3
STEP, RATE_STEP = 0.5, 0.5


class Nodes(NamedTuple):
    """The numbers of `EffectNodes` that moves need.

    Attributes
    ----------
    basis : numpy.ndarray, shape (J, F, P)
    log_weight : numpy.ndarray, shape (J,)
    mean, sd : numpy.ndarray, shape (P,)
    """

    basis: Floats
    log_weight: Floats
    mean: Floats
    sd: Floats


@inlined
def fill_cells(state: State, cells: Cells) -> None:
    """Take events and exposure of a state's patients over into the record of cells."""
    for k in range(cells.power.size):
        cells.power[k] = cells.shape
    for f in range(cells.tilt.size):
        control, treated = state.events[0, f], state.events[1, f]
        cells.exposure[0, f] = state.exposure[0, f]
        cells.exposure[1, f] = state.exposure[1, f]
        cells.tilt[f] = cells.low * control + cells.high * treated
        cells.power[cells.interval[f]] += control + treated


@kernel
def update_effect(
    x: Floats,
    node: NDArray[np.int64],
    rates: Floats,
    state: State,
    nodes: Nodes,
    cells: Cells,
    room: Room,
    rng: np.random.Generator,
) -> None:
    """Metropolis steps on parameters, log rate and node; then draw the arms' hazards, exactly."""
    fill_cells(state, cells)
    j = node[0]
    here = log_joint(x, nodes.basis[j], nodes.mean, nodes.sd, cells, room)
    for _ in range(STEPS):
        for p in range(x.size):
            old = x[p]
            scale = STEP * nodes.sd[p] if p < nodes.sd.size else RATE_STEP
            x[p] += scale * rng.standard_normal()
            there = log_joint(x, nodes.basis[j], nodes.mean, nodes.sd, cells, room)
            if math.log(1.0 - rng.random()) < there - here:
                here = there
            else:
                x[p] = old
        other = int(rng.random() * nodes.log_weight.size)
        there = log_joint(x, nodes.basis[other], nodes.mean, nodes.sd, cells, room)
        change = there - here + nodes.log_weight[other] - nodes.log_weight[j]
        if math.log(1.0 - rng.random()) < change:
            here = there
            j = other
    node[0] = j
    draw_hazards(x, nodes.basis[j], nodes.mean, nodes.sd, rates, cells, room, rng)


@kernel
def draw_hazards(
    x: Floats,
    basis: Floats,
    mean: Floats,
    sd: Floats,
    rates: Floats,
    cells: Cells,
    room: Room,
    rng: np.random.Generator,
) -> None:
    """Draw the baseline given the parameters, and lay the arms' hazards out by cell."""
    log_joint(x, basis, mean, sd, cells, room)
    for k in range(cells.power.size):
        room.total[k] = rng.standard_gamma(cells.power[k]) / room.total[k]
    for f in range(cells.tilt.size):
        hazard = room.total[cells.interval[f]]
        rates[0, f] = hazard * math.exp(cells.low * room.effect[f])
        rates[1, f] = hazard * math.exp(cells.high * room.effect[f])


@kernel
def log_table_density(table: Table, rates: Floats, problem: Problem) -> float:
    """Log density of the event times of a table under given hazards of the arms."""
    total = 0.0
    for arm in range(2):
        for f in range(problem.intervals):
            rate: float = rates[arm, f]
            total += table.events[arm, f] * math.log(rate) - table.exposure[arm, f] * rate
    return total


@kernel
def warp_given(
    rates: Floats,
    state: State,
    window: Floats,
    problem: Problem,
    work: Work,
    rng: np.random.Generator,
) -> bool:
    """Propose a rank-preserving warp of one gap between pins, the hazards staying as they are."""
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
    log_ratio = -log_table_density(state, rates, problem)
    log_ratio -= log_follow_up_density(state.cut, state.loss, state, problem)
    log_ratio += stretch(low, high, math.exp(WARP_STEP * rng.standard_normal()), state, problem)
    tabulate_patients(state, problem, work)
    log_ratio += log_table_density(work, rates, problem)
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
    return True


@kernel
def run_linear(
    scans: int,
    thin: int,
    moves: int,
    states: Records,
    spare: Records,
    all_x: Floats,
    all_nodes: NDArray[np.int64],
    all_rates: Floats,
    fresh: Floats,
    nodes: Nodes,
    cells: Cells,
    room: Room,
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

    Parameters (replica, Q), nodes (replica, 1) and hazards (replica, arm, cell) travel with the
    replicas; the four arrays before `rng` take one row for each recorded scan.
    """
    problem, work, ladder = problems[0], works[0], ladders[0]
    row = 0
    for scan in range(scans):
        for level in range(windows.shape[0]):
            slot = ladder.slot[level]
            state, window, rates = states[slot], windows[level], all_rates[slot]
            for _ in range(moves):
                count = min(BLOCKS[int(rng.random() * BLOCKS.size)], state.free_count)
                if rng.random() < 0.9:
                    redraw_arms(count, False, rates, fresh, state, window, problem, work, rng)
                else:
                    move_roles(PIN, slot, rates, states, spare, window, problem, work, rng)
            move_roles(SPREAD, slot, rates, states, spare, window, problem, work, rng)
            move_roles(MERGE, slot, rates, states, spare, window, problem, work, rng)
            warp_given(rates, state, window, problem, work, rng)
            update_effect(all_x[slot], all_nodes[slot], rates, state, nodes, cells, room, rng)
            if problem.free_follow_up:
                update_follow_up(state, problem, rng)
        exchange(states, ladder, windows, problem)
        if (scan + 1) % thin == 0:
            slot = ladder.slot[0]
            state = states[slot]
            follow_up[row, 0] = state.cut
            follow_up[row, 1] = state.loss
            for arm in range(2):
                for f in range(problem.intervals):
                    hazards[row, arm, f] = all_rates[slot, arm, f]
            for i in range(problem.n):
                times[row, i] = state.time[i]
                events[row, i] = state.event[i]
            row += 1
