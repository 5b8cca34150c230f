"""Drawing one patient from the model, and the densities of what was drawn (compiled)."""

import math

import numpy as np

from models.compiled import inlined, kernel
from models.reconstruction.figures import sort_key
from models.reconstruction.problem import (
    Floats,
    Problem,
    State,
    Table,
    Work,
)


@inlined
def set_arm_hazards(hazard: Floats, log_hr: float, problem: Problem, work: Work) -> None:
    """Fill the work space with the hazards of both arms under a baseline and a log HR."""
    s = problem.symmetric
    control, rt = math.exp(-s * log_hr), math.exp((1.0 - s) * log_hr)
    for k in range(problem.intervals):
        work.arm_hazard[0, k] = hazard[k] * control
        work.arm_hazard[1, k] = hazard[k] * rt


@inlined
def cumulative_hazard(time: float, arm: int, problem: Problem, work: Work) -> float:
    """Integrate an arm's hazard to one time."""
    total = 0.0
    start = 0.0
    last = problem.intervals - 1
    for k in range(last):
        rate: float = work.arm_hazard[arm, k]
        if time <= problem.cuts[k]:
            return total + rate * (time - start)
        total += rate * (problem.cuts[k] - start)
        start = problem.cuts[k]
    rate = work.arm_hazard[arm, last]
    return total + rate * (time - start)


@inlined
def interval_of(time: float, problem: Problem) -> int:
    """Index of the interval ``(start, stop]`` that holds a time."""
    k = 0
    while k < problem.intervals - 1 and time > problem.cuts[k]:
        k += 1
    return k


@inlined
def draw_event_time(arm: int, problem: Problem, work: Work, rng: np.random.Generator) -> float:
    """Draw an event time by inversion of the cumulative hazard."""
    left = -math.log(1.0 - rng.random())
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
def draw_censoring_time(state: State, problem: Problem, rng: np.random.Generator) -> float:
    """Draw the end of follow-up: administrative (uniform) or loss (exponential)."""
    time = state.cut - problem.accrual * rng.random()
    if state.loss > 0.0:
        time = min(time, -math.log(1.0 - rng.random()) / state.loss)
    return max(time, 0.0)


@inlined
def still_followed(time: float, cut: float, problem: Problem) -> float:
    """Probability that administrative follow-up is longer than a time."""
    return min(1.0, max(0.0, (cut - time) / problem.accrual))


@inlined
def end_density(time: float, cut: float, loss: float, problem: Problem) -> float:
    """Density of the end of follow-up divided by exp(−loss · time)."""
    inside = cut - problem.accrual <= time < cut
    administrative = 1.0 / problem.accrual if inside else 0.0
    return loss * still_followed(time, cut, problem) + administrative


@inlined
def place(
    patient: int, time: float, event: int, index: int, state: State, problem: Problem, work: Work
) -> None:
    """Give a patient a new time and status, remembering the old as change number `index`."""
    work.chosen[index] = patient
    work.old_time[index] = state.time[patient]
    work.old_key[index] = state.key[patient]
    work.old_event[index] = state.event[patient]
    state.time[patient] = time
    state.event[patient] = event
    state.key[patient] = sort_key(time, event, problem.grid)


@inlined
def draw_patient(
    patient: int, index: int, state: State, problem: Problem, work: Work, rng: np.random.Generator
) -> None:
    """Redraw one patient from the model under the arm hazards in the work space."""
    arm = 1 if patient >= problem.n_control else 0
    time = draw_event_time(arm, problem, work, rng)
    end = draw_censoring_time(state, problem, rng)
    if time <= end:
        place(patient, time, 1, index, state, problem, work)
    else:
        place(patient, end, 0, index, state, problem, work)


@inlined
def log_pin_density(
    patient: int, time: float, may_be_censored: bool, state: State, problem: Problem, work: Work
) -> float:
    """Log density of a pinned time; see `event_share` for its status."""
    arm = 1 if patient >= problem.n_control else 0
    total = work.arm_hazard[arm, interval_of(time, problem)]
    total *= still_followed(time, state.cut, problem)
    if may_be_censored:
        total += end_density(time, state.cut, state.loss, problem)
    if total <= 0.0:
        return -math.inf
    return math.log(total) - cumulative_hazard(time, arm, problem, work) - state.loss * time


@inlined
def event_share(patient: int, time: float, state: State, problem: Problem, work: Work) -> float:
    """Probability that a patient observed until a time had an event then."""
    arm = 1 if patient >= problem.n_control else 0
    event: float = work.arm_hazard[arm, interval_of(time, problem)]
    event *= still_followed(time, state.cut, problem)
    return event / (event + end_density(time, state.cut, state.loss, problem))


@kernel
def log_follow_up_density(cut: float, loss: float, state: State, problem: Problem) -> float:
    """Log density of all ends of follow-up given the last cut and the loss rate."""
    total = 0.0
    for i in range(problem.n):
        time = state.time[i]
        if state.event[i]:
            factor = still_followed(time, cut, problem)
        else:
            factor = end_density(time, cut, loss, problem)
        if factor <= 0.0:
            return -math.inf
        total += math.log(factor) - loss * time
    return total


@inlined
def add_patient(
    time: float, event: int, sign: float, arm: int, problem: Problem, table: Table
) -> None:
    """Add a patient to (or, with `sign` −1, take one from) the table of a state or work space."""
    start = 0.0
    k = 0
    while k < problem.intervals - 1 and time > problem.cuts[k]:
        table.exposure[arm, k] += sign * (problem.cuts[k] - start)
        start = problem.cuts[k]
        k += 1
    table.exposure[arm, k] += sign * (time - start)
    table.events[arm, k] += sign * event


@kernel
def tabulate_patients(state: State, problem: Problem, table: Table) -> None:
    """Fill the exposure table of a state or work space from the patients."""
    for k in range(problem.intervals):
        for arm in range(2):
            table.events[arm, k] = 0.0
            table.exposure[arm, k] = 0.0
    for i in range(problem.n):
        arm = 1 if i >= problem.n_control else 0
        add_patient(state.time[i], state.event[i], 1.0, arm, problem, table)
