"""Event and drop-out times against their survival functions and their inverses.

Seeds are fixed; Kolmogorov–Smirnov p above 6e-5, as 4 standard errors of a normal.
"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simulate.engine.outcomes import draw_event_times, drop_out, invert
from simulate.random_numbers import DROP_OUT, EVENT, Key, trial_key, uniform

RAREST = 6e-5
PATIENTS = 8_000
CUTS = np.array([3.0, 9.0, 20.0])
HAZARD = np.array(
    [
        [[0.08, 0.05, 0.02, 0.03], [0.16, 0.1, 0.04, 0.01]],
        [[0.08, 0.02, 0.0, 0.05], [0.3, 0.01, 0.1, 0.0]],
    ]
)
NONE = np.zeros(2)
POSITIVE = st.floats(min_value=1e-4, max_value=10.0)


def key_of(replicate):
    return Key(*map(np.uint64, trial_key(np.uint64(11), np.uint64(replicate))))


def event_times(replicate, arm, stratum, *, cuts=CUTS, hazard=HAZARD, cured=NONE):
    months = np.empty(arm.size)
    bits = np.empty(arm.size, np.uint64)
    key = key_of(replicate)
    draw_event_times(key, arm.size, arm, stratum, cuts, hazard, cured, bits, months)
    return months


def ended(replicate, months, arm, *, cuts, hazard):
    """Follow-up and status after drop-out; the event times are kept."""
    until, status = months.copy(), np.full(arm.size, 9)
    room, bits = np.empty(arm.size), np.empty(arm.size, np.uint64)
    drop_out(key_of(replicate), arm.size, arm, cuts, hazard, bits, room, until, status)
    return until, status


def cumulative(time, cuts, hazard):
    """Cumulative hazard, interval by interval."""
    starts, stops = np.append(0.0, cuts), np.append(cuts, np.inf)
    at = np.asarray(time)[..., np.newaxis]
    spent = np.where(hazard > 0, np.clip(at, starts, stops) - starts, 0.0)
    return (spent * hazard).sum(axis=-1)


def same_arm(value, size=PATIENTS):
    return np.full(size, value, dtype=np.int64)


@pytest.mark.parametrize("arm", [0, 1])
@pytest.mark.parametrize("stratum", [0, 1])
def test_times_follow_the_survival_function(arm, stratum):
    """8,000 times; where hazard ends at 0 those without an event are as many as S says."""
    months = event_times(arm * 2 + stratum, same_arm(arm), same_arm(stratum))
    hazard = HAZARD[arm, stratum]
    never = np.isinf(months)
    expected = math.exp(-cumulative(CUTS[-1], CUTS, hazard)) if hazard[-1] == 0 else 0.0
    error = math.sqrt(expected * (1 - expected) / PATIENTS)
    assert abs(never.mean() - expected) <= 4 * error

    def distribution(t):
        return (1 - np.exp(-cumulative(t, CUTS, hazard))) / (1 - expected)

    assert stats.kstest(months[~never], distribution).pvalue > RAREST


def test_exponential_times_without_cuts():
    hazard = np.array([[[0.07]], [[0.03]]])
    months = event_times(7, same_arm(1), same_arm(0), cuts=np.empty(0), hazard=hazard)
    assert stats.kstest(months, stats.expon(scale=1 / 0.03).cdf).pvalue > RAREST


@pytest.mark.parametrize("arm", [0, 1])
def test_the_cured_are_their_share_and_the_others_follow_their_hazard(arm):
    """8,000 patients; share within 4 standard errors."""
    cured = np.array([0.1, 0.35])
    months = event_times(20 + arm, same_arm(arm), same_arm(0), cured=cured)
    never = np.isinf(months)
    error = math.sqrt(cured[arm] * (1 - cured[arm]) / PATIENTS)
    assert abs(never.mean() - cured[arm]) < 4 * error

    def distribution(t):
        return 1 - np.exp(-cumulative(t, CUTS, HAZARD[arm, 0]))

    assert stats.kstest(months[~never], distribution).pvalue > RAREST


def test_all_cured_have_no_event():
    months = event_times(1, same_arm(0, 50), same_arm(0, 50), cured=np.array([1.0, 0.0]))
    assert np.all(np.isinf(months))


def test_drop_out_follows_its_survival_function_and_is_independent_of_the_event():
    """8,000 patients; correlation of the two uniform numbers within 4 standard errors."""
    cuts, hazard = np.array([6.0]), np.array([[0.0, 0.02], [0.03, 0.01]])
    arm = same_arm(1)
    until, status = ended(30, np.full(PATIENTS, np.inf), arm, cuts=cuts, hazard=hazard)
    assert not status.any()
    assert stats.kstest(until, lambda t: 1 - np.exp(-cumulative(t, cuts, hazard[1]))).pvalue > (
        RAREST
    )
    event = event_times(30, arm, same_arm(0))
    both = np.corrcoef(stats.rankdata(event), stats.rankdata(until))[0, 1]
    assert abs(both) < 4 / math.sqrt(PATIENTS)


def test_follow_up_ends_at_the_first_of_event_and_drop_out():
    arm = np.arange(500) % 2
    event = event_times(31, arm, same_arm(0, 500))
    cuts, hazard = np.array([6.0]), np.array([[0.0, 0.2], [0.1, 0.0]])
    drop = ended(31, np.full(500, np.inf), arm, cuts=cuts, hazard=hazard)[0]
    until, status = ended(31, event, arm, cuts=cuts, hazard=hazard)
    np.testing.assert_array_equal(until, np.minimum(event, drop))
    np.testing.assert_array_equal(status, event < drop)
    assert 0 < status.sum() < 500


def test_without_drop_out_everyone_is_followed_to_the_event():
    arm = np.arange(100) % 2
    event = event_times(32, arm, same_arm(0, 100), cured=np.array([0.3, 0.3]))
    until, status = ended(32, event, arm, cuts=np.empty(0), hazard=np.zeros((2, 1)))
    np.testing.assert_array_equal(until, event)
    np.testing.assert_array_equal(status, np.isfinite(event))


def test_times_are_those_of_the_plain_numpy_trial(reference):
    """Each patient's time from the patient's own uniform number, cured included."""
    rng = np.random.default_rng(4)
    arm, stratum = rng.integers(0, 2, (2, 400))
    cured, key = np.array([0.1, 0.2]), key_of(40)
    months = event_times(40, arm, stratum, cured=cured)
    numbers = [uniform(key, i, EVENT) for i in range(400)]
    expected = [
        reference.survival_time(u, HAZARD[a][s], CUTS, cured[a])
        for u, a, s in zip(numbers, arm, stratum, strict=True)
    ]
    np.testing.assert_allclose(months, expected, rtol=1e-11)
    drop = np.array([[0.01, 0.0], [0.0, 0.05]])
    until = ended(40, np.full(400, np.inf), arm, cuts=np.array([6.0]), hazard=drop)[0]
    expected = [
        reference.survival_time(uniform(key, i, DROP_OUT), drop[arm[i]], [6.0]) for i in range(400)
    ]
    np.testing.assert_allclose(until, expected, rtol=1e-11)


@st.composite
def piecewise(draw):
    """Cut points and hazards, some 0; the last positive."""
    widths = draw(st.lists(st.floats(0.01, 50.0), min_size=0, max_size=5))
    rates = [draw(st.one_of(st.just(0.0), POSITIVE)) for _ in widths]
    return np.cumsum(widths), np.array([*rates, draw(POSITIVE)])


@given(piecewise(), st.floats(1e-12, 40.0))
def test_inversion_is_taken_back_by_the_cumulative_hazard(pieces, exposure):
    cuts, hazard = pieces
    time = invert(exposure, cuts, hazard)
    assert cumulative(time, cuts, hazard) == pytest.approx(exposure, rel=1e-9, abs=1e-13)


@given(piecewise(), st.floats(1e-12, 40.0), st.floats(1.0, 5.0))
def test_a_larger_hazard_brings_the_event_forward(pieces, exposure, factor):
    """Common random numbers: the time never grows with the hazard, nor falls with the exposure."""
    cuts, hazard = pieces
    time = invert(exposure, cuts, hazard)
    slack = 1e-9 * (1 + time)
    assert invert(exposure, cuts, hazard * factor) <= time + slack
    assert invert(exposure * factor, cuts, hazard) >= time - slack


def test_another_scenario_moves_only_those_it_concerns():
    """A smaller RT hazard leaves control to the bit and puts off every RT patient's event."""
    arm, stratum = np.arange(400) % 2, same_arm(0, 400)
    before = event_times(50, arm, stratum)
    milder = HAZARD * np.array([1.0, 0.7])[:, np.newaxis, np.newaxis]
    after = event_times(50, arm, stratum, hazard=milder)
    np.testing.assert_array_equal(after[arm == 0], before[arm == 0])
    assert np.all(after[arm == 1] > before[arm == 1])


def test_an_event_at_a_cut_point_belongs_to_the_interval_before():
    assert invert(0.3, np.array([3.0]), np.array([0.1, 5.0])) == pytest.approx(3.0, abs=1e-12)
    assert invert(0.5, np.array([3.0]), np.array([0.1, 0.0])) == math.inf
    assert invert(1e-300, np.array([3.0]), np.array([0.0, 1.0])) == 3.0
