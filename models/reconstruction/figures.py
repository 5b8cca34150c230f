"""From patients to the printed figures: one sorted pass (compiled).

The Cox score and information depend on the patients only through the ordered sequence of arm
and status (and ties), so one pass of additions gives both, and the Kaplan–Meier crossings too.
"""

import math
from typing import NamedTuple

from models.compiled import inlined, kernel
from models.reconstruction.problem import (
    CONTROL_MEDIAN,
    LONGEST,
    MIDDLE,
    RT_MEDIAN,
    SHORTEST,
    UPPER_MIDDLE,
    Floats,
    Integers,
    Problem,
    State,
)

HALF = 0.5 * (1.0 + 1e-12)


class Pass(NamedTuple):
    """Cox score and information at one log HR, and who crosses the Kaplan–Meier median.

    A crossing of −1 means that the curve stays above one half.
    """

    score: float
    information: float
    control_crossing: int
    rt_crossing: int


@inlined
def sort_key(time: float, event: int, grid: float) -> float:
    """Order of recorded times: on a grid, events before censorings of the same day."""
    if grid == 0.0:
        return time
    days = time * grid + 0.5
    day = int(days)
    return day + 0.49 * (days - day) + (0.0 if event else 0.5)


@inlined
def recorded(time: float, grid: float) -> float:
    """Time as the trial records it."""
    return time if grid == 0.0 else int(time * grid + 0.5) / grid


@kernel
def sorted_pass(order: Integers, state: State, problem: Problem, log_hr: float) -> Pass:
    """Score, information (Breslow ties) and crossings of the patients in `order`."""
    risk_control, risk_rt = problem.n_control, problem.n - problem.n_control
    tied_control, tied_rt, day = risk_control, risk_rt, -1
    ratio = math.exp(log_hr)
    score = information = 0.0
    control_curve = rt_curve = 1.0
    control_crossing = rt_crossing = -1
    for position in range(problem.n):
        patient = order[position]
        in_rt = patient >= problem.n_control
        if problem.grid == 0.0 or int(state.key[patient]) != day:
            tied_control, tied_rt = risk_control, risk_rt
            if problem.grid != 0.0:
                day = int(state.key[patient])
        if state.event[patient]:
            weight = tied_rt * ratio
            share = weight / (weight + tied_control)
            information += share * (1.0 - share)
            if in_rt:
                score += 1.0 - share
                if rt_crossing < 0:
                    rt_curve *= (risk_rt - 1) / risk_rt
                    if rt_curve <= HALF:
                        rt_crossing = patient
            else:
                score -= share
                if control_crossing < 0:
                    control_curve *= (risk_control - 1) / risk_control
                    if control_curve <= HALF:
                        control_crossing = patient
        if in_rt:
            risk_rt -= 1
        else:
            risk_control -= 1
    return Pass(score, information, control_crossing, rt_crossing)


@kernel
def cox_figures_match(order: Integers, state: State, problem: Problem, start: float) -> bool:
    """Whether the exact Cox fit rounds to the printed hazard ratio and limits."""
    log_hr = start
    information = 0.0
    for _ in range(25):
        fit = sorted_pass(order, state, problem, log_hr)
        information = fit.information
        if information <= 0.0:
            return False
        step = fit.score / information
        log_hr += step
        if abs(step) < 1e-10:
            break
    margin = problem.z / math.sqrt(information)
    matches: bool = (
        problem.hr[0] <= math.exp(-log_hr) < problem.hr[1]
        and problem.lower[0] <= math.exp(-log_hr - margin) < problem.lower[1]
        and problem.upper[0] <= math.exp(-log_hr + margin) < problem.upper[1]
    )
    return matches


@inlined
def cox_window_holds(score: float, information: float, window: Floats, z: float) -> bool:
    """Whether the one-step estimate and limits lie in a level's window."""
    if information <= 0.0:
        return False
    estimate = window[6] + score / information
    if not window[0] <= estimate <= window[1]:
        return False
    margin = z / math.sqrt(information)
    inside: bool = (
        window[2] <= estimate - margin <= window[3] and window[4] <= estimate + margin <= window[5]
    )
    return inside


@kernel
def figures_hold(order: Integers, state: State, window: Floats, problem: Problem) -> bool:
    """Whether medians and the Cox window of a level hold for patients in `order`.

    `window` is a row of `windows.level_windows`.
    """
    fit = sorted_pass(order, state, problem, window[6])
    if not cox_window_holds(fit.score, fit.information, window, problem.z):
        return False
    if problem.used[CONTROL_MEDIAN] and fit.control_crossing != state.holder[CONTROL_MEDIAN]:
        return False
    if problem.used[RT_MEDIAN] and fit.rt_crossing != state.holder[RT_MEDIAN]:
        return False
    if problem.unreached[0] and fit.control_crossing >= 0:
        return False
    if problem.unreached[1] and fit.rt_crossing >= 0:
        return False
    return window[7] == 0.0 or cox_figures_match(order, state, problem, window[6])


@inlined
def middle_holds(state: State, problem: Problem) -> bool:
    """Whether the mean of the two middle recorded times rounds to the printed median."""
    if not problem.used[UPPER_MIDDLE]:
        return True
    low = recorded(state.time[state.holder[MIDDLE]], problem.grid)
    high = recorded(state.time[state.holder[UPPER_MIDDLE]], problem.grid)
    mean = 0.5 * (low + high)
    inside: bool = problem.windows[MIDDLE, 0] <= mean < problem.windows[MIDDLE, 1]
    return inside


@inlined
def ranks_hold(order: Integers, state: State, problem: Problem) -> bool:
    """Whether the holders of the follow-up figures have their ranks in `order`."""
    last = problem.n - 1
    hold: bool = (
        (not problem.used[SHORTEST] or order[0] == state.holder[SHORTEST])
        and (not problem.used[MIDDLE] or order[last // 2] == state.holder[MIDDLE])
        and (not problem.used[UPPER_MIDDLE] or order[last // 2 + 1] == state.holder[UPPER_MIDDLE])
        and (not problem.used[LONGEST] or order[last] == state.holder[LONGEST])
        and state.time[order[last]] < problem.cap
        and middle_holds(state, problem)
    )
    return hold


@kernel
def insertion_sort(order: Integers, key: Floats, n: int) -> None:
    """Sort the first `n` patient indices by key in place."""
    for i in range(1, n):
        patient = order[i]
        j = i - 1
        while j >= 0 and key[order[j]] > key[patient]:
            order[j + 1] = order[j]
            j -= 1
        order[j + 1] = patient
