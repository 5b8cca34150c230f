"""Replica exchange over the width of the Cox window (compiled).

Level 0 holds the printed figures exactly; higher levels widen the window of the Cox estimate and
its limits, so that patients rearrange there and travel down. Neighbours are exchanged in the
deterministic even–odd scheme (Syed et al. 2022, doi 10.1111/rssb.12464). An exchange is valid
when each replica satisfies the other's window: every level has the same density, restricted.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.compiled import kernel
from models.reconstruction.figures import figures_hold
from models.reconstruction.merge import part_or_meet
from models.reconstruction.moves import move_pin, redraw_block, spread_middle
from models.reconstruction.parameters import update_parameters
from models.reconstruction.problem import (
    LEVELS,
    Floats,
    Integers,
    Problem,
    Records,
    State,
    Work,
)
from models.reconstruction.warp import warp

BLOCKS = np.array([1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5, 6])

PARAMETERS = ("log_hr", "rate", "walk_sd", "cut", "loss")
MOVES = 4

Statuses = NDArray[np.int8]

LADDER = np.dtype(
    [
        ("slot", np.int64, LEVELS),
        ("heading", np.int64, LEVELS),
        ("exchanged", np.int64, LEVELS),
        ("tried", np.int64, LEVELS),
        ("moves", np.int64, (LEVELS, MOVES, 2)),
        ("trips", np.int64),
        ("parity", np.int64),
    ],
    align=True,
)


class Ladder(Protocol):
    """The replica at each level, and what happened.

    `heading` of a replica is +1 since it was last at the bottom, −1 since last at the top after
    the bottom, 0 before either; `trips` counts round trips bottom to top to bottom; `exchanged`
    and `tried` belong to a level and the one above; `moves` are accepted and proposed blocks,
    blocks with the baseline, pins, and warps.
    """

    slot: Integers
    heading: Integers
    exchanged: Integers
    tried: Integers
    moves: Integers
    trips: int
    parity: int


@kernel
def explore(
    moves: int,
    state: State,
    window: Floats,
    level: int,
    ladder: Ladder,
    problem: Problem,
    work: Work,
    rng: np.random.Generator,
) -> None:
    """Move one replica within its level, then update its parameters."""
    for _ in range(moves):
        count = min(BLOCKS[int(rng.random() * BLOCKS.size)], state.free_count)
        pick = rng.random()
        if pick < 0.5:
            kind = 0
            accepted = redraw_block(count, False, state, window, problem, work, rng)
        elif pick < 0.9:
            kind = 1
            accepted = redraw_block(count, True, state, window, problem, work, rng)
        else:
            kind = 2
            accepted = move_pin(state, window, problem, work, rng)
        ladder.moves[level, kind, 0] += accepted
        ladder.moves[level, kind, 1] += 1
    spread_middle(state, window, problem, work, rng)
    part_or_meet(state, window, problem, work, rng)
    ladder.moves[level, 3, 0] += warp(state, window, problem, work, rng)
    ladder.moves[level, 3, 1] += 1
    update_parameters(state, problem, rng)


@kernel
def exchange(states: Records, ladder: Ladder, windows: Floats, problem: Problem) -> None:
    """Try to exchange every second pair of neighbouring levels."""
    top = windows.shape[0] - 1
    for level in range(ladder.parity, top, 2):
        upper = states[ladder.slot[level + 1]]
        ladder.tried[level] += 1
        if figures_hold(upper.order, upper, windows[level], problem):
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


@kernel
def run(
    scans: int,
    thin: int,
    moves: int,
    states: Records,
    ladders: Records,
    windows: Floats,
    problems: Records,
    works: Records,
    parameters: Floats,
    hazards: Floats,
    times: Floats,
    events: Statuses,
    rng: np.random.Generator,
) -> None:
    """Run scans of all levels, recording level 0 every `thin` scans without fail.

    `ladders`, `problems` and `works` hold one record each; the last four arrays before `rng` take
    one row for each recorded scan: the parameters in the order of `PARAMETERS`, the baseline,
    latent times and statuses of the patients.
    """
    problem, work, ladder = problems[0], works[0], ladders[0]
    row = 0
    for scan in range(scans):
        for level in range(windows.shape[0]):
            state = states[ladder.slot[level]]
            explore(moves, state, windows[level], level, ladder, problem, work, rng)
        exchange(states, ladder, windows, problem)
        if (scan + 1) % thin == 0:
            state = states[ladder.slot[0]]
            parameters[row, 0] = state.log_hr
            parameters[row, 1] = state.rate
            parameters[row, 2] = state.walk_sd
            parameters[row, 3] = state.cut
            parameters[row, 4] = state.loss
            for k in range(problem.intervals):
                hazards[row, k] = state.hazard[k]
            for i in range(problem.n):
                times[row, i] = state.time[i]
                events[row, i] = state.event[i]
            row += 1
