"""Updates of hazards and hazard ratios given the patients (compiled).

Each transition is a proportional hazards model of its own, so the one-endpoint updates serve.
"""

import math

import numpy as np

from models.compiled import inlined, kernel
from models.joint.courses import set_all_hazards
from models.joint.problem import JointProblem, JointState, JointWork
from models.joint.tables import add_course, copy_tables, count_events
from models.reconstruction.parameters import (
    log_walk_weight,
    update_follow_up,
    update_hazard,
    update_log_hr,
    update_rate,
    update_walk_sd,
)
from models.reconstruction.patients import set_arm_hazards
from models.reconstruction.problem import HIERARCHICAL_GAMMA, RANDOM_WALK, Problem, State, Work


@kernel
def redraw_hazard(state: State, problem: Problem, work: Work, rng: np.random.Generator) -> float:
    """Redraw a transition's baseline given the table in the work space; log weight ratio.

    Under a random walk one interval is redrawn from the gamma working prior's posterior, and
    the ratio of the two priors is returned.
    """
    s = problem.symmetric
    control, rt = math.exp(-s * state.log_hr), math.exp((1.0 - s) * state.log_hr)
    walk = problem.baseline == RANDOM_WALK
    first, last = 0, problem.intervals
    for k in range(last):
        work.hazard[k] = state.hazard[k]
    log_ratio = 0.0
    if walk:
        first = int(rng.random() * last)
        last = first + 1
        log_ratio = -log_walk_weight(state.hazard, first, state, problem)
    for k in range(first, last):
        shape = problem.shape + work.events[0, k] + work.events[1, k]
        rate = state.rate + control * work.exposure[0, k] + rt * work.exposure[1, k]
        work.hazard[k] = rng.standard_gamma(shape) / rate
    if walk:
        log_ratio += log_walk_weight(work.hazard, first, state, problem)
    set_arm_hazards(work.hazard, state.log_hr, problem, work)
    return log_ratio


@kernel
def redraw_hazards(
    count: int, state: JointState, problem: JointProblem, work: JointWork, rng: np.random.Generator
) -> float:
    """Redraw hazards given all but the first `count` patients of `os.free`; log weight ratio."""
    copy_tables(state, work, problem)
    for i in range(count):
        patient = state.os.free[i]
        arm = 1 if patient >= problem.os.n_control else 0
        first, last = state.pfs.time[patient], state.os.time[patient]
        progressed, died = state.progressed[patient], state.os.event[patient]
        add_course(first, last, progressed, died, -1.0, arm, problem, work)
    log_ratio = redraw_hazard(state.progression, problem.progression, work.progression, rng)
    log_ratio += redraw_hazard(state.death, problem.death, work.death, rng)
    return log_ratio + redraw_hazard(state.after, problem.after, work.after, rng)


@inlined
def adopt_hazard(state: State, problem: Problem, work: Work) -> None:
    """Take a baseline over from the work space."""
    for k in range(problem.intervals):
        state.hazard[k] = work.hazard[k]


@inlined
def adopt_hazards(state: JointState, problem: JointProblem, work: JointWork) -> None:
    """Take all baselines over from the work space."""
    adopt_hazard(state.progression, problem.progression, work.progression)
    adopt_hazard(state.death, problem.death, work.death)
    adopt_hazard(state.after, problem.after, work.after)


@kernel
def update_transition(state: State, problem: Problem, rng: np.random.Generator) -> None:
    """One sweep over the parameters of one transition given its table."""
    count_events(problem.intervals, state)
    update_log_hr(state, problem, rng)
    update_hazard(state, problem, rng)
    if problem.baseline == HIERARCHICAL_GAMMA:
        update_rate(state, problem, rng)
    elif problem.baseline == RANDOM_WALK:
        update_walk_sd(state, problem, rng)


@kernel
def update_parameters(
    state: JointState, problem: JointProblem, work: JointWork, rng: np.random.Generator
) -> None:
    """One sweep over all parameters given the patients; leaves the hazards in the work space."""
    update_transition(state.progression, problem.progression, rng)
    update_transition(state.death, problem.death, rng)
    update_transition(state.after, problem.after, rng)
    if problem.os.free_follow_up:
        update_follow_up(state.os, problem.os, rng)
    set_all_hazards(state, problem, work)
