"""Courses of patients against plain Python, patient for patient, and in their limits."""

import math

import numpy as np
import pytest

from simulate.truth.scans import Scans

SIX_WEEKS = Scans.model_validate(
    {"schedule": [{"start": 0, "every": 1.38}, {"start": 12, "every": 2.76}]}
)
IN_WINDOWS = Scans.model_validate(
    {"schedule": [{"start": 0, "every": 1.5}, {"start": 6, "every": 3}], "window": 0.4}
)
LATE = Scans.model_validate(
    {"schedule": [{"start": 0, "every": 2}, {"start": 5, "every": 1}, {"start": 9.5, "every": 6}]}
)
PIECEWISE = {
    "progression": [[[0.1, 0.0, 0.05], [0.2, 0.1, 0.02]], [[0.05, 0.03, 0.05], [0.1, 0.2, 0.0]]],
    "without": [[[0.01, 0.02, 0.0], [0.0, 0.05, 0.01]], [[0.02, 0.02, 0.03], [0.0, 0.0, 0.0]]],
    "after": [[[0.1, 0.03], [0.2, 0.1]], [[0.0, 0.08], [0.15, 0.0]]],
    "cuts": (3.0, 10.0),
    "after_cuts": (7.0,),
}
CONSTANT = {
    "progression": [[[0.1], [0.2]], [[0.05], [0.12]]],
    "without": [[[0.01], [0.0]], [[0.02], [0.04]]],
    "after": [[[0.1], [0.2]], [[0.07], [0.0]]],
}
LOST = {
    "none": {},
    "the same after": {"drop_out": 0.02},
    "more after": {"drop_out": [[[0.01], [0.0]], [[0.1], [0.05]]]},
    "in pieces": {
        "drop_out": [[[0.01, 0.0], [0.0, 0.03]], [[0.1, 0.2], [0.0, 0.05]]],
        "drop_cuts": (8.0,),
    },
}


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("scans", [None, SIX_WEEKS, IN_WINDOWS, LATE])
@pytest.mark.parametrize("clock", [0, 1])
@pytest.mark.parametrize("hazards", [CONSTANT, PIECEWISE], ids=["constant", "piecewise"])
def test_courses_are_those_of_plain_python(
    hazards, clock, scans, lost, packed_of, drawn, plain, key
):
    """300 patients, half of the control arm to switch; all ten columns to 1e-9."""
    switch = (0.6, 0.7, 2.5 if lost == "none" else 0.4)
    packed = packed_of(**hazards, clock=clock, switch=switch, **LOST[lost])
    rng = np.random.default_rng(3)
    arm, stratum = rng.integers(0, 2, (2, 300))
    courses, ends = drawn(packed, arm, stratum, scans=scans, replicate=5)
    expected = [plain.course(key(5), i, arm[i], stratum[i], packed, scans) for i in range(arm.size)]
    np.testing.assert_allclose(np.array(courses).T, expected, rtol=1e-9)
    ended = [plain.endpoints(one) for one in expected]
    np.testing.assert_allclose(np.array(ends).T, ended, rtol=1e-9)
    switched = np.isfinite(courses.switch)
    assert 5 < switched.sum() < 100
    assert (courses.seen > courses.progression).any() == (scans is not None)


def test_pfs_ends_by_death_where_the_next_scan_would_be_later(packed_of, drawn):
    packed = packed_of(0.3, 0.0, 0.5)
    courses, ends = drawn(packed, np.zeros(400), np.zeros(400), scans=SIX_WEEKS)
    unseen = np.isinf(courses.seen)
    assert 50 < unseen.sum() < 350
    np.testing.assert_array_equal(ends.pfs_months[unseen], courses.death[unseen])
    assert np.all(ends.pfs_months <= ends.os_months)
    assert np.all(ends.pfs_status >= ends.os_status)
    np.testing.assert_allclose(
        courses.seen[~unseen], [min(d for d in SIX_WEEKS.dates(200) if d >= p)
                                for p in courses.progression[~unseen]]
    )  # fmt: skip


def test_patients_in_a_window_meet_their_own_scan(packed_of, drawn):
    """2,000 patients: seen within one interval and the window, and spread over all the window."""
    courses, _ = drawn(packed_of(0.1, 0.0, 0.001), np.zeros(2000), np.zeros(2000), scans=IN_WINDOWS)
    seen = courses.seen[courses.seen < 5]
    delay = (courses.seen - courses.progression)[courses.seen < 5]
    assert delay.min() >= 0
    assert delay.max() < 1.5 + 2 * 0.4
    from_date = seen - np.round(seen / 1.5) * 1.5
    assert np.abs(from_date).max() <= 0.4
    assert from_date.min() < -0.35
    assert from_date.max() > 0.35


def test_without_passages_nothing_happens(packed_of, drawn):
    courses, ends = drawn(packed_of(0.0, 0.0, 1.0), np.zeros(50), np.zeros(50), scans=SIX_WEEKS)
    assert all(np.all(np.isinf(months)) for months in courses)
    assert not ends.pfs_status.any()
    courses, ends = drawn(packed_of(1.0, 0.0, 0.0), np.zeros(50), np.zeros(50))
    np.testing.assert_array_equal(ends.pfs_months, courses.progression)
    assert ends.pfs_status.all()
    assert not ends.os_status.any()


def test_immediate_death_after_progression_makes_the_endpoints_one(packed_of, drawn):
    _, ends = drawn(packed_of(0.1, 0.02, 1e9), np.zeros(400), np.zeros(400))
    np.testing.assert_allclose(ends.pfs_months, ends.os_months, rtol=1e-6)


def test_equal_hazards_of_death_do_not_look_at_progression(packed_of, drawn):
    """The time of death is that of one hazard, to the bit of the same random number."""
    zero = np.zeros(400)
    never = drawn(packed_of(0.0, 0.05, 0.05), zero, zero)[0]
    often = drawn(packed_of(0.3, 0.05, 0.05), zero, zero)[0]
    np.testing.assert_allclose(often.death, never.death, rtol=1e-12)
    assert np.isfinite(often.progression).sum() > 300


def test_another_scenario_moves_only_those_it_concerns(packed_of, drawn):
    """A smaller hazard of RT leaves control to the bit and puts no RT patient's death forward."""
    arm = np.arange(400) % 2
    effect = np.array([1.0, 0.7])[:, np.newaxis, np.newaxis]
    one = drawn(packed_of(0.1, 0.01, 0.08, drop_out=0.01), arm, 0 * arm)[0]
    two = drawn(packed_of(0.1 * effect, 0.01, 0.08 * effect, drop_out=0.01), arm, 0 * arm)[0]
    for before, after in zip(one, two, strict=True):
        np.testing.assert_array_equal(after[arm == 0], before[arm == 0])
    assert np.all(two.death[arm == 1] >= one.death[arm == 1])
    assert np.all(two.progression[arm == 1] >= one.progression[arm == 1])


def test_a_death_that_never_comes_may_come_after_a_harmful_switch(packed_of, drawn):
    packed = packed_of(1.0, 0.0, [0.1, 0.0], after_cuts=(10.0,), switch=(1.0, 0.0, 8.0))
    courses, _ = drawn(packed, np.zeros(400), np.zeros(400))
    assert np.isfinite(courses.switch).all()
    # About 99.9% die: the switch comes near month 1, hazard 0.8 for nine months.
    assert np.isfinite(courses.death).mean() > 0.9
    assert math.isfinite(courses.progression.max())
