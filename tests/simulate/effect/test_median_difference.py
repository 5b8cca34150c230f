"""Medians with their limits against R, the interval of their difference, and their limits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.interval_estimate import Z_95
from models.survival.kaplan_meier import kaplan_meier, median_time
from simulate.effect.median_difference import arm_median, median_difference

PLAIN = ["no_ties", "day_grid", "month_grid", "heavy_ties", "large", "opposite_effect"]
PLAIN += ["median_not_reached", "flat_at_half", "events_and_censorings_tied"]
PLAIN += ["lung", "veteran", "ovarian", "aml", "gbsg"]
TIMES = st.one_of(st.integers(1, 12).map(float), st.floats(0.0625, 50.0, width=32))
DATA = st.lists(st.tuples(TIMES, st.booleans(), st.integers(0, 1)), min_size=2, max_size=60)


@pytest.fixture(scope="module")
def medians(seen_data, risk_table):
    """Control, RT and their difference."""

    def of(time, event, arm):
        rows = risk_table(seen_data(time, event, arm))
        arms = [arm_median(rows.table, rows.count, a) for a in range(2)]
        return *arms, median_difference(rows.table, rows.count)

    return of


@pytest.mark.parametrize("name", PLAIN)
def test_medians_and_their_limits_are_those_of_r(plain_sets, late_effects, medians, name):
    data, answers = plain_sets.data[name], late_effects["plain", name]
    found = medians(data["time"], data["event"], data["arm"])
    for group, median in zip(("control", "rt"), found, strict=False):
        for own, name_in_r in (("estimate", ""), ("lower", "_lower"), ("upper", "_upper")):
            of_r = answers[group, f"median{name_in_r}", -1.0]
            assert getattr(median, own) == pytest.approx(of_r, rel=2e-15)
        for limit in ("lower", "upper"):
            survfit = answers[group, f"median_{limit}_survfit", -1.0]
            known = math.inf if math.isnan(survfit) else survfit
            assert getattr(median, limit) == pytest.approx(known, rel=2e-15)


def plain_median(time, event):
    """First times at which curve, lower and upper limit, log-log, are at most one half."""
    curve = kaplan_meier(time, event)
    died = curve.events > 0
    s, d, n = curve.survival[died], curve.events[died], curve.at_risk[died]
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(np.cumsum(d / (n * (n - d)))) / np.abs(np.log(s))
        middle = np.log(-np.log(s))
        limits = [np.exp(-np.exp(middle + sign * Z_95 * error)) for sign in (1, -1)]
    limits[0][s == 0], limits[1][s == 0] = 0.0, 1.0

    def first(values):
        reached = values <= 0.5
        return float(curve.time[died][np.argmax(reached)]) if reached.any() else math.inf

    return median_time(curve), *(first(limit) for limit in limits)


@given(DATA)
def test_they_are_those_of_plain_numpy(medians, rows):
    time, event, arm = (np.array(column) for column in zip(*rows, strict=True))
    *found, _ = medians(time, event, arm)
    for a, median in enumerate(found):
        if (arm == a).any():
            assert tuple(median) == plain_median(time[arm == a], event[arm == a])
        else:
            assert tuple(median) == (math.inf, math.inf, math.inf)


@given(DATA)
def test_the_interval_joins_those_of_the_arms(medians, rows):
    """Limits by MOVER; z is beyond 1.959964 exactly where the interval leaves out 0."""
    control, rt, found = medians(*(np.array(column) for column in zip(*rows, strict=True)))
    if max(control.estimate, rt.estimate) == math.inf:
        assert np.isnan(found).all()
        return
    value = rt.estimate - control.estimate
    assert found.value == value
    if math.isfinite(control.upper):
        down = math.hypot(rt.estimate - rt.lower, control.upper - control.estimate)
        assert found.lower == pytest.approx(value - down, abs=1e-12)
        if value > 0:
            assert (found.z >= Z_95) == (found.lower >= 0)
    else:
        assert math.isnan(found.lower)
        assert math.isnan(found.z) or value <= 0
    if math.isfinite(rt.upper):
        up = math.hypot(rt.upper - rt.estimate, control.estimate - control.lower)
        assert found.upper == pytest.approx(value + up, abs=1e-12)
        if value < 0:
            assert (found.z <= -Z_95) == (found.upper <= 0)
    else:
        assert math.isnan(found.upper)
        assert math.isnan(found.z) or value >= 0
    assert value != 0 or found.z == 0


@given(DATA)
def test_swapping_the_arms_turns_everything(medians, rows):
    time, event, arm = (np.array(column) for column in zip(*rows, strict=True))
    plain, swapped = medians(time, event, arm)[2], medians(time, event, 1 - arm)[2]
    turned = (-plain.value, -plain.upper, -plain.lower, -plain.z)
    assert tuple(swapped) == pytest.approx(turned, nan_ok=True)


def test_by_hand(medians):
    """A longer median with RT is a positive difference and z."""
    rng = np.random.default_rng(5)
    time = np.concatenate([rng.exponential(6.0, 150), rng.exponential(24.0, 150)])
    control, rt, found = medians(time, np.ones(300), np.repeat([0, 1], 150))
    assert control.lower < control.estimate < control.upper < rt.lower < rt.estimate < rt.upper
    assert 0 < found.lower < found.value < found.upper
    assert found.z > Z_95


def test_limits_that_touch_their_medians_make_z_infinite(medians):
    """All of an arm die at one time but for one at each end."""
    time = np.concatenate([[1.0], np.full(50, 5.0), [6.0], [2.0], np.full(50, 9.0), [12.0]])
    control, rt, found = medians(time, np.ones(104), np.repeat([0, 1], 52))
    assert (control.lower, control.estimate, control.upper) == (5.0, 5.0, 5.0)
    assert (rt.lower, rt.estimate, rt.upper) == (9.0, 9.0, 9.0)
    assert tuple(found) == (4.0, 4.0, 4.0, math.inf)


def test_without_events_nothing_is_reached(medians):
    *arms, found = medians([1.0, 2.0], [0, 0], [0, 1])
    assert [tuple(median) for median in arms] == [(math.inf,) * 3] * 2
    assert np.isnan(found).all()


def test_without_effect_z_is_too_large_as_often_as_it_should(medians):
    """2,000 trials of 300 with equal arms: a 97.5% limit, here held to 4 errors and 0.75%."""
    rng, beyond = np.random.default_rng(8), 0
    for _ in range(2_000):
        death = rng.exponential(12.0, 300)
        found = medians(np.minimum(death, 36.0), death <= 36.0, rng.permutation(300) % 2)[2]
        beyond += abs(found.z) >= Z_95
    share = beyond / 2_000
    tolerance = 4 * math.sqrt(0.05 * 0.95 / 2_000) + 0.0075
    assert abs(share - 0.05) < tolerance, f"{share} beyond 1.959964, wanted 0.05 ± {tolerance}"
