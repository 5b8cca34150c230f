"""Small trials as problem records, a ladder of chains, and the figures in plain Python."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import pytest

from models.reconstruction.problem import PROBLEM, STATE, WORK
from models.reconstruction.start import descend, search_start
from models.reconstruction.tempering import LADDER, PARAMETERS, run
from models.reconstruction.windows import level_windows

LAST = 16
TRACE = np.dtype(
    [
        ("log_hr", np.float64),
        ("rate", np.float64),
        ("walk_sd", np.float64),
        ("cut", np.float64),
        ("loss", np.float64),
        ("hazard", np.float64, 6),
        ("time", np.float64, LAST),
        ("event", np.int64, LAST),
    ],
    align=True,
)
PLAIN = {
    "n_control": 5,
    "n": 11,
    "cuts": (6.0,),
    "cap": np.inf,
    "hr": (0.0, np.inf),
    "lower": (0.0, np.inf),
    "upper": (0.0, np.inf),
    "z": 1.959964,
    "events_low": (0, 0),
    "shape": 4.0,
    "rate": 60.0,
    "rate_shape": 4.0,
    "rate_rate": 0.1,
    "walk_mean": -2.8,
    "walk_sd": 0.6,
    "walk_step": 0.4,
    "log_hr_sd": 0.7,
    "accrual": 18.0,
    "cut_low": 24.0,
    "cut_high": 24.0,
    "loss": 0.01,
}


def problem_record(roles=None, **fields):
    """One problem record; `roles` maps a role to its window in months."""
    values = {**PLAIN, **fields}
    cuts = values.pop("cuts")
    problem = np.zeros(1, PROBLEM)[0]
    for name, value in values.items():
        problem[name] = value
    problem["intervals"] = len(cuts) + 1
    problem["cuts"][: len(cuts)] = cuts
    if "events_high" not in fields:
        problem["events_high"] = problem["n_control"], problem["n"] - problem["n_control"]
    for role, window in (roles or {}).items():
        problem["used"][role] = 1
        problem["windows"][role] = window
    return problem


def empty_records():
    """A state and a work space without patients."""
    return np.zeros(1, STATE)[0], np.zeros(1, WORK)[0]


def patients_state(time, event, grid):
    """A state that holds given patients in order of their keys, computed in plain Python."""
    state, _ = empty_records()
    n = len(time)
    state["time"][:n], state["event"][:n] = time, event
    state["key"][:n] = [plain_key(t, d, grid) for t, d in zip(time, event, strict=True)]
    state["order"][:n] = np.argsort(state["key"][:n], kind="stable")
    return state


def plain_key(time, event, grid):
    """Recorded day, then events before censorings, then latent time."""
    if grid == 0:
        return float(time)
    day = np.floor(time * grid + 0.5)
    return float(day + 0.49 * (time * grid + 0.5 - day) + (0.0 if event else 0.5))


class Figures(NamedTuple):
    """Printed figures; `holder` names the patients at the medians and at the follow-up ranks."""

    log_hr: float
    half_width: float
    median: tuple[float, float]
    crossing: tuple[int, int]
    follow_up: tuple[float, float, float]
    ranked: list[int]


def plain_figures(time, event, *, n_control, grid, z=1.959964):
    """Every figure from the latent times, patient by patient, without a sorted pass."""
    time, event = np.asarray(time, float), np.asarray(event).astype(bool)
    seen = time if grid == 0 else np.floor(time * grid + 0.5) / grid
    rt = np.arange(len(time)) >= n_control
    ranked = sorted(range(len(time)), key=lambda i: (seen[i], not event[i], time[i]))
    log_hr, information = plain_cox(seen, event, rt)
    crossings = [plain_crossing(seen, event, rt == arm, ranked) for arm in (False, True)]
    middle = (len(time) - 1) // 2, len(time) // 2
    return Figures(
        log_hr=log_hr,
        half_width=z / np.sqrt(information) if information > 0 else np.inf,
        median=tuple(seen[i] if i >= 0 else np.inf for i in crossings),
        crossing=tuple(crossings),
        follow_up=(seen.min(), 0.5 * sum(seen[ranked[i]] for i in middle), seen.max()),
        ranked=ranked,
    )


def plain_score(beta, seen, event, rt):
    """Breslow score and information at a log HR, each risk set counted anew."""
    score = information = 0.0
    for i in np.flatnonzero(event):
        at_risk = seen >= seen[i]
        treated = np.sum(at_risk & rt) * np.exp(beta)
        share = treated / (treated + np.sum(at_risk & ~rt))
        score += rt[i] - share
        information += share * (1 - share)
    return score, information


def plain_cox(seen, event, rt):
    """Breslow estimate by bisection of the score, and the information there."""
    low, high = -30.0, 30.0
    for _ in range(80):
        beta = 0.5 * (low + high)
        low, high = (beta, high) if plain_score(beta, seen, event, rt)[0] > 0 else (low, beta)
    return beta, plain_score(beta, seen, event, rt)[1]


def plain_crossing(seen, event, mask, ranked):
    """Patient whose event brings the Kaplan–Meier curve to one half, −1 if none does."""
    curve, at_risk = 1.0, int(mask.sum())
    for i in (i for i in ranked if mask[i]):
        curve *= 1 - event[i] / at_risk
        at_risk -= 1
        if curve <= 0.5 + 1e-9:
            return i
    return -1


def tempered(problem, *, scans, seed, levels=3, widest=6.0, moves=4, thin=2):
    """Start at the widest level, descend, run; trace of level 0, replicas and ladder."""
    rng = np.random.default_rng(seed)
    problems = np.array([problem], PROBLEM)
    works, states, ladders = np.zeros(1, WORK), np.zeros(1, STATE), np.zeros(1, LADDER)
    windows = level_windows(problem, levels=levels, widest=widest)
    centre = windows[0, 6]
    assert search_start(centre, states, windows[-1], problems, works, rng) == 0.0
    replicas = np.zeros(levels, STATE)
    replicas[-1] = states[0]
    for level in range(levels - 2, -1, -1):
        assert descend(states, ladders, windows[level + 1], windows[level], problems, works, rng)
        replicas[level] = states[0]
    ladders[:] = np.zeros(1, LADDER)
    ladders["slot"][0, :levels] = np.arange(levels)
    rows = scans // thin
    trace = np.zeros(rows, TRACE)
    parameters, hazard = np.zeros((rows, len(PARAMETERS))), np.zeros((rows, 6))
    time, event = np.zeros((rows, LAST)), np.zeros((rows, LAST), np.int8)
    draws = parameters, hazard, time, event
    run(scans, thin, moves, replicas, ladders, windows, problems, works, *draws, rng)
    for name, column in zip(PARAMETERS, parameters.T, strict=True):
        trace[name] = column
    trace["hazard"], trace["time"], trace["event"] = hazard, time, event
    return SimpleNamespace(trace=trace, replicas=replicas, ladder=ladders[0], windows=windows)


def violated(state, problem, *, exact=True):
    """Names of the printed figures and invariants that a state breaks, by plain Python."""
    n, n_control, grid = int(problem["n"]), int(problem["n_control"]), float(problem["grid"])
    time, event = state["time"][:n], state["event"][:n]
    figures = plain_figures(time, event, n_control=n_control, grid=grid, z=problem["z"])
    used, windows, holder = problem["used"], problem["windows"], state["holder"]
    middle = (n - 1) // 2
    owner = [*figures.crossing, *(figures.ranked[i] for i in (0, middle, middle + 1, -1))]
    value = [*figures.median, figures.follow_up[0], figures.follow_up[1], None]
    value.append(figures.follow_up[2])
    faults = []
    for role in np.flatnonzero(used):
        if holder[role] != owner[role]:
            faults.append(f"holder of role {role}")
        inside = value[role] is None or windows[role, 0] <= value[role] < windows[role, 1]
        if not inside:
            faults.append(f"window of role {role}")
    for arm in (0, 1):
        if problem["unreached"][arm] and figures.crossing[arm] >= 0:
            faults.append(f"median of arm {arm} is reached")
    for name, shift in (("hr", 0), ("lower", -1), ("upper", 1)) if exact else ():
        value = np.exp(-figures.log_hr + shift * figures.half_width)
        if not problem[name][0] <= value < problem[name][1]:
            faults.append(name)
    for arm, mask in enumerate((np.arange(n) < n_control, np.arange(n) >= n_control)):
        count = int(event[mask].sum())
        if count != state[("events_control", "events_rt")[arm]]:
            faults.append(f"event count of arm {arm}")
        if not problem["events_low"][arm] <= count <= problem["events_high"][arm]:
            faults.append(f"event bounds of arm {arm}")
    if time.max() >= problem["cap"] or time.min() < 0:
        faults.append("range of the times")
    if list(state["order"][:n]) != figures.ranked:
        faults.append("order")
    keys = [plain_key(t, d, grid) for t, d in zip(time, event, strict=True)]
    if not np.allclose(state["key"][:n], keys, rtol=0, atol=1e-12):
        faults.append("keys")
    free = state["free"][: state["free_count"]]
    if sorted(free) != sorted(set(range(n)) - set(holder[used > 0])):
        faults.append("free list")
    events, exposure = plain_table(time, event, problem)
    k = int(problem["intervals"])
    if not np.allclose(state["events"][:, :k], events, rtol=0, atol=1e-9):
        faults.append("event table")
    if not np.allclose(state["exposure"][:, :k], exposure, rtol=0, atol=1e-9):
        faults.append("exposure table")
    return faults


def plain_table(time, event, problem):
    """Events and person-months by (arm, interval)."""
    n, k = int(problem["n"]), int(problem["intervals"])
    starts = np.concatenate(([0.0], problem["cuts"][: k - 1]))
    stops = np.concatenate((problem["cuts"][: k - 1], [np.inf]))
    arms = [np.arange(n) < problem["n_control"], np.arange(n) >= problem["n_control"]]
    inside = (time[:, None] > starts) & (time[:, None] <= stops)
    spent = np.clip(np.minimum(time[:, None], stops) - starts, 0.0, None)
    events = np.array([(inside & (event[:, None] > 0))[arm].sum(axis=0) for arm in arms])
    return events, np.array([spent[arm].sum(axis=0) for arm in arms])


@pytest.fixture(scope="session")
def trial() -> SimpleNamespace:
    """The functions of this file, for tests of small trials."""
    functions: list[Callable] = [
        problem_record,
        empty_records,
        patients_state,
        plain_key,
        plain_figures,
        plain_score,
        plain_table,
        tempered,
        violated,
    ]
    return SimpleNamespace(TRACE=TRACE, **{function.__name__: function for function in functions})
