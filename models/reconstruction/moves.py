"""Changes of patients that keep the printed figures, and their acceptance (compiled).

Every move places new patients; `settle` keeps them when all figures still hold and restores the
old ones otherwise. A role changes hands only in `move_pin`: elsewhere the holders must stay who
they are, which makes the choice among patients without a role symmetric.
"""

import math

import numpy as np

from models.compiled import inlined, kernel
from models.reconstruction.figures import figures_hold, ranks_hold
from models.reconstruction.parameters import log_walk_weight
from models.reconstruction.patients import (
    add_patient,
    draw_patient,
    event_share,
    log_pin_density,
    place,
    set_arm_hazards,
)
from models.reconstruction.problem import (
    MIDDLE,
    RANDOM_WALK,
    ROLES,
    RT_MEDIAN,
    SHORTEST,
    UPPER_MIDDLE,
    Floats,
    Problem,
    State,
    Work,
)


@inlined
def restore(count: int, state: State, work: Work) -> None:
    """Undo the placed changes, the last first."""
    for i in range(count - 1, -1, -1):
        patient = work.chosen[i]
        state.time[patient] = work.old_time[i]
        state.key[patient] = work.old_key[i]
        state.event[patient] = work.old_event[i]


@kernel
def merge_order(count: int, state: State, problem: Problem, work: Work) -> None:
    """Write the sorted order after `count` changes to the work space."""
    for i in range(count):
        patient = work.chosen[i]
        work.changed[patient] = 1
        j = i - 1
        while j >= 0 and state.key[work.fresh[j]] > state.key[patient]:
            work.fresh[j + 1] = work.fresh[j]
            j -= 1
        work.fresh[j + 1] = patient
    out = 0
    i = 0
    following = state.key[work.fresh[0]]
    for position in range(problem.n):
        patient = state.order[position]
        if work.changed[patient]:
            continue
        while following <= state.key[patient]:
            work.order[out] = work.fresh[i]
            out += 1
            i += 1
            following = state.key[work.fresh[i]] if i < count else math.inf
        work.order[out] = patient
        out += 1
    while i < count:
        work.order[out] = work.fresh[i]
        out += 1
        i += 1
    for i in range(count):
        work.changed[work.chosen[i]] = 0


@inlined
def ranks_may_hold(count: int, state: State, problem: Problem, work: Work) -> bool:
    """Cheap test, before sorting, that the changes leave the middle rank where it is."""
    if not problem.used[MIDDLE]:
        return True
    middle = state.key[state.holder[MIDDLE]]
    shift = 0
    for i in range(count):
        shift += (state.key[work.chosen[i]] < middle) - (work.old_key[i] < middle)
    return shift == 0


@kernel
def settle(
    count: int,
    log_ratio: float,
    pinned: bool,
    state: State,
    window: Floats,
    problem: Problem,
    work: Work,
    rng: np.random.Generator,
) -> bool:
    """Accept or undo `count` placed changes; keeps order, counts and tables up to date."""
    control, rt = state.events_control, state.events_rt
    for i in range(count):
        gained = state.event[work.chosen[i]] - work.old_event[i]
        if work.chosen[i] >= problem.n_control:
            rt += gained
        else:
            control += gained
    accept = (
        problem.events_low[0] <= control <= problem.events_high[0]
        and problem.events_low[1] <= rt <= problem.events_high[1]
        and (pinned or ranks_may_hold(count, state, problem, work))
        and (log_ratio >= 0.0 or rng.random() < math.exp(log_ratio))
    )
    if accept:
        merge_order(count, state, problem, work)
        accept = ranks_hold(work.order, state, problem) and figures_hold(
            work.order, state, window, problem
        )
    if not accept:
        restore(count, state, work)
        return False
    for position in range(problem.n):
        state.order[position] = work.order[position]
    state.events_control = control
    state.events_rt = rt
    for i in range(count):
        patient = work.chosen[i]
        arm = 1 if patient >= problem.n_control else 0
        add_patient(work.old_time[i], work.old_event[i], -1.0, arm, problem, state)
        add_patient(state.time[patient], state.event[patient], 1.0, arm, problem, state)
    return True


@inlined
def choose_free(count: int, state: State, rng: np.random.Generator) -> None:
    """Shuffle `count` patients without a role to the front of the free list."""
    for i in range(count):
        j = i + int(rng.random() * (state.free_count - i))
        state.free[i], state.free[j] = state.free[j], state.free[i]


@kernel
def redraw_hazard(
    count: int, state: State, problem: Problem, work: Work, rng: np.random.Generator
) -> float:
    """Redraw the baseline given all but the first `count` free patients; log weight ratio.

    Under a random walk one interval is redrawn from the gamma working prior's posterior, and
    the ratio of the two priors is returned.
    """
    for k in range(problem.intervals):
        for arm in range(2):
            work.events[arm, k] = state.events[arm, k]
            work.exposure[arm, k] = state.exposure[arm, k]
    for i in range(count):
        patient = state.free[i]
        arm = 1 if patient >= problem.n_control else 0
        add_patient(state.time[patient], state.event[patient], -1.0, arm, problem, work)
    s = problem.symmetric
    control, rt = math.exp(-s * state.log_hr), math.exp((1.0 - s) * state.log_hr)
    walk = problem.baseline == RANDOM_WALK
    first, last = 0, problem.intervals
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
    return log_ratio


@kernel
def redraw_block(
    count: int,
    with_hazard: bool,
    state: State,
    window: Floats,
    problem: Problem,
    work: Work,
    rng: np.random.Generator,
) -> bool:
    """Redraw `count` patients without a role from the model, the baseline first if asked.

    The proposal is the model itself, so only the figures decide (and, for a baseline that is not
    gamma, the ratio of its prior to the gamma working prior).
    """
    choose_free(count, state, rng)
    for k in range(problem.intervals):
        work.hazard[k] = state.hazard[k]
    log_ratio = 0.0
    if with_hazard:
        log_ratio = redraw_hazard(count, state, problem, work, rng)
    set_arm_hazards(work.hazard, state.log_hr, problem, work)
    for i in range(count):
        draw_patient(state.free[i], i, state, problem, work, rng)
    if not settle(count, log_ratio, False, state, window, problem, work, rng):
        return False
    for k in range(problem.intervals):
        state.hazard[k] = work.hazard[k]
    return True


@inlined
def pin_window(role: int, state: State, problem: Problem) -> tuple[float, float]:
    """Limit the time of a role's holder, given the partner of an even-sized median."""
    low, high = problem.windows[role, 0], problem.windows[role, 1]
    if problem.used[UPPER_MIDDLE] and role in (MIDDLE, UPPER_MIDDLE):
        partner = state.time[state.holder[UPPER_MIDDLE if role == MIDDLE else MIDDLE]]
        rounding = 1.0 / problem.grid if problem.grid > 0.0 else 0.0
        return 2.0 * low - partner - rounding, 2.0 * high - partner + rounding
    return low, high


@inlined
def shared_window(holder: int, state: State, problem: Problem) -> tuple[float, float]:
    """Return the times that suit every role a patient holds."""
    low, high = 0.0, math.inf
    for role in range(ROLES):
        if problem.used[role] and state.holder[role] == holder:
            first, last = pin_window(role, state, problem)
            low, high = max(low, first), min(high, last)
    return low, high


@inlined
def may_hold(role: int, patient: int, problem: Problem) -> bool:
    """Whether a patient is in the right arm for a role."""
    return role >= SHORTEST or (patient >= problem.n_control) == (role == RT_MEDIAN)


@kernel
def move_pin(
    state: State, window: Floats, problem: Problem, work: Work, rng: np.random.Generator
) -> bool:
    """Redraw a pinned time in its window, or hand all roles of its holder to another patient."""
    role = int(rng.random() * ROLES)
    if not problem.used[role]:
        return False
    holder = state.holder[role]
    index = int(rng.random() * (state.free_count + 1))
    heir = holder if index == state.free_count else state.free[index]
    censored_too = True
    for other in range(ROLES):
        if problem.used[other] and state.holder[other] == holder:
            censored_too = censored_too and other >= SHORTEST
            if not may_hold(other, heir, problem):
                return False
    low, high = shared_window(holder, state, problem)
    time = low + (high - low) * rng.random()
    set_arm_hazards(state.hazard, state.log_hr, problem, work)
    log_ratio = log_pin_density(heir, time, censored_too, state, problem, work)
    log_ratio -= log_pin_density(holder, state.time[holder], censored_too, state, problem, work)
    if log_ratio == -math.inf:
        return False
    event = 1
    if censored_too:
        event = 1 if rng.random() < event_share(heir, time, state, problem, work) else 0
    place(heir, time, event, 0, state, problem, work)
    count = 1
    if heir != holder:
        draw_patient(holder, 1, state, problem, work, rng)
        count = 2
    hand_over(holder, heir, state, problem)
    if not settle(count, log_ratio, True, state, window, problem, work, rng):
        hand_over(heir, holder, state, problem)
        return False
    if heir != holder:
        state.free[index] = holder
    return True


@inlined
def hand_over(holder: int, heir: int, state: State, problem: Problem) -> None:
    """Give all roles of one patient to another."""
    for role in range(ROLES):
        if problem.used[role] and state.holder[role] == holder:
            state.holder[role] = heir


@kernel
def spread_middle(
    state: State, window: Floats, problem: Problem, work: Work, rng: np.random.Generator
) -> bool:
    """Move the two middle times of an even number of patients apart or together."""
    if not problem.used[UPPER_MIDDLE]:
        return False
    low, high = state.holder[MIDDLE], state.holder[UPPER_MIDDLE]
    shift = rng.standard_normal() / problem.n
    set_arm_hazards(state.hazard, state.log_hr, problem, work)
    log_ratio = 0.0
    count = 0
    for patient, step in ((low, -shift), (high, shift)):
        time = state.time[patient] + step
        log_ratio += log_pin_density(patient, time, True, state, problem, work)
        log_ratio -= log_pin_density(patient, state.time[patient], True, state, problem, work)
        event = 1 if rng.random() < event_share(patient, time, state, problem, work) else 0
        place(patient, time, event, count, state, problem, work)
        count += 1
    return settle(count, log_ratio, True, state, window, problem, work, rng)
