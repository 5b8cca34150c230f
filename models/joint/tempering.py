"""Replica exchange over the widths of both Cox windows (compiled).

Level 0 holds the printed figures of both endpoints exactly; the level above widens one window, the
next the other, and so on, so that patients rearrange there and travel down. Neighbours are
exchanged in the deterministic even–odd scheme (Syed et al. 2022, doi 10.1111/rssb.12464).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import inlined, kernel
from models.joint.flips import flip_death
from models.joint.handover import part_or_meet, spread_middle, transfer
from models.joint.hazards import update_parameters
from models.joint.ladder import BLOCKS, FLIP, TRADE, TRANSFER, WARP, JointLadder
from models.joint.moves import (
    redraw_block,
    redraw_last,
    redraw_progression,
    redraw_without,
)
from models.joint.pairs import exchange_ends
from models.joint.problem import JointProblem, JointState, JointWork, Records
from models.joint.trades import trade_progression
from models.joint.warp import warp
from models.reconstruction.figures import figures_hold
from models.reconstruction.problem import Floats, State

PARAMETERS = ("log_hr", "rate", "walk_sd")
FOLLOW_UP = ("cut", "loss")

Statuses = NDArray[np.int8]


class Rows(NamedTuple):
    """One row for each recorded scan.

    Attributes
    ----------
    parameters : array (row, transition, 3)
        `PARAMETERS`.
    hazards : array (row, transition, interval)
        Baselines, not a number beyond a transition's own intervals.
    follow_up : array (row, 2)
        `FOLLOW_UP`.
    times : array (row, 2, patient)
        Latent months of PFS and OS.
    statuses : array of int8 (row, 2, patient)
        Whether each patient progressed, and died.
    """

    parameters: Floats
    hazards: Floats
    follow_up: Floats
    times: Floats
    statuses: Statuses


@kernel
def redraw(
    kind: int,
    count: int,
    state: JointState,
    windows: Floats,
    problem: JointProblem,
    work: JointWork,
    rng: np.random.Generator,
) -> bool:
    """Redraw patients in one of the first five ways of `MOVES`."""
    if kind < 2:
        return redraw_block(count, kind == 1, state, windows, problem, work, rng)
    if kind == 2:
        return redraw_without(count, state, windows, problem, work, rng)
    if kind == 3:
        return redraw_last(count, state, windows, problem, work, rng)
    return redraw_progression(count, state, windows, problem, work, rng)


@kernel
def explore(
    level: int,
    state: JointState,
    windows: Floats,
    ladder: JointLadder,
    problem: JointProblem,
    work: JointWork,
    rng: np.random.Generator,
) -> None:
    """Move one replica within its level, then update its parameters."""
    for _ in range(ladder.effort[level]):
        pick = rng.random()
        kind = 0
        while kind < WARP - 1 and pick >= ladder.shares[level, kind]:
            pick -= ladder.shares[level, kind]
            kind += 1
        if kind < TRANSFER:
            block = ladder.blocks[level, int(rng.random() * BLOCKS)]
            count = min(block, problem.os.n)
            accepted = redraw(kind, count, state, windows, problem, work, rng)
        elif kind == TRANSFER:
            accepted = transfer(state, windows, problem, work, rng)
        elif kind == FLIP:
            accepted = flip_death(state, windows, problem, work, rng)
        elif kind == TRADE:
            accepted = trade_progression(state, windows, problem, work, rng)
        else:
            accepted = exchange_ends(state, problem, work, rng)
        ladder.moves[level, kind, 0] += accepted
        ladder.moves[level, kind, 1] += 1
    spread_middle(state, windows, problem, work, rng)
    part_or_meet(state, windows, problem, work, rng)
    ladder.moves[level, WARP, 0] += warp(state, windows, problem, work, rng)
    ladder.moves[level, WARP, 1] += 1
    update_parameters(state, problem, work, rng)


@kernel
def suits(state: JointState, windows: Floats, problem: JointProblem) -> bool:
    """Whether a state holds the figures of both endpoints at another level."""
    return figures_hold(state.os.order, state.os, windows[1], problem.os) and figures_hold(
        state.pfs.order, state.pfs, windows[0], problem.pfs
    )


@kernel
def exchange(states: Records, ladder: JointLadder, windows: Floats, problem: JointProblem) -> None:
    """Try to exchange every second pair of neighbouring levels."""
    top = windows.shape[0] - 1
    for level in range(ladder.parity, top, 2):
        ladder.tried[level] += 1
        if suits(states[ladder.slot[level + 1]], windows[level], problem):
            ladder.exchanged[level] += 1
            lower = ladder.slot[level]
            ladder.slot[level] = ladder.slot[level + 1]
            ladder.slot[level + 1] = lower
    ladder.parity = 1 - ladder.parity
    if ladder.heading[ladder.slot[0]] == -1:
        ladder.trips += 1
    ladder.heading[ladder.slot[0]] = 1
    if ladder.heading[ladder.slot[top]] == 1:
        ladder.heading[ladder.slot[top]] = -1


@inlined
def record_transition(
    row: int, transition: int, intervals: int, state: State, parameters: Floats, hazards: Floats
) -> None:
    """Write one transition's parameters and baseline to a row."""
    parameters[row, transition, 0] = state.log_hr
    parameters[row, transition, 1] = state.rate
    parameters[row, transition, 2] = state.walk_sd
    for k in range(intervals):
        hazards[row, transition, k] = state.hazard[k]


@kernel
def run(
    scans: int,
    thin: int,
    states: Records,
    ladders: Records,
    windows: Floats,
    problems: Records,
    works: Records,
    rows: Rows,
    rng: np.random.Generator,
) -> None:
    """Run scans of all levels, recording level 0 every `thin` scans without fail.

    `ladders`, `problems` and `works` hold one record each; `windows` has the shape (level,
    endpoint, 8).
    """
    parameters, hazards, follow_up, times, statuses = rows
    problem, work, ladder = problems[0], works[0], ladders[0]
    row = 0
    for scan in range(scans):
        for level in range(windows.shape[0]):
            state = states[ladder.slot[level]]
            explore(level, state, windows[level], ladder, problem, work, rng)
        exchange(states, ladder, windows, problem)
        if (scan + 1) % thin == 0:
            state = states[ladder.slot[0]]
            intervals = problem.progression.intervals
            record_transition(row, 0, intervals, state.progression, parameters, hazards)
            record_transition(row, 1, problem.death.intervals, state.death, parameters, hazards)
            record_transition(row, 2, problem.after.intervals, state.after, parameters, hazards)
            follow_up[row, 0] = state.os.cut
            follow_up[row, 1] = state.os.loss
            for i in range(problem.os.n):
                times[row, 0, i] = state.pfs.time[i]
                times[row, 1, i] = state.os.time[i]
                statuses[row, 0, i] = state.progressed[i]
                statuses[row, 1, i] = state.os.event[i]
            row += 1
