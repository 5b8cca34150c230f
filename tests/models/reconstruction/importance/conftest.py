import numpy as np
import pytest

from models.reconstruction.problem import LONGEST, MIDDLE, PROBLEM, SHORTEST

REFERENCE_CUTS = (3, 6, 9, 12, 18)


def _empty(*, n_control, n, cuts, symmetric):
    problems = np.zeros(1, PROBLEM)
    problem = problems[0]
    problem["n_control"], problem["n"] = n_control, n
    problem["intervals"] = len(cuts) + 1
    problem["cuts"][: len(cuts)] = cuts
    problem["events_high"] = n_control, n - n_control
    problem["z"] = 1.959964
    problem["symmetric"] = symmetric
    return problems


def _print(problem, windows):
    for role, window in windows.items():
        problem["used"][role] = 1
        problem["windows"][role] = window


@pytest.fixture
def wide_problem():
    """Few patients and wide windows: whole trials drawn forwards hit them often."""

    def build(kind, *, symmetric):
        problems = _empty(n_control=5, n=11, cuts=(6, 14), symmetric=symmetric)
        problem = problems[0]
        problem["hr"], problem["lower"], problem["upper"] = (0.7, 3.2), (0.1, 0.9), (2, 25)
        problem["shape"], problem["rate"] = 2, 25
        problem["log_hr_mean"], problem["log_hr_sd"] = -0.3, 0.8
        problem["accrual"], problem["loss"] = 28, 0.01
        problem["cut_low"] = problem["cut_high"] = problem["cap"] = 36
        follow_up = {SHORTEST: (0.5, 5), MIDDLE: (9.5, 13), LONGEST: (18, 36)}
        if kind == "follow-up":
            _print(problem, {0: (5, 9.5), 1: (13, 18), **follow_up})
        elif kind == "bounds":
            _print(problem, {0: (6, 12), 1: (12, 18)})
            problem["events_low"], problem["events_high"] = (4, 3), (5, 5)
        elif kind == "bounds and follow-up":
            _print(problem, {0: (5, 9.5), SHORTEST: (0.5, 5), LONGEST: (16, 33)})
            problem["unreached"][1] = 1
            problem["events_low"], problem["events_high"] = (3, 1), (4, 6)
        return problems

    return build


@pytest.fixture
def published_problem():
    """Figures of a real trial of 38 and 37 patients, printed to two decimals."""

    def build(endpoint):
        problems = _empty(n_control=38, n=75, cuts=REFERENCE_CUTS, symmetric=0)
        problem = problems[0]
        times = {0: 10.93, 1: 15.37}
        ratio = 1.99, 1.16, 3.41
        if endpoint == "os":
            times = {0: 13.73, 1: 18.30, SHORTEST: 4.50, MIDDLE: 13.50, LONGEST: 35.93}
            ratio = 1.84, 0.98, 3.46
        else:
            problem["events_low"] = 35, 22
        _print(problem, {role: (time - 0.005, time + 0.005) for role, time in times.items()})
        if endpoint == "os":
            problem["windows"][LONGEST, 1] = 35.93
        for name, value in zip(("hr", "lower", "upper"), ratio, strict=True):
            problem[name] = value - 0.005, value + 0.005
        problem["shape"], problem["rate"], problem["log_hr_sd"] = 1, 16.667, 1
        problem["accrual"], problem["loss"] = 28.5, 0.005
        problem["cut_low"] = problem["cut_high"] = problem["cap"] = 35.93
        return problems

    return build
