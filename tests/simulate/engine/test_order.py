"""The bucket sort and the counting of events against numpy's sorts, whatever decides the speed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulate.engine.order import (
    BUCKETS,
    fill_calendar,
    month_of_event,
    new_calendar,
    sort_by_time,
)

SCALES = st.sampled_from([1e-9, 1e-3, 1.0, 10.0, 1e4, 1e12])
LATEST = st.sampled_from([0.0, 1e-6, 20.0, np.inf])
TIED = st.sampled_from([0.0, 1.0, 1.5, 2.0, 7.0, np.inf])
MONTHS = st.one_of(st.floats(0.0, 1e6), TIED, st.floats(min_value=0.0, allow_nan=False))
PATIENTS = st.lists(st.tuples(MONTHS, st.integers(0, 1)), min_size=0, max_size=60)


def ordered(months, status, scale, latest=20.0, chosen=None):
    chosen = np.arange(months.size) if chosen is None else chosen
    size = chosen.size
    places, times = np.empty(size, np.int32), np.empty(size)
    bucket, starts = np.empty(size, np.int32), np.empty(BUCKETS * size + 1, np.int32)
    sort_by_time(
        months[chosen],
        status,
        chosen.astype(np.int32),
        scale,
        latest,
        bucket,
        starts,
        times,
        places,
    )
    return times, places


def columns(patients):
    months = np.array([time for time, _ in patients], dtype=float)
    return months, np.array([status for _, status in patients], dtype=np.int64)


@given(PATIENTS, SCALES, LATEST)
def test_order_is_that_of_lexsort(patients, scale, latest):
    """By time, events before censorings of the same time, then in order of enrolment."""
    months, status = columns(patients)
    times, places = ordered(months, status, scale, latest)
    np.testing.assert_array_equal(places, np.lexsort((1 - status, months)))
    np.testing.assert_array_equal(times, np.sort(months))


@pytest.mark.parametrize("scale", [1e-6, 0.1, 7.0, 1e5])
@pytest.mark.parametrize("size", [1, 2, 400, 2_000])
def test_order_of_exponential_times(size, scale):
    rng = np.random.default_rng(size)
    months, status = rng.exponential(10.0, size), rng.integers(0, 2, size)
    months[rng.random(size) < 0.1] = np.inf
    times, places = ordered(months, status, scale)
    np.testing.assert_array_equal(places, np.lexsort((1 - status, months)))
    np.testing.assert_array_equal(times, months[places])


@given(PATIENTS, SCALES, st.data())
def test_only_the_chosen_are_ordered(patients, scale, data):
    months, status = columns(patients)
    kept = data.draw(st.lists(st.booleans(), min_size=months.size, max_size=months.size))
    chosen = np.flatnonzero(kept)
    times, places = ordered(months, status, scale, chosen=chosen)
    expected = chosen[np.lexsort((1 - status[chosen], months[chosen]))]
    np.testing.assert_array_equal(places, expected)
    np.testing.assert_array_equal(times, months[expected])


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
