"""The search of a first set of patients: found for real shapes, refused for impossible ones."""

import math

import numpy as np
import pytest

from models.reconstruction.problem import (
    CONTROL_MEDIAN,
    LONGEST,
    MIDDLE,
    ROLES,
    RT_MEDIAN,
    SHORTEST,
    STATE,
    UPPER_MIDDLE,
    WORK,
)
from models.reconstruction.start import middle_time, search_start, violation
from models.reconstruction.windows import level_windows

TRIAL = {
    "n_control": 38,
    "n": 75,
    "cuts": (3.0, 6.0, 9.0, 12.0, 18.0),
    "shape": 1.0,
    "rate": 16.667,
    "log_hr_sd": 1.0,
    "accrual": 28.5,
    "cut_low": 35.93,
    "cut_high": 35.93,
    "loss": 0.005,
}


def rounded(value):
    return value - 0.005, value + 0.005


def day(value):
    whole = round(30 * value)
    return (whole - 0.5) / 30, (whole + 0.5) / 30


def cox_figures(hr, lower, upper):
    return {"hr": rounded(hr), "lower": rounded(lower), "upper": rounded(upper)}


def os_like(trial, window=rounded, **fields):
    printed = {CONTROL_MEDIAN: 13.73, RT_MEDIAN: 18.30, SHORTEST: 4.5, MIDDLE: 13.5}
    roles = {role: window(value) for role, value in printed.items()}
    roles[LONGEST] = (35.925, 35.93) if window is rounded else day(35.93)
    if fields.get("n", 75) % 2 == 0:
        roles[UPPER_MIDDLE] = roles[MIDDLE] = rounded(13.5)
    figures = cox_figures(1.84, 0.98, 3.46)
    return trial.problem_record(roles, **TRIAL | {"cap": roles[LONGEST][1]} | figures | fields)


def pfs_like(trial, window=rounded, **fields):
    roles = {CONTROL_MEDIAN: window(10.93), RT_MEDIAN: window(15.37)}
    figures = cox_figures(1.99, 1.16, 3.41)
    bounds = {"cap": 35.93, "events_low": (35, 22), "events_high": (38, 37)}
    return trial.problem_record(roles, **TRIAL | bounds | figures | fields)


def search(problem, seed, level=-1):
    states, works = np.zeros(1, STATE), np.zeros(1, WORK)
    windows = level_windows(problem, levels=8)
    left = search_start(
        windows[0, 6],
        states,
        windows[level],
        np.array([problem]),
        works,
        np.random.default_rng(seed),
    )
    return left, states[0], windows[level]


@pytest.mark.parametrize(
    ("build", "fields"),
    [
        (os_like, {}),
        (os_like, {"window": day, "grid": 30.0, "cap": 1078.5 / 30, "cut_high": 47.9}),
        (os_like, {"n": 76}),
        (os_like, {"n": 76, "window": day, "grid": 30.0, "cap": 1078.5 / 30, "cut_high": 40.0}),
        (pfs_like, {}),
        (pfs_like, {"window": day, "grid": 30.0, "symmetric": 0.5}),
    ],
)
def test_a_start_holds_every_figure_of_the_highest_level(trial, build, fields):
    problem = build(trial, **fields)
    for seed in range(3):
        left, state, window = search(problem, seed)
        assert left == 0
        assert trial.violated(state, problem, exact=False) == []
        assert violation(state["order"], state, window, problem) == 0


IMPOSSIBLE = {
    "every control has an event, and the control median is beyond all follow-up": (
        {CONTROL_MEDIAN: (40.0, 40.1)},
        {"events_low": (5, 0)},
    ),
    "the shortest follow-up is longer than the median follow-up": (
        {SHORTEST: (15.0, 15.01), MIDDLE: (13.0, 13.01)},
        {},
    ),
    "a control median without events": ({CONTROL_MEDIAN: (10.9, 11.0)}, {"events_high": (0, 6)}),
    "no events, so no interval": ({}, {"events_high": (0, 0)}),
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_impossible_figures_leave_a_violation(trial, case):
    roles, fields = IMPOSSIBLE[case]
    figures = cox_figures(1.84, 0.98, 3.46)
    small = {"n_control": 5, "n": 11, "events_high": (5, 6)}
    problem = trial.problem_record(roles, **TRIAL | figures | small | {"cap": 36.0} | fields)
    left, _, _ = search(problem, 1)
    assert left > 0


@pytest.mark.parametrize("grid", [0.0, 1.0, 30.0])
@pytest.mark.parametrize("centre", [4.0, 13.5, 13.51667, 13.49])
def test_two_middle_times_are_in_order_and_have_the_nearest_mean(centre, grid):
    low, high = (middle_time(role, centre, grid) for role in (MIDDLE, UPPER_MIDDLE))
    assert low < high
    if grid == 0:
        assert (low + high) / 2 == pytest.approx(centre)
        return
    recorded = [math.floor(time * grid + 0.5) for time in (low, high)]
    assert abs(sum(recorded) / 2 - centre * grid) <= 0.25 + 1e-9


def test_the_start_gives_each_role_to_a_patient_of_its_own(trial):
    for seed in range(5):
        _, state, _ = search(os_like(trial, n=76), seed)
        holders = state["holder"]
        assert len(set(holders)) == ROLES
        assert holders[CONTROL_MEDIAN] < 38 <= holders[RT_MEDIAN]
        assert state["free_count"] == 76 - ROLES
