"""Trials that hypothesis makes up, designs of all kinds, and their plain-numpy simulation."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import strategies as st

TENTHS = st.integers(0, 60).map(lambda tenth: tenth / 8)
FREE = st.floats(0.0, 30.0)


@st.composite
def _patients(draw, *, most=40, strata=3):
    """Columns entry, months, status, arm and stratum; entries ascend, some are never seen again."""
    clock = draw(st.sampled_from([TENTHS, FREE]))
    months = st.one_of(clock, clock, clock, st.just(np.inf))
    row = st.tuples(clock, months, *(st.integers(0, top) for top in (1, 1, strata - 1)))
    rows = draw(st.lists(row, min_size=1, max_size=most))
    entry, time, status, arm, stratum = (np.array(column) for column in zip(*rows, strict=True))
    return np.sort(entry), time, np.where(np.isinf(time), 0, status), arm, stratum


@pytest.fixture(scope="session")
def patients():
    """Hypothesis strategy of trials."""
    return _patients


def _beside(name, folder="."):
    path = Path(__file__).parent / folder / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def designs():
    """Designs by name."""
    return {design.name: design for design in _beside("designs").DESIGNS}


@pytest.fixture(scope="session")
def plain_trials():
    """The module `plain_trials` that stands beside this file."""
    return _beside("plain_trials")


@pytest.fixture(scope="session")
def plain_courses():
    """Courses of patients one at a time, as the tests of illness and death compare with."""
    return _beside("plain_courses", "../illness_death")


@pytest.fixture(scope="session")
def plain_late():
    """The module `plain_late` that stands beside this file."""
    return _beside("plain_late")
