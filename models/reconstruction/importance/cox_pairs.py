"""Cox figures of a pair of arms, each sorted by time: one merged pass (compiled)."""

import math

import numpy as np

from models.compiled import kernel
from models.reconstruction.problem import Floats, Problem

NEWTON_STEPS = 100


@kernel
def rt_shares(log_hr: float, problem: Problem) -> Floats:
    """Chance that an event is RT's, by RT and control patients at risk."""
    rt, control = problem.n - problem.n_control, problem.n_control
    shares = np.zeros((rt + 1, control + 1))
    ratio = math.exp(log_hr)
    for i in range(rt + 1):
        for j in range(control + 1):
            if i + j > 0:
                shares[i, j] = i * ratio / (i * ratio + j)
    return shares


@kernel
def score_and_information(
    control_time: Floats,
    control_event: Floats,
    rt_time: Floats,
    rt_event: Floats,
    shares: Floats,
    problem: Problem,
) -> tuple[float, float]:
    """Cox score and information at the log HR of `shares`; both times end with infinity."""
    controls, rts = problem.n_control, problem.n - problem.n_control
    i = j = 0
    score = information = 0.0
    for _ in range(controls + rts):
        rt_next = 1 if rt_time[j] < control_time[i] else 0
        event = rt_event[j] if rt_next else control_event[i]
        share = shares[rts - j, controls - i]
        score += event * (rt_next - share)
        information += event * share * (1.0 - share)
        j += rt_next
        i += 1 - rt_next
    return score, information


@kernel
def exact_figures_hold(
    control_time: Floats,
    control_event: Floats,
    rt_time: Floats,
    rt_event: Floats,
    problem: Problem,
) -> bool:
    """Whether the fitted hazard ratio and limits round to what is printed."""
    low, high = -math.log(problem.hr[1]), -math.log(problem.hr[0])
    log_hr = 0.5 * (low + high)
    low, high = low - 1e-9, high + 1e-9
    information = 0.0
    for _ in range(NEWTON_STEPS):
        shares = rt_shares(log_hr, problem)
        score, information = score_and_information(
            control_time, control_event, rt_time, rt_event, shares, problem
        )
        if information <= 0.0:
            return False
        if score > 0.0:
            low = log_hr
        else:
            high = log_hr
        step = score / information
        if abs(step) < 1e-11:
            break
        log_hr += step
        if not low < log_hr < high:
            log_hr = 0.5 * (low + high)
            if high - low < 1e-11:
                break
    margin = problem.z / math.sqrt(information)
    return bool(
        problem.hr[0] <= math.exp(-log_hr) < problem.hr[1]
        and problem.lower[0] <= math.exp(-log_hr - margin) < problem.lower[1]
        and problem.upper[0] <= math.exp(-log_hr + margin) < problem.upper[1]
    )


@kernel
def figures_hold(
    control_time: Floats,
    control_event: Floats,
    rt_time: Floats,
    rt_event: Floats,
    shares: Floats,
    window: Floats,
    problem: Problem,
) -> bool:
    """Whether the Cox figures hold: a test at the printed hazard ratio first, then the fit.

    `window` is the log HR of `shares`, the farthest an exact estimate can be from it (``s``), and
    the least and largest information at the estimate. Information changes by at most a factor
    ``exp(s)`` on the way (its derivative is at most itself), so the first test loses nothing.
    """
    score, information = score_and_information(
        control_time, control_event, rt_time, rt_event, shares, problem
    )
    growth = math.exp(window[1])
    if abs(score) > information * (growth - 1.0) * (1.0 + 1e-9) + 1e-12:
        return False
    if not window[2] <= information * growth * (1.0 + 1e-9):
        return False
    if not information <= window[3] * growth * (1.0 + 1e-9):
        return False
    return exact_figures_hold(control_time, control_event, rt_time, rt_event, problem)
