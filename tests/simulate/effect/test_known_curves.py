"""How far the curves of a look are known: by hand, and against plain numpy."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

TIMES = st.one_of(st.integers(1, 6).map(float), st.floats(0.0625, 50.0, width=32))
DATA = st.lists(
    st.tuples(TIMES, st.booleans(), st.integers(0, 1), st.integers(0, 2)), min_size=1, max_size=30
)


def plain_until(time, event):
    if time.size == 0:
        return -1.0
    last = time == time.max()
    return math.inf if event[last].all() else time.max()


@given(DATA, st.booleans(), st.sampled_from([1, 3]))
def test_they_are_those_of_plain_numpy(seen_data, known_curves, known_to, rows, cut, strata):
    time, event, arm, stratum = (np.array(column) for column in zip(*rows, strict=True))
    seen = seen_data(time, event, arm, stratum, cut=cut)
    known, time = known_curves(seen, strata=strata), known_to(time, stratum=stratum)
    for cell in range(strata):
        for a in range(2):
            who = (arm == a) & ((stratum == cell) | (strata == 1))
            assert known.patients[cell, a] == who.sum()
            assert known.until[cell, a] == plain_until(time[who], event[who])


@pytest.mark.parametrize("cut", [False, True])
@pytest.mark.parametrize(
    ("time", "event", "until"),
    [
        ([1, 2, 3], [1, 1, 1], math.inf),
        ([1, 2, 3], [1, 1, 0], 3.0),
        ([1, 3, 3], [1, 1, 0], 3.0),
        ([1, 2, 3], [0, 0, 1], math.inf),
        ([1, 2, 2], [0, 1, 1], math.inf),
    ],
)
def test_by_hand(seen_data, known_curves, time, event, until, cut):
    """Control alone: a curve that falls to 0 is known for ever, one that ends censored is not."""
    known = known_curves(seen_data(time, event, [0, 0, 0], cut=cut))
    assert known.until.tolist() == [[until, -1.0]]
    assert known.patients.tolist() == [[3, 0]]
