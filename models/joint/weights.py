"""Weights of drawn courses: the model's density beyond that of the draw (compiled).

Pinned windows cancel, as a move never changes which figures are held. Arm hazards stand in the work
space of each transition.
"""

import math

from models.compiled import inlined, kernel
from models.joint.problem import RESET, JointProblem, JointState, JointWork
from models.reconstruction.patients import (
    cumulative_hazard,
    end_density,
    interval_of,
    still_followed,
)
from models.reconstruction.problem import Problem, Work


@inlined
def hazard_at(time: float, arm: int, problem: Problem, work: Work) -> float:
    """Hazard of one transition at one time on its clock."""
    rate: float = work.arm_hazard[arm, interval_of(time, problem)]
    return rate


@inlined
def log_weight_without(arm: int, last: float, problem: JointProblem, work: JointWork) -> float:
    """Log weight of a course without progression, drawn as if nobody progressed."""
    return -cumulative_hazard(last, arm, problem.progression, work.progression)


@inlined
def death_density(
    arm: int,
    progression: float,
    last: float,
    progressed: int,
    state: JointState,
    problem: JointProblem,
    work: JointWork,
) -> float:
    """Hazard of the death at a last time, times the chance that follow-up goes on till then."""
    if not progressed:
        hazard = hazard_at(last, arm, problem.death, work.death)
    elif problem.clock == RESET:
        hazard = hazard_at(last - progression, arm, problem.after, work.after)
    else:
        hazard = hazard_at(last, arm, problem.after, work.after)
    return hazard * still_followed(last, state.os.cut, problem.os)


@inlined
def after_cumulative(
    arm: int, progression: float, last: float, problem: JointProblem, work: JointWork
) -> float:
    """Cumulative hazard of death from progression to a last time."""
    if problem.clock == RESET:
        return cumulative_hazard(last - progression, arm, problem.after, work.after)
    return cumulative_hazard(last, arm, problem.after, work.after) - cumulative_hazard(
        progression, arm, problem.after, work.after
    )


@kernel
def log_weight_last(
    arm: int,
    progression: float,
    last: float,
    progressed: int,
    may_be_censored: bool,
    state: JointState,
    problem: JointProblem,
    work: JointWork,
) -> float:
    """Log weight of a draw with a pinned last time, its status summed over.

    Progression is drawn from its hazard alone; it is later than the last time or not at all seen
    where `progressed` is 0.
    """
    total = death_density(arm, progression, last, progressed, state, problem, work)
    if may_be_censored:
        total += end_density(last, state.os.cut, state.os.loss, problem.os)
    if total <= 0.0:
        return -math.inf
    weight = math.log(total) - state.os.loss * last
    if not progressed:
        return weight - cumulative_hazard(last, arm, problem.death, work.death)
    weight -= cumulative_hazard(progression, arm, problem.death, work.death)
    return weight - after_cumulative(arm, progression, last, problem, work)


@kernel
def log_weight_pinned(
    arm: int,
    progression: float,
    last: float,
    progressed: int,
    first_pinned: bool,
    may_be_censored: bool,
    state: JointState,
    problem: JointProblem,
    work: JointWork,
) -> float:
    """Log weight of a draw with a pinned last time, and a pinned progression if `first_pinned`."""
    weight = log_weight_last(
        arm, progression, last, progressed, may_be_censored, state, problem, work
    )
    if not first_pinned:
        return weight
    if not progressed:
        return -math.inf
    rate = hazard_at(progression, arm, problem.progression, work.progression)
    before = cumulative_hazard(progression, arm, problem.progression, work.progression)
    return weight + math.log(rate) - before


@kernel
def log_weight_first(
    arm: int, time: float, state: JointState, problem: JointProblem, work: JointWork
) -> float:
    """Log weight of a draw with a pinned time of progression or death, whichever was first."""
    followed = still_followed(time, state.os.cut, problem.os)
    rate = hazard_at(time, arm, problem.progression, work.progression)
    rate += hazard_at(time, arm, problem.death, work.death)
    if followed <= 0.0:
        return -math.inf
    survived = cumulative_hazard(time, arm, problem.progression, work.progression)
    survived += cumulative_hazard(time, arm, problem.death, work.death)
    return math.log(rate * followed) - survived - state.os.loss * time


@inlined
def log_weight_before(
    arm: int,
    progression: float,
    last: float,
    died: int,
    problem: JointProblem,
    work: JointWork,
) -> float:
    """Log weight of a progression drawn before a last time whose status is given."""
    weight = -cumulative_hazard(progression, arm, problem.death, work.death)
    weight -= after_cumulative(arm, progression, last, problem, work)
    if died and problem.clock == RESET:
        weight += math.log(hazard_at(last - progression, arm, problem.after, work.after))
    return weight


@inlined
def log_weight_first_given_last(
    arm: int, progression: float, last: float, problem: JointProblem, work: JointWork
) -> float:
    """Log weight of a progression drawn before a last time, its status apart.

    Unlike `log_weight_before` it may be compared with a course without progression.
    """
    until = cumulative_hazard(last, arm, problem.progression, work.progression)
    weight = math.log(-math.expm1(-until))
    weight -= cumulative_hazard(progression, arm, problem.death, work.death)
    return weight - after_cumulative(arm, progression, last, problem, work)
