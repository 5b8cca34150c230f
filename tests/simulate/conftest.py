"""The plain-numpy trial that the engine's tests compare with, and data as the engine keeps them."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from simulate.design import read_design
from simulate.engine.followed import Followed, make_label
from simulate.engine.see import new_sight, see

NONE, STRONG = ({"kind": "proportional", "hr": hr} for hr in (1.0, 0.6))
LATE = ["fleming_harrington", "modestly_weighted", "max_combo", "rmst", "milestone"]
LATE += ["milestone_log_log", "median"]


def _passages(effect):
    return {
        "progression": {"control": {"rates": [0.08]}, "effect": effect},
        "death_without_progression": {"control": {"rates": [0.01]}, "effect": effect},
        "death_after_progression": {"control": {"rates": [0.12]}, "effect": effect},
    }


TWO_ENDPOINTS = {
    "name": "two endpoints",
    "patients": 120,
    "recruitment": {"kind": "uniform", "rates": [{"start": 0.0, "per_month": 10.0}]},
    "randomisation": {"kind": "blocks", "block_sizes": [4]},
    "scans": {"schedule": [{"start": 0, "every": 2}], "window": 0.2},
    "endpoints": [
        {
            "name": "pfs",
            "efficacy": {"kind": "pocock"},
            "futility": {"kind": "hazard_ratio", "hr": [1.0]},
        },
        {
            "name": "os",
            "efficacy": {"kind": "obrien_fleming"},
            "futility": {"kind": "hazard_ratio", "hr": [1.2, 1.0]},
            "analysis": {"also": LATE, "rmst_until": 12.0, "milestone": 12.0},
        },
    ],
    "multiplicity": {"kind": "hierarchical", "order": ["pfs", "os"]},
    "harm": {"hr": 1.0, "probability": 0.9},
    "looks": [
        {"endpoint": "pfs", "events": 50},
        {"endpoint": "pfs", "events": 80},
        {"endpoint": "os", "events": 80, "analyse": ["os"]},
    ],
    "truths": [
        {"kind": "illness_death", "name": "planning", **_passages(STRONG)},
        {"kind": "illness_death", "name": "no effect", **_passages(NONE)},
    ],
}


@pytest.fixture(scope="session")
def two_endpoints():
    """Make a small design of two endpoints and all tests, with fields replaced."""

    def make(**changes):
        return read_design(TWO_ENDPOINTS | changes)

    return make


@pytest.fixture(scope="session")
def reference():
    """The module `reference_trial` that stands beside this file."""
    path = Path(__file__).with_name("reference_trial.py")
    spec = importlib.util.spec_from_file_location("reference_trial", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["reference_trial"] = module
    spec.loader.exec_module(module)
    return module


def _follow(entry, months, status, arm, stratum):
    by_entry = np.argsort(entry, kind="stable")
    entry, months, status, arm, stratum = (
        np.ascontiguousarray(np.asarray(column)[by_entry])
        for column in (entry, months, status, arm, stratum)
    )
    status, arm, stratum = (column.astype(np.int64) for column in (status, arm, stratum))
    label = np.array([make_label(*row) for row in zip(arm, stratum, status, strict=True)], int)
    return Followed(
        entry=entry.astype(float),
        end=entry + months,
        arm=arm,
        stratum=stratum,
        status=status,
        label=label,
        months=months.astype(float),
    )


def _seen(followed, at):
    strata = int(followed.stratum.max(initial=0)) + 1
    sight = new_sight(followed.entry.size, strata=strata)
    enrolled = int(np.searchsorted(followed.entry, at, side="right"))
    return see(followed, enrolled, at, 10.0, sight)


def _known_to(time, *, stratum):
    later = int(new_sight(1, strata=int(np.max(stratum, initial=0)) + 1).later)
    lost = np.uint64(2 * later - 1)
    return (np.asarray(time, float).view(np.uint64) & ~lost).view(float)


def _complete(time, event, arm, stratum=None, *, cut=False):
    time, event, arm = np.asarray(time, float), np.asarray(event).astype(bool), np.asarray(arm)
    cells = np.zeros(time.size, int) if stratum is None else np.asarray(stratum)
    if cut:
        months = np.where(event, time, np.inf)
        return _seen(_follow(-time, months, event, arm, cells), 0.0)
    return _seen(_follow(np.zeros(time.size), time, event, arm, cells), time.max() + 1.0)


@pytest.fixture(scope="session")
def follow():
    """Patients as the engine keeps them, from entry, months, status, arm and stratum."""
    return _follow


@pytest.fixture(scope="session")
def known_to():
    """Times as far as the engine keeps them among strata, without their last bits."""
    return _known_to


@pytest.fixture(scope="session")
def seen_at():
    """What a look at a calendar month sees of followed patients."""
    return _seen


@pytest.fixture(scope="session")
def seen_data():
    """What a look sees when these are its data: time, event, arm and, if any, stratum.

    Censored patients have dropped out or, with `cut`, are followed on after the look.
    """
    return _complete
