"""Trials that hypothesis makes up: free times and times on a grid, so that there are ties."""

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
