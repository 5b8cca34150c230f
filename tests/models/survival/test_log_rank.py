import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines.statistics import logrank_test

from models.survival.log_rank import log_rank

patients = st.lists(
    st.tuples(st.integers(1, 10), st.booleans(), st.integers(0, 1)), min_size=4, max_size=40
)


@settings(max_examples=60)
@given(patients)
def test_agrees_with_lifelines(rows):
    time, event, arm = (np.array(column) for column in zip(*rows, strict=True))
    test = log_rank(time, event, arm)
    if not 0 < arm.sum() < arm.size or math.isnan(test.z) or test.variance < 1e-9:
        assert not 0 < arm.sum() < arm.size or test.variance == pytest.approx(0)
        return
    rt = arm == 1
    oracle = logrank_test(time[rt], time[~rt], event[rt], event[~rt])
    assert test.z**2 == pytest.approx(oracle.test_statistic)
    assert test.p_value == pytest.approx(oracle.p_value)


def test_z_above_zero_favours_rt():
    time = [1, 2, 3, 4, 5, 6, 7, 8]
    assert log_rank(time, [True] * 8, [0, 0, 0, 0, 1, 1, 1, 1]).z > 2
    assert log_rank(time, [True] * 8, [1, 1, 1, 1, 0, 0, 0, 0]).z < -2


def test_one_event_by_hand():
    test = log_rank([2, 3, 3, 3], [True, False, False, False], [1, 1, 0, 0])
    assert (test.observed, test.expected, test.variance) == (1, 0.5, 0.25)
    assert test.z == pytest.approx(-1.0)


def test_equal_arms_give_zero():
    test = log_rank([1, 2, 3, 1, 2, 3], [True] * 6, [0, 0, 0, 1, 1, 1])
    assert test.z == pytest.approx(0, abs=1e-12)
    assert test.p_value == pytest.approx(1)


def test_without_events_there_is_no_test():
    assert math.isnan(log_rank([1.0, 2.0], [False, False], [0, 1]).z)
