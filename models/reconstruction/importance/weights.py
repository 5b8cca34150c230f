"""Unbiased importance weights of a batch of parameters, and one hit of each (compiled).

Given the pins, `data_sets` sets of each arm are drawn; those whose median falls on its pin are
paired, all with all, and the share of all pairs that reproduce the Cox figures is an unbiased
estimate of what the pins left to chance. Nothing is ever drawn until it fits.
"""

import math

import numpy as np

from models.compiled import kernel
from models.reconstruction.importance.arms import keep_arm
from models.reconstruction.importance.counts import TABLES, sum_counts
from models.reconstruction.importance.cox_pairs import figures_hold, rt_shares
from models.reconstruction.importance.pinned import Pinned, set_hazards
from models.reconstruction.importance.pins import pin
from models.reconstruction.problem import Floats, Integers, Problem, Records


@kernel
def draw_kept(
    arm: int,
    data_sets: int,
    time: Floats,
    event: Floats,
    pinned: Pinned,
    problem: Problem,
    tables: Floats,
    rng: np.random.Generator,
) -> int:
    """Draw an arm's data sets; those kept fill the first rows, each ended by infinity."""
    size = problem.n_control if arm == 0 else problem.n - problem.n_control
    kept = 0
    for _ in range(data_sets):
        if keep_arm(arm, time[kept], event[kept], pinned, problem, tables, rng):
            time[kept, size] = math.inf
            event[kept, size] = 0.0
            kept += 1
    return kept


@kernel
def copy_pair(
    i: int,
    j: int,
    time: Floats,
    event: Floats,
    problem: Problem,
    row: int,
    out_time: Floats,
    out_event: Floats,
) -> None:
    """Write control set `i` and RT set `j` as one row of patients, controls first."""
    for patient in range(problem.n):
        arm = 1 if patient >= problem.n_control else 0
        index = patient - problem.n_control if arm else patient
        data_set = j if arm else i
        out_time[row, patient] = time[arm, data_set, index]
        out_event[row, patient] = event[arm, data_set, index]


@kernel
def weigh(
    log_hr: Floats,
    hazard: Floats,
    data_sets: int,
    window: Floats,
    problems: Records,
    scratch: Records,
    log_weight: Floats,
    hits: Integers,
    patient_time: Floats,
    patient_event: Floats,
    rng: np.random.Generator,
) -> None:
    """Fill in log weight (without prior and proposal), hits and one uniformly chosen hit each.

    `window` is that of `cox_pairs.figures_hold`; `problems` and `scratch` hold one record each.
    """
    problem, pinned = problems[0], scratch[0]
    largest = max(problem.n_control, problem.n - problem.n_control) + 1
    time = np.empty((2, data_sets + 1, largest))
    event = np.empty((2, data_sets + 1, largest))
    tables = np.zeros((2, TABLES, largest, largest))
    shares = rt_shares(window[0], problem)
    pairs = float(data_sets) * data_sets
    for row in range(log_hr.size):
        log_weight[row] = -math.inf
        hits[row] = 0
        set_hazards(log_hr[row], hazard[row], pinned, problem)
        base = pin(pinned, problem, rng)
        for arm in range(2):
            if base > -math.inf:
                base += sum_counts(arm, pinned, problem, tables[arm])
        if base == -math.inf:
            continue
        controls = draw_kept(0, data_sets, time[0], event[0], pinned, problem, tables[0], rng)
        if controls == 0:
            continue
        rts = draw_kept(1, data_sets, time[1], event[1], pinned, problem, tables[1], rng)
        for i in range(controls):
            for j in range(rts):
                if figures_hold(
                    time[0, i], event[0, i], time[1, j], event[1, j], shares, window, problem
                ):
                    hits[row] += 1
                    if rng.random() * hits[row] < 1.0:
                        copy_pair(i, j, time, event, problem, row, patient_time, patient_event)
        if hits[row]:
            log_weight[row] = base + math.log(hits[row] / pairs)
