"""Schedules of scans: dates, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulate.illness_death.pack import pack_scans
from simulate.illness_death.scan_dates import fill_seen, scan_date
from simulate.random_numbers import Key, trial_key
from simulate.truth.scans import Scans, check_scans_within

KEY = Key(*map(np.uint64, trial_key(np.uint64(1), np.uint64(0))))


def scans(*pieces, window=0.0):
    schedule = [{"start": start, "every": every} for start, every in pieces]
    return Scans.model_validate({"schedule": schedule, "window": window})


def test_scans_fall_on_the_start_of_each_piece():
    assert scans((0, 1.5), (3, 2)).dates(9) == (1.5, 3, 5, 7, 9)
    assert scans((0, 2), (5, 1)).dates(7) == (2, 4, 5, 6, 7)
    assert scans((0, 9), (5, 4)).dates(12) == (5, 9)
    assert scans((0, 2)).dates(1) == ()
    assert scans((0, 2), (5, 1)).firsts() == (0, 3)
    assert scans((0, 1.5), (12, 3)).shortest_interval() == 1.5
    assert scans((0, 2), (5, 4)).shortest_interval() == 1
    assert scans((0, 9), (5, 8)).shortest_interval() == 5


@st.composite
def schedules(draw):
    widths = draw(st.lists(st.floats(0.3, 15), max_size=4))
    starts = [0.0, *np.cumsum(widths).tolist()]
    return scans(*((start, draw(st.floats(0.2, 10))) for start in starts))


@given(schedules(), st.lists(st.floats(1e-6, 100), min_size=1, max_size=30))
def test_the_kernel_finds_the_first_date_from_progression_on(schedule, months):
    progression = np.array([*months, np.inf])
    number, seen = np.empty(progression.size), np.empty(progression.size)
    packed = pack_scans(schedule)
    fill_seen(KEY, progression.size, progression, packed, number, seen)
    dates = np.array(schedule.dates(140))
    expected = dates[np.searchsorted(dates, progression[:-1] - 1e-9)]
    np.testing.assert_allclose(seen[:-1], expected, atol=1e-8)
    assert seen[-1] == np.inf
    numbered = [scan_date(n, packed) for n in range(1, min(30, dates.size) + 1)]
    np.testing.assert_allclose(numbered, dates[:30], atol=1e-8)


@pytest.mark.parametrize(
    ("pieces", "window", "message"),
    [
        ([(1, 2)], 0, "schedule starts at month 1; .* let its first piece have start = 0"),
        ([(0, 2), (0, 3)], 0, "starts .* must increase strictly, sort the pieces"),
        ([(0, 2), (12, 3)], 1, "window is 1 and the shortest interval .* 2 months; .* below 1"),
        ([(0, 2), (5, 3)], 0.5, r"shortest interval between scans 1 months; .* below 0\.5"),
        ([(0, 0)], 0, "greater than 0"),
        ([], 0, "at least 1 item"),
    ],
)
def test_schedules_that_cannot_be(pieces, window, message):
    with pytest.raises(ValueError, match=message):
        scans(*pieces, window=window)


def test_scans_must_come_while_patients_are_followed():
    check_scans_within(scans((0, 6), (24, 12)), months=36.0)
    with pytest.raises(ValueError, match=r"first scan is at month 6 .* progression is never seen"):
        check_scans_within(scans((0, 6)), months=6.0)
    with pytest.raises(ValueError, match=r"starts at month 24 .* drop the piece or follow longer"):
        check_scans_within(scans((0, 6), (24, 12)), months=20.0)
