"""Updates of the parameters given the patients (compiled).

The gamma baseline integrates out of the update of log HR; then it is drawn exactly.
"""

import math

import numpy as np

from models.compiled import kernel
from models.reconstruction.patients import log_follow_up_density
from models.reconstruction.problem import (
    HIERARCHICAL_GAMMA,
    RANDOM_WALK,
    Floats,
    Problem,
    State,
)

LOG_HR_STEP = 0.7
WALK_STEP = 0.5
CUT_STEP = 3.0
LOSS_STEP = 0.8


@kernel
def log_walk_weight(hazard: Floats, k: int, state: State, problem: Problem) -> float:
    """Log ratio of the random walk prior to the gamma working prior, terms with `k` only."""
    value: float = hazard[k]
    log_hazard = math.log(value)
    if k == 0:
        weight = -0.5 * ((log_hazard - problem.walk_mean) / problem.walk_sd) ** 2
    else:
        weight = -0.5 * ((log_hazard - math.log(state.hazard[k - 1])) / state.walk_sd) ** 2
    if k + 1 < problem.intervals:
        weight -= 0.5 * ((math.log(state.hazard[k + 1]) - log_hazard) / state.walk_sd) ** 2
    return weight - problem.shape * log_hazard + state.rate * value


@kernel
def log_hr_density(log_hr: float, state: State, problem: Problem) -> float:
    """Log density of log HR given the patients, up to a constant.

    The gamma baseline is integrated out; a random walk baseline is held at its value.
    """
    s = problem.symmetric
    control, rt = math.exp(-s * log_hr), math.exp((1.0 - s) * log_hr)
    density = -0.5 * ((log_hr - problem.log_hr_mean) / problem.log_hr_sd) ** 2
    density += log_hr * ((1.0 - s) * state.events_rt - s * state.events_control)
    for k in range(problem.intervals):
        exposure = control * state.exposure[0, k] + rt * state.exposure[1, k]
        if problem.baseline == RANDOM_WALK:
            density -= state.hazard[k] * exposure
        else:
            shape = problem.shape + state.events[0, k] + state.events[1, k]
            density -= shape * math.log(state.rate + exposure)
    return density


@kernel
def update_log_hr(state: State, problem: Problem, rng: np.random.Generator) -> None:
    """Metropolis steps on log HR (RT versus control)."""
    current = log_hr_density(state.log_hr, state, problem)
    for _ in range(2):
        proposal = state.log_hr + LOG_HR_STEP * rng.standard_normal()
        density = log_hr_density(proposal, state, problem)
        if math.log(1.0 - rng.random()) < density - current:
            state.log_hr = proposal
            current = density


@kernel
def update_hazard(state: State, problem: Problem, rng: np.random.Generator) -> None:
    """Draw the baseline given patients and log HR; exact for gamma, Metropolis for the walk."""
    s = problem.symmetric
    control, rt = math.exp(-s * state.log_hr), math.exp((1.0 - s) * state.log_hr)
    walk = problem.baseline == RANDOM_WALK
    for k in range(problem.intervals):
        shape = problem.shape + state.events[0, k] + state.events[1, k]
        exposure = control * state.exposure[0, k] + rt * state.exposure[1, k]
        old = state.hazard[k]
        before = log_walk_weight(state.hazard, k, state, problem) if walk else 0.0
        state.hazard[k] = rng.standard_gamma(shape) / (state.rate + exposure)
        if walk:
            after = log_walk_weight(state.hazard, k, state, problem)
            if math.log(1.0 - rng.random()) >= after - before:
                state.hazard[k] = old


@kernel
def update_rate(state: State, problem: Problem, rng: np.random.Generator) -> None:
    """Draw the unknown gamma rate given the baseline, exactly."""
    total = 0.0
    for k in range(problem.intervals):
        total += state.hazard[k]
    shape = problem.rate_shape + problem.shape * problem.intervals
    state.rate = rng.standard_gamma(shape) / (problem.rate_rate + total)


@kernel
def update_walk_sd(state: State, problem: Problem, rng: np.random.Generator) -> None:
    """Metropolis steps on the log of the walk's standard deviation."""
    squares = 0.0
    for k in range(1, problem.intervals):
        squares += math.log(state.hazard[k] / state.hazard[k - 1]) ** 2
    for _ in range(2):
        sd = state.walk_sd
        proposal = sd * math.exp(WALK_STEP * rng.standard_normal())
        log_ratio = (
            (problem.intervals - 2) * math.log(sd / proposal)
            + 0.5 * squares * (1.0 / sd**2 - 1.0 / proposal**2)
            + 0.5 * (sd**2 - proposal**2) / problem.walk_step**2
        )
        if math.log(1.0 - rng.random()) < log_ratio:
            state.walk_sd = proposal


@kernel
def update_follow_up(state: State, problem: Problem, rng: np.random.Generator) -> None:
    """Metropolis step on the longest possible follow-up and the loss rate."""
    cut = state.cut + CUT_STEP * rng.standard_normal()
    if not problem.cut_low <= cut <= problem.cut_high:
        return
    loss = state.loss * math.exp(LOSS_STEP * rng.standard_normal())
    log_ratio = (
        log_follow_up_density(cut, loss, state, problem)
        - log_follow_up_density(state.cut, state.loss, state, problem)
        - (loss - state.loss) / problem.loss
        + math.log(loss / state.loss)
    )
    if math.log(1.0 - rng.random()) < log_ratio:
        state.cut = cut
        state.loss = loss


@kernel
def update_parameters(state: State, problem: Problem, rng: np.random.Generator) -> None:
    """One sweep over all parameters given the patients."""
    update_log_hr(state, problem, rng)
    update_hazard(state, problem, rng)
    if problem.baseline == HIERARCHICAL_GAMMA:
        update_rate(state, problem, rng)
    elif problem.baseline == RANDOM_WALK:
        update_walk_sd(state, problem, rng)
    if problem.free_follow_up:
        update_follow_up(state, problem, rng)
