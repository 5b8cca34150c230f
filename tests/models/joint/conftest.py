"""Small trials of both endpoints as problem records, a ladder of levels, and plain figures."""

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest

from models.joint.chains import empty_rows, start_states
from models.joint.ladder import new_ladder
from models.joint.problem import JOINT_PROBLEM, JOINT_WORK
from models.joint.tempering import run
from models.joint.windows import joint_windows

PLAIN = {
    "n_control": 5,
    "n": 11,
    "cap": np.inf,
    "hr": (0.0, np.inf),
    "lower": (0.0, np.inf),
    "upper": (0.0, np.inf),
    "z": 1.959964,
    "symmetric": 0.5,
    "accrual": 18.0,
    "cut_low": 24.0,
    "cut_high": 24.0,
    "loss": 0.01,
}
PRIORS = {
    "progression": {
        "cuts": (6.0,),
        "shape": 4.0,
        "rate": 35.0,
        "log_hr_sd": 0.7,
    },
    "death": {"cuts": (), "shape": 2.0, "rate": 120.0, "log_hr_sd": 0.4},
    "after": {"cuts": (5.0, 11.0), "shape": 4.0, "rate": 40.0, "log_hr_sd": 0.6},
}
COMMON = {
    "rate_shape": 4.0,
    "rate_rate": 0.1,
    "walk_mean": -2.8,
    "walk_sd": 0.6,
    "walk_step": 0.4,
}


def fill(problem, fields, roles=None):
    """Fill one endpoint's or transition's part of a problem record."""
    values = {**PLAIN, **COMMON, **fields}
    cuts = values.pop("cuts", ())
    for name, value in values.items():
        problem[name] = value
    problem["intervals"] = len(cuts) + 1
    problem["cuts"][: len(cuts)] = cuts
    if "events_high" not in fields:
        problem["events_high"] = problem["n_control"], problem["n"] - problem["n_control"]
    for role, window in (roles or {}).items():
        problem["used"][role] = 1
        problem["windows"][role] = window


def joint_record(
    pfs_roles=None, os_roles=None, *, pfs=None, os=None, priors=None, progressions=None, **fields
):
    """One joint problem record.

    `pfs`, `os` give fields of an endpoint, `priors` those of a transition by its name,
    `progressions` the bounds by arm; `fields` hold for all parts, `clock` apart.
    """
    problem = np.zeros(1, JOINT_PROBLEM)[0]
    problem["clock"] = fields.pop("clock", 0)
    fill(problem["pfs"], fields | (pfs or {}), pfs_roles)
    fill(problem["os"], fields | (os or {}), os_roles)
    for name, prior in PRIORS.items():
        fill(problem[name], fields | prior | (priors or {}).get(name, {}))
    control, n = int(problem["os"]["n_control"]), int(problem["os"]["n"])
    bounds = progressions or ((0, control), (0, n - control))
    for arm, (low, high) in enumerate(bounds):
        problem["progressions_low"][arm], problem["progressions_high"][arm] = low, high
    return problem


def tempered(problem, *, scans, seed, levels=3, widest=6.0, moves=4, thin=2, shares=None):
    """Start at the widest level, descend, run; draws of level 0, replicas and ladder."""
    rng = np.random.default_rng(seed)
    problems = np.array([problem], JOINT_PROBLEM)
    windows = joint_windows(problem, levels=levels, widest=widest)
    work, ladder = np.zeros(1, JOINT_WORK), new_ladder(len(windows), moves=moves)
    if shares is not None:
        ladder["shares"][0] = shares
    replicas = None
    while replicas is None:
        replicas = start_states(problems, windows, work, rng)
    draws = empty_rows(scans // thin, problems)
    run(scans, thin, replicas, ladder, windows, problems, work, draws, rng)
    return SimpleNamespace(draws=draws, replicas=replicas, ladder=ladder[0], windows=windows)


@pytest.fixture(scope="session")
def joint() -> SimpleNamespace:
    """The functions of this file, for tests of small trials."""
    functions: list[Callable] = [joint_record, tempered]
    return SimpleNamespace(**{function.__name__: function for function in functions})
