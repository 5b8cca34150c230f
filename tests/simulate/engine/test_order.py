"""The bucket sort and the counting of events against numpy's sorts, whatever decides the speed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulate.engine.order import (
    fill_calendar,
    month_of_event,
    new_calendar,
    new_places,
    sort_keys,
)

SCALES = st.sampled_from([1e-9, 1e-3, 1.0, 10.0, 1e4, 1e12])
LATEST = st.sampled_from([0.0, 1e-6, 20.0, np.inf])
TIED = st.sampled_from([0.0, 1.0, 1.5, 2.0, 7.0, np.inf])
MONTHS = st.one_of(st.floats(0.0, 1e6), TIED, st.floats(min_value=0.0, allow_nan=False))
PATIENTS = st.lists(st.tuples(MONTHS, st.integers(0, 1)), min_size=0, max_size=60)
TIME_BITS = np.uint64(0xFFFFFFFFFFFFFFF0)


def ordered(months, marks, scale, latest=20.0):
    """Sort times whose last four bits are marks."""
    keys = (months.view(np.uint64) & TIME_BITS) | marks.astype(np.uint64)
    result = np.empty_like(keys)
    sort_keys(keys, TIME_BITS, scale, latest, *new_places(keys.size), result)
    return keys, result


def columns(patients):
    months = np.array([time for time, _ in patients], dtype=float)
    return months, np.array([status for _, status in patients], dtype=np.int64)


@given(PATIENTS, SCALES, LATEST)
def test_order_is_that_of_numpy(patients, scale, latest):
    """By time, and by mark where times are equal."""
    keys, result = ordered(*columns(patients), scale, latest)
    np.testing.assert_array_equal(result, np.sort(keys))


@pytest.mark.parametrize("scale", [1e-6, 0.1, 7.0, 1e5])
@pytest.mark.parametrize("size", [1, 2, 400, 2_000])
def test_order_of_exponential_times(size, scale):
    rng = np.random.default_rng(size)
    months = rng.exponential(10.0, size)
    months[rng.random(size) < 0.1] = np.inf
    keys, result = ordered(months, rng.integers(0, 16, size), scale)
    np.testing.assert_array_equal(result, np.sort(keys))


@given(PATIENTS, SCALES)
def test_month_of_each_event_is_that_of_a_sort(patients, scale):
    end, status = columns(patients)
    calendar = new_calendar(end.size)
    fill_calendar(end, status, scale, calendar)
    expected = np.append(np.sort(np.where(status == 1, end, np.inf)), np.inf)
    found = [month_of_event(number, end.size, calendar) for number in range(1, end.size + 2)]
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("scale", [1e-6, 20.0, 1e6])
def test_month_of_an_event_among_many(scale):
    """More patients than bins, so bins hold several; asked in any order."""
    rng = np.random.default_rng(3)
    end, status = rng.uniform(0, 100, 3_000), rng.integers(0, 2, 3_000)
    calendar = new_calendar(end.size)
    fill_calendar(end, status, scale, calendar)
    expected = np.sort(end[status == 1])
    for number in (expected.size, 1, 700, 2, expected.size - 1):
        assert month_of_event(number, end.size, calendar) == expected[number - 1]
    assert month_of_event(expected.size + 1, end.size, calendar) == np.inf
