"""Which progression is missing: one patient's is taken, another's begins; OS stays (compiled).

Progressions are counted, so a death without progression comes or goes only as another patient of
its arm, alive without progression, gains or loses one. Neither OS time nor status changes, so the
figures of PFS alone decide.
"""

import math

import numpy as np

from models.compiled import inlined, kernel
from models.joint.courses import draw_progression_before, set_all_hazards
from models.joint.flips import HELPERS, log_free
from models.joint.moves import choose, place_progression
from models.joint.problem import Course, JointProblem, JointState, JointWork
from models.joint.roles import holds_pfs
from models.joint.settle import place_course, restore_courses, settle
from models.joint.weights import death_density, log_weight_first_given_last
from models.reconstruction.problem import Floats


@inlined
def log_status(
    arm: int,
    first: float,
    last: float,
    progressed: int,
    died: int,
    state: JointState,
    problem: JointProblem,
    work: JointWork,
) -> float:
    """Log density of a last status, if it is death; being censored is alike for all courses."""
    if not died:
        return 0.0
    return math.log(death_density(arm, first, last, progressed, state, problem, work))


@kernel
def take_progression(
    patient: int, state: JointState, problem: JointProblem, work: JointWork
) -> float:
    """Let a patient who progressed not have done so; log ratio of weights."""
    arm = 1 if patient >= problem.os.n_control else 0
    first, last, died = state.pfs.time[patient], state.os.time[patient], state.os.event[patient]
    log_ratio = log_free(arm, last, problem, work)
    log_ratio += log_status(arm, math.inf, last, 0, died, state, problem, work)
    log_ratio -= log_weight_first_given_last(arm, first, last, problem, work)
    log_ratio -= log_status(arm, first, last, 1, died, state, problem, work)
    place_course(patient, Course(math.inf, last, 0, died), state, problem, work)
    return log_ratio


@kernel
def give_progression(
    patient: int,
    state: JointState,
    problem: JointProblem,
    work: JointWork,
    rng: np.random.Generator,
) -> float:
    """Let a patient progress before a last time that stays; log ratio of weights."""
    arm = 1 if patient >= problem.os.n_control else 0
    last, died = state.os.time[patient], state.os.event[patient]
    first = draw_progression_before(last, arm, problem, work, rng)
    if not 0.0 <= first < last:
        return -math.inf
    log_ratio = log_weight_first_given_last(arm, first, last, problem, work)
    log_ratio += log_status(arm, first, last, 1, died, state, problem, work)
    log_ratio -= log_free(arm, last, problem, work)
    log_ratio -= log_status(arm, math.inf, last, 0, died, state, problem, work)
    place_course(patient, Course(first, last, 1, died), state, problem, work)
    return log_ratio


@kernel
def trade_progression(
    state: JointState,
    windows: Floats,
    problem: JointProblem,
    work: JointWork,
    rng: np.random.Generator,
) -> bool:
    """Turn a death after progression into one without, or the reverse, at another's cost.

    Up to `HELPERS` − 1 other progressions are redrawn beside it, as PFS must keep its figures.
    """
    taken = rng.random() < 0.5
    arm = int(2.0 * rng.random())
    start = problem.os.n_control if arm else 0
    stop = problem.os.n if arm else problem.os.n_control
    dead = alive = -1
    dead_found = alive_found = dead_back = alive_back = 0
    for patient in range(start, stop):
        if holds_pfs(patient, state, problem):
            continue
        progressed = state.progressed[patient] == 1
        if state.os.event[patient]:
            if progressed == taken:
                dead_found += 1
                if rng.random() * dead_found < 1.0:
                    dead = patient
            else:
                dead_back += 1
        elif progressed != taken:
            alive_found += 1
            if rng.random() * alive_found < 1.0:
                alive = patient
        else:
            alive_back += 1
    if dead < 0 or alive < 0:
        return False
    set_all_hazards(state, problem, work)
    log_ratio = math.log(dead_found * alive_found / ((dead_back + 1.0) * (alive_back + 1.0)))
    if taken:
        log_ratio += take_progression(dead, state, problem, work)
        log_ratio += give_progression(alive, state, problem, work, rng)
    else:
        log_ratio += take_progression(alive, state, problem, work)
        log_ratio += give_progression(dead, state, problem, work, rng)
    helpers = min(int(rng.random() * HELPERS), problem.os.n)
    choose(helpers, state, problem, rng)
    for i in range(helpers):
        patient = state.os.free[i]
        if patient not in (dead, alive):
            log_ratio += place_progression(patient, state, problem, work, rng)
    if log_ratio == -math.inf:
        restore_courses(state, work)
        return False
    return settle(log_ratio, state, windows, problem, work, rng)
