"""Drawing the course of one patient, given the figures it must hold (compiled).

A course is drawn from the model itself, except that a pinned time is uniform in its rounding window
and that a status may be kept; see `weights` for what the model's density has beyond that. Arm
hazards stand in the work space of each transition.
"""

import math

import numpy as np

from models.compiled import inlined, kernel
from models.joint.problem import RESET, Course, JointProblem, JointState, JointWork
from models.joint.weights import death_density, hazard_at
from models.reconstruction.patients import (
    cumulative_hazard,
    draw_censoring_time,
    end_density,
    set_arm_hazards,
)
from models.reconstruction.problem import Problem, Work

NOT_PINNED = -1.0


@inlined
def set_all_hazards(state: JointState, problem: JointProblem, work: JointWork) -> None:
    """Fill the work space with the arm hazards of all transitions of a state."""
    set_arm_hazards(
        state.progression.hazard, state.progression.log_hr, problem.progression, work.progression
    )
    set_arm_hazards(state.death.hazard, state.death.log_hr, problem.death, work.death)
    set_arm_hazards(state.after.hazard, state.after.log_hr, problem.after, work.after)


@inlined
def month_at(target: float, arm: int, problem: Problem, work: Work) -> float:
    """Month at which an arm's cumulative hazard reaches a target."""
    left = target
    start = 0.0
    last = problem.intervals - 1
    for k in range(last):
        rate: float = work.arm_hazard[arm, k]
        width = rate * (problem.cuts[k] - start)
        if left <= width:
            return start + left / rate
        left -= width
        start = problem.cuts[k]
    rate = work.arm_hazard[arm, last]
    return start + left / rate


@inlined
def exponential(rng: np.random.Generator) -> float:
    """Draw a standard exponential number."""
    return -math.log(1.0 - rng.random())


@inlined
def draw_death_after(
    progression: float, arm: int, problem: JointProblem, work: JointWork, rng: np.random.Generator
) -> float:
    """Month since randomisation of the death of a patient who progressed."""
    target = exponential(rng)
    if problem.clock == RESET:
        return progression + month_at(target, arm, problem.after, work.after)
    target += cumulative_hazard(progression, arm, problem.after, work.after)
    return month_at(target, arm, problem.after, work.after)


@inlined
def draw_end_beyond(
    time: float, state: JointState, problem: JointProblem, rng: np.random.Generator
) -> float:
    """Draw the end of follow-up given that it lies beyond a time before the last cut."""
    earliest = max(time, state.os.cut - problem.os.accrual)
    end = state.os.cut - (state.os.cut - earliest) * rng.random()
    if state.os.loss > 0.0:
        end = min(end, time + exponential(rng) / state.os.loss)
    return end


@inlined
def draw_last(
    progression: float,
    arm: int,
    state: JointState,
    problem: JointProblem,
    work: JointWork,
    rng: np.random.Generator,
) -> Course:
    """Follow a patient on from a progression that was seen."""
    death = draw_death_after(progression, arm, problem, work, rng)
    end = draw_end_beyond(progression, state, problem, rng)
    return Course(progression, min(death, end), 1, 1 if death <= end else 0)


@kernel
def draw_freely(
    arm: int,
    state: JointState,
    problem: JointProblem,
    work: JointWork,
    rng: np.random.Generator,
) -> Course:
    """Draw a whole course from the model."""
    progression = month_at(exponential(rng), arm, problem.progression, work.progression)
    death = month_at(exponential(rng), arm, problem.death, work.death)
    end = draw_censoring_time(state.os, problem.os, rng)
    if progression < death and progression < end:
        after = draw_death_after(progression, arm, problem, work, rng)
        return Course(progression, min(after, end), 1, 1 if after <= end else 0)
    return Course(math.inf, min(death, end), 0, 1 if death <= end else 0)


@inlined
def draw_without(
    arm: int,
    state: JointState,
    problem: JointProblem,
    work: JointWork,
    rng: np.random.Generator,
) -> Course:
    """Draw a course as if nobody progressed; see `log_weight_without`."""
    death = month_at(exponential(rng), arm, problem.death, work.death)
    end = draw_censoring_time(state.os, problem.os, rng)
    return Course(math.inf, min(death, end), 0, 1 if death <= end else 0)


@kernel
def draw_pinned(
    arm: int,
    progression: float,
    last: float,
    state: JointState,
    problem: JointProblem,
    work: JointWork,
    rng: np.random.Generator,
) -> Course:
    """Draw a course whose PFS time or last time is given (else `NOT_PINNED`).

    The status at a given last time is provisional: `draw_status` follows once the weight is known.
    """
    if last != NOT_PINNED:
        time = progression
        if time == NOT_PINNED:
            time = month_at(exponential(rng), arm, problem.progression, work.progression)
        if time < last:
            return Course(time, last, 1, 1)
        return Course(math.inf, last, 0, 1)
    first = hazard_at(progression, arm, problem.progression, work.progression)
    second = hazard_at(progression, arm, problem.death, work.death)
    if rng.random() * (first + second) < second:
        return Course(math.inf, progression, 0, 1)
    if progression >= state.os.cut:
        return Course(progression, 0.0, 1, 0)
    return draw_last(progression, arm, state, problem, work, rng)


@inlined
def draw_status(
    arm: int,
    progression: float,
    last: float,
    progressed: int,
    state: JointState,
    problem: JointProblem,
    work: JointWork,
    rng: np.random.Generator,
) -> int:
    """Draw whether a patient observed until a pinned time died then."""
    died = death_density(arm, progression, last, progressed, state, problem, work)
    ended = end_density(last, state.os.cut, state.os.loss, problem.os)
    return 1 if rng.random() * (died + ended) < died else 0


@inlined
def draw_progression_before(
    last: float, arm: int, problem: JointProblem, work: JointWork, rng: np.random.Generator
) -> float:
    """Draw a progression from its hazard alone, given that it lies before a last time."""
    until = cumulative_hazard(last, arm, problem.progression, work.progression)
    target = -math.log1p(rng.random() * math.expm1(-until))
    return month_at(target, arm, problem.progression, work.progression)
