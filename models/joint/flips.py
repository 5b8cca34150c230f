"""Deaths without progression that come and go (compiled).

They are rare, so redraws propose few of them; here every other proposal is one.
"""

import math

import numpy as np

from models.compiled import inlined, kernel
from models.joint.courses import set_all_hazards
from models.joint.moves import choose, place_last, place_progression
from models.joint.problem import Course, JointProblem, JointState, JointWork
from models.joint.roles import holds_os, holds_pfs
from models.joint.settle import place_course, restore_courses, settle
from models.joint.weights import death_density
from models.reconstruction.patients import cumulative_hazard, draw_censoring_time
from models.reconstruction.problem import Floats

HELPERS = 4


@inlined
def may_flip(patient: int, died: bool, state: JointState, problem: JointProblem) -> bool:
    """Whether a patient without progression or figure has a status."""
    return (
        state.progressed[patient] == 0
        and (state.os.event[patient] == 1) == died
        and not holds_os(patient, state, problem)
        and not holds_pfs(patient, state, problem)
    )


@inlined
def log_free(arm: int, time: float, problem: JointProblem, work: JointWork) -> float:
    """Log probability of neither progression nor death until a time."""
    total = cumulative_hazard(time, arm, problem.progression, work.progression)
    return -total - cumulative_hazard(time, arm, problem.death, work.death)


@inlined
def log_death(
    arm: int, time: float, state: JointState, problem: JointProblem, work: JointWork
) -> float:
    """Log density of a death without progression, beyond that of a uniform time."""
    hazard = death_density(arm, math.inf, time, 0, state, problem, work)
    if hazard <= 0.0:
        return -math.inf
    free = log_free(arm, time, problem, work)
    return free + math.log(hazard * state.os.cut) - state.os.loss * time


@kernel
def flip_death(
    state: JointState,
    windows: Floats,
    problem: JointProblem,
    work: JointWork,
    rng: np.random.Generator,
) -> bool:
    """Let a patient without progression die instead of being censored, or the reverse.

    The new death is uniform over follow-up, a new end of follow-up is drawn from its model. Up to
    `HELPERS` − 1 patients who progressed are partly redrawn beside it, as medians must stay.
    """
    died = rng.random() < 0.5
    chosen, found, others = -1, 0, 0
    for patient in range(problem.os.n):
        others += may_flip(patient, not died, state, problem)
        if may_flip(patient, died, state, problem):
            found += 1
            if rng.random() * found < 1.0:
                chosen = patient
    if chosen < 0:
        return False
    set_all_hazards(state, problem, work)
    arm = 1 if chosen >= problem.os.n_control else 0
    last = state.os.time[chosen]
    log_ratio = math.log(found / (others + 1.0))
    if died:
        time = draw_censoring_time(state.os, problem.os, rng)
        log_ratio += log_free(arm, time, problem, work)
        log_ratio -= log_death(arm, last, state, problem, work)
    else:
        time = state.os.cut * rng.random()
        log_ratio += log_death(arm, time, state, problem, work)
        log_ratio -= log_free(arm, last, problem, work)
    if log_ratio == -math.inf:
        return False
    place_course(chosen, Course(math.inf, time, 0, 0 if died else 1), state, problem, work)
    helpers = min(int(rng.random() * HELPERS), problem.os.n)
    choose(helpers, state, problem, rng)
    for i in range(helpers):
        if rng.random() < 0.5:
            place_last(state.os.free[i], state, problem, work, rng)
        else:
            log_ratio += place_progression(state.os.free[i], state, problem, work, rng)
    if log_ratio == -math.inf:
        restore_courses(state, work)
        return False
    return settle(log_ratio, state, windows, problem, work, rng)
