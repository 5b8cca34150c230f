"""Stretching the times between two pins: the ranks of both endpoints stay (compiled)."""

import math

import numpy as np

from models.compiled import inlined, kernel
from models.joint.problem import PFS_ROLES, JointProblem, JointState, JointWork
from models.joint.roles import holds_os, holds_pfs
from models.joint.tables import copy_tables, tabulate_courses
from models.reconstruction.figures import figures_hold, insertion_sort, ranks_hold, sort_key
from models.reconstruction.parameters import update_hazard
from models.reconstruction.patients import log_follow_up_density
from models.reconstruction.problem import RANDOM_WALK, ROLES, Floats, Problem, State
from models.reconstruction.warp import log_event_density, next_pin

WARP_STEP = 0.25


@inlined
def warped(time: float, low: float, high: float, power: float) -> float:
    """Where a time between two pins goes: a share u becomes u^power, beyond all pins a distance."""
    if high == math.inf:
        return low + (time - low) * power
    share: float = ((time - low) / (high - low)) ** power
    return low + (high - low) * share


@inlined
def log_slope(time: float, low: float, high: float, power: float) -> float:
    """Log derivative of `warped`."""
    if high == math.inf:
        return math.log(power)
    return math.log(power) + (power - 1.0) * math.log((time - low) / (high - low))


@kernel
def stretch(
    low: float, high: float, power: float, state: JointState, problem: JointProblem
) -> float:
    """Warp the times between two pins in place; log Jacobian."""
    jacobian = 0.0
    for i in range(problem.os.n):
        progressed = state.progressed[i]
        pinned = holds_pfs(i, state, problem)
        time = state.pfs.time[i]
        if progressed and not pinned and low < time < high:
            jacobian += log_slope(time, low, high, power)
            state.pfs.time[i] = warped(time, low, high, power)
        fixed = holds_os(i, state, problem) or (pinned and not progressed)
        time = state.os.time[i]
        if not fixed and low < time < high:
            jacobian += log_slope(time, low, high, power)
            state.os.time[i] = warped(time, low, high, power)
        if not progressed:
            state.pfs.time[i] = state.os.time[i]
        state.pfs.key[i] = sort_key(state.pfs.time[i], state.pfs.event[i], problem.pfs.grid)
        state.os.key[i] = sort_key(state.os.time[i], state.os.event[i], problem.os.grid)
    return jacobian


@inlined
def log_density(tables: JointState | JointWork, state: JointState, problem: JointProblem) -> float:
    """Log density of all times given the log HRs, gamma baselines integrated out."""
    density = log_event_density(tables.progression, state.progression, problem.progression)
    density += log_event_density(tables.death, state.death, problem.death)
    density += log_event_density(tables.after, state.after, problem.after)
    return density + log_follow_up_density(state.os.cut, state.os.loss, state.os, problem.os)


@inlined
def remember(state: JointState, problem: JointProblem, work: JointWork) -> None:
    """Keep times, keys and orders in the work space."""
    for i in range(problem.os.n):
        work.pfs.old_time[i], work.os.old_time[i] = state.pfs.time[i], state.os.time[i]
        work.pfs.old_key[i], work.os.old_key[i] = state.pfs.key[i], state.os.key[i]
        work.pfs.order[i], work.os.order[i] = state.pfs.order[i], state.os.order[i]


@inlined
def still_hold(state: JointState, windows: Floats, problem: JointProblem, work: JointWork) -> bool:
    """Whether the figures hold for warped times; only days can have changed their ranks."""
    if problem.os.grid > 0.0:
        insertion_sort(work.pfs.order, state.pfs.key, problem.os.n)
        insertion_sort(work.os.order, state.os.key, problem.os.n)
    hold = ranks_hold(work.os.order, state.os, problem.os)
    if problem.os.grid > 0.0:
        hold = (
            hold
            and figures_hold(work.os.order, state.os, windows[1], problem.os)
            and figures_hold(work.pfs.order, state.pfs, windows[0], problem.pfs)
        )
    return hold


@inlined
def redraw_if_gamma(state: State, problem: Problem, rng: np.random.Generator) -> None:
    """Draw a baseline that was integrated out."""
    if problem.baseline != RANDOM_WALK:
        update_hazard(state, problem, rng)


@kernel
def warp(
    state: JointState,
    windows: Floats,
    problem: JointProblem,
    work: JointWork,
    rng: np.random.Generator,
) -> bool:
    """Propose a rank-preserving warp of one gap between the pins of both endpoints.

    The gamma baselines are integrated out of the ratio, so they are drawn anew after an acceptance.
    """
    low = 0.0
    role = int(rng.random() * (PFS_ROLES + ROLES + 1))
    if role < PFS_ROLES:
        if not problem.pfs.used[role]:
            return False
        low = state.pfs.time[state.pfs.holder[role]]
    elif role < PFS_ROLES + ROLES:
        role -= PFS_ROLES
        if not problem.os.used[role]:
            return False
        low = state.os.time[state.os.holder[role]]
    high = min(next_pin(low, state.pfs, problem.pfs), next_pin(low, state.os, problem.os))
    remember(state, problem, work)
    log_ratio = -log_density(state, state, problem)
    power = math.exp(WARP_STEP * rng.standard_normal())
    log_ratio += stretch(low, high, power, state, problem)
    tabulate_courses(state, problem, work)
    log_ratio += log_density(work, state, problem)
    accept = math.log(1.0 - rng.random()) < log_ratio and still_hold(state, windows, problem, work)
    if not accept:
        for i in range(problem.os.n):
            state.pfs.time[i], state.os.time[i] = work.pfs.old_time[i], work.os.old_time[i]
            state.pfs.key[i], state.os.key[i] = work.pfs.old_key[i], work.os.old_key[i]
        return False
    for i in range(problem.os.n):
        state.pfs.order[i], state.os.order[i] = work.pfs.order[i], work.os.order[i]
    copy_tables(work, state, problem)
    redraw_if_gamma(state.progression, problem.progression, rng)
    redraw_if_gamma(state.death, problem.death, rng)
    redraw_if_gamma(state.after, problem.after, rng)
    return True
