"""Which progression belongs to which death: two patients exchange what follows (compiled)."""

import math

import numpy as np

from models.compiled import inlined, kernel
from models.joint.courses import set_all_hazards
from models.joint.problem import RESET, JointProblem, JointState, JointWork
from models.joint.tables import add_course
from models.joint.weights import log_weight_before
from models.reconstruction.problem import ROLES


@inlined
def swap_order(first: int, second: int, state: JointState, problem: JointProblem) -> None:
    """Exchange two patients in the order of OS."""
    for position in range(problem.os.n):
        patient = state.os.order[position]
        if patient == first:
            state.os.order[position] = second
        elif patient == second:
            state.os.order[position] = first


@inlined
def swap_figures(first: int, second: int, state: JointState, problem: JointProblem) -> None:
    """Exchange the OS figures that two patients hold."""
    for role in range(ROLES):
        if problem.os.used[role]:
            if state.os.holder[role] == first:
                state.os.holder[role] = second
            elif state.os.holder[role] == second:
                state.os.holder[role] = first


@inlined
def add_again(patient: int, sign: float, state: JointState, problem: JointProblem) -> None:
    """Add a progressed patient to (or take it from) the tables of its state."""
    arm = 1 if patient >= problem.os.n_control else 0
    first, last, died = state.pfs.time[patient], state.os.time[patient], state.os.event[patient]
    add_course(first, last, 1, died, sign, arm, problem, state)


@kernel
def exchange_ends(
    state: JointState, problem: JointProblem, work: JointWork, rng: np.random.Generator
) -> bool:
    """Two progressed patients of one arm exchange last times, statuses and OS figures.

    Neither endpoint's figures notice. With the clock forward the model does not either.
    """
    n_control = problem.os.n_control
    first, second = int(rng.random() * problem.os.n), int(rng.random() * problem.os.n)
    if first == second or (first >= n_control) != (second >= n_control):
        return False
    if not (state.progressed[first] and state.progressed[second]):
        return False
    early, late = state.pfs.time[first], state.pfs.time[second]
    mine, yours = state.os.time[first], state.os.time[second]
    if early >= yours or late >= mine:
        return False
    if problem.clock == RESET:
        set_all_hazards(state, problem, work)
        arm = 1 if first >= n_control else 0
        died, passed = state.os.event[first], state.os.event[second]
        log_ratio = log_weight_before(arm, early, yours, passed, problem, work)
        log_ratio += log_weight_before(arm, late, mine, died, problem, work)
        log_ratio -= log_weight_before(arm, early, mine, died, problem, work)
        log_ratio -= log_weight_before(arm, late, yours, passed, problem, work)
        if math.log(1.0 - rng.random()) >= log_ratio:
            return False
    add_again(first, -1.0, state, problem)
    add_again(second, -1.0, state, problem)
    for values in (state.os.time, state.os.key):
        values[first], values[second] = values[second], values[first]
    event = state.os.event
    event[first], event[second] = event[second], event[first]
    swap_order(first, second, state, problem)
    swap_figures(first, second, state, problem)
    add_again(first, 1.0, state, problem)
    add_again(second, 1.0, state, problem)
    return True
