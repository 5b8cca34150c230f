"""Differences of restricted means against R, against plain numpy, and at their limits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulate.effect.difference import difference_z, new_curve_summary
from simulate.effect.restricted_mean import restricted_mean_difference

PLAIN = ["no_ties", "day_grid", "month_grid", "heavy_ties", "large", "opposite_effect"]
PLAIN += ["median_not_reached", "flat_at_half", "events_and_censorings_tied"]
PLAIN += ["lung", "veteran", "ovarian", "aml", "gbsg"]
TIMES = st.one_of(st.integers(1, 12).map(float), st.floats(0.0625, 50.0, width=32))
DATA = st.lists(
    st.tuples(TIMES, st.booleans(), st.integers(0, 1), st.integers(0, 2)), min_size=2, max_size=40
)
HORIZONS = st.one_of(st.integers(1, 12).map(float), st.floats(0.0625, 40.0, width=32))


@pytest.fixture(scope="module")
def difference(seen_data, risk_table, known_curves):
    """From columns and a horizon; stratified if strata are given."""

    def of(time, event, arm, horizon, stratum=None, *, strata=1, cut=False):
        seen = seen_data(time, event, arm, stratum, cut=cut)
        rows = risk_table(seen, strata=0 if strata == 1 else strata)
        known, work = known_curves(seen, strata=strata), new_curve_summary(strata)
        return restricted_mean_difference(rows.table, rows.count, horizon, known, work)

    return of


@pytest.mark.parametrize("cut", [False, True])
@pytest.mark.parametrize("name", PLAIN)
def test_it_is_that_of_r(plain_sets, late_effects, difference, name, cut):
    """At horizons at which R has both arms."""
    data, answers = plain_sets.data[name], late_effects["plain", name]
    horizons = {at for (group, quantity, at) in answers if (group, quantity) == ("rt", "rmst")}
    horizons &= {at for (group, _, at) in answers if group == "control"}
    assert horizons
    for at in horizons:
        found = difference(data["time"], data["event"], data["arm"], at, cut=cut)
        value = answers["rt", "rmst", at] - answers["control", "rmst", at]
        errors = [answers[arm, "rmst_standard_error", at] for arm in ("control", "rt")]
        assert found.value == pytest.approx(value, rel=1e-9, abs=1e-9)
        assert found.standard_error == pytest.approx(math.hypot(*errors), rel=1e-9)


def plain_mean(time, event, horizon):
    """Restricted mean and its variance; nothing if the curve is not known so far."""
    last = time == time.max() if time.size else []
    if time.size == 0 or (time.max() < horizon and not event[last].all()):
        return None
    moments = np.unique(time[event & (time < horizon)])
    edges, survival, terms = [0.0, *moments, horizon], [1.0], []
    for moment in moments:
        deaths, at_risk = (event & (time == moment)).sum(), (time >= moment).sum()
        survival.append(survival[-1] * (1 - deaths / at_risk))
        terms.append(deaths / (at_risk * (at_risk - deaths)) if at_risk > deaths else 0.0)
    areas = np.diff(edges) * survival
    beyond = areas[::-1].cumsum()[::-1][1:]
    return areas.sum(), (beyond**2 * terms).sum()


def plain_difference(time, event, arm, stratum, horizon):
    value = variance = 0.0
    for cell in np.unique(stratum):
        share = (stratum == cell).mean()
        who = [(stratum == cell) & (arm == a) for a in range(2)]
        control, rt = (plain_mean(time[w], event[w], horizon) for w in who)
        if control is None or rt is None:
            return math.nan, math.nan
        value += share * (rt[0] - control[0])
        variance += share**2 * (rt[1] + control[1])
    return value, math.sqrt(variance)


@given(DATA, HORIZONS, st.booleans())
def test_it_is_that_of_plain_numpy(difference, rows, horizon, stratified):
    """Defined for the same data, too; strata without patients do not count."""
    time, event, arm, stratum = (np.array(column) for column in zip(*rows, strict=True))
    cells = stratum if stratified else np.zeros_like(stratum)
    found = difference(time, event, arm, horizon, cells, strata=3 if stratified else 1)
    value, error = plain_difference(time, event, arm, cells, horizon)
    assert found.value == pytest.approx(value, abs=1e-9, nan_ok=True)
    assert found.standard_error == pytest.approx(error, rel=1e-7, abs=1e-9, nan_ok=True)


@given(DATA, HORIZONS)
def test_swapping_the_arms_turns_the_sign(difference, rows, horizon):
    time, event, arm, _ = (np.array(column) for column in zip(*rows, strict=True))
    plain, swapped = (difference(time, event, a, horizon) for a in (arm, 1 - arm))
    assert swapped.value == pytest.approx(-plain.value, abs=1e-9, nan_ok=True)
    assert swapped.standard_error == pytest.approx(plain.standard_error, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("strata", [1, 3])
def test_by_stratum_where_all_are_alike(difference, strata):
    """Three copies of one trial as strata: the value of one, a third of the variance."""
    time = np.array([1.0, 2, 4, 7, 9, 3, 5, 6, 8, 10])
    event, arm = np.array([1, 1, 0, 1, 0, 1, 0, 1, 1, 0]), np.repeat([0, 1], 5)
    one = difference(time, event, arm, 8.0)
    copies = [np.tile(column, strata) for column in (time, event, arm)]
    cells = np.repeat(np.arange(strata), 10)
    found = difference(*copies, 8.0, cells, strata=strata)
    assert found.value == pytest.approx(one.value, rel=1e-12)
    expected = one.standard_error / math.sqrt(strata)
    assert found.standard_error == pytest.approx(expected, rel=1e-12)


def test_by_hand(difference):
    """Control dies at 1 and 3, RT at 2 and 4, horizon 4: means 2 and 3."""
    found = difference([1.0, 3.0, 2.0, 4.0], [1, 1, 1, 1], [0, 0, 1, 1], 4.0)
    assert found.value == pytest.approx(1.0)
    assert found.standard_error == pytest.approx(math.sqrt(0.5 + 0.5))
    assert difference_z(found) == pytest.approx(1.0)


def test_without_events_before_the_horizon_there_is_no_z(difference):
    found = difference([5.0, 6.0, 7.0], [0, 1, 0], [0, 1, 1], 4.0)
    assert found == (0.0, 0.0)
    assert math.isnan(difference_z(found))


@pytest.mark.parametrize(
    ("event", "defined"), [([1, 1, 1, 0], True), ([1, 0, 1, 0], False), ([1, 1, 0, 0], True)]
)
def test_it_is_defined_where_the_curves_are_known(difference, event, defined):
    """Control ends at 3 with or without an event, RT is followed to 9; horizon 9."""
    found = difference([1.0, 3.0, 2.0, 9.0], event, [0, 0, 1, 1], 9.0)
    assert math.isnan(found.value) != defined
    assert math.isnan(found.standard_error) != defined
    assert math.isnan(difference_z(found)) != defined


def test_an_arm_without_patients_leaves_it_undefined(difference):
    assert math.isnan(difference([1.0, 3.0], [1, 1], [0, 0], 2.0).value)


def test_its_standard_error_is_the_spread_of_the_difference(difference):
    """1,500 trials of 200; the mean z² is 1 to 4 standard errors, the mean difference the truth."""
    rng, horizon = np.random.default_rng(3), 12.0
    arm, rate = np.repeat([0, 1], 100), np.repeat([0.1, 0.06], 100)
    truth = (1 - math.exp(-0.06 * 12)) / 0.06 - (1 - math.exp(-0.1 * 12)) / 0.1
    z = []
    for _ in range(1_500):
        death, end = rng.exponential(1 / rate), rng.uniform(6.0, 30.0, 200)
        found = difference(np.minimum(death, end), death <= end, arm, horizon)
        z.append((found.value - truth) / found.standard_error)
    z = np.array(z)
    mean, square = z.mean(), (z**2).mean()
    assert abs(mean) < 4 / math.sqrt(1_500), f"mean z {mean}"
    assert abs(square - 1) < 4 * math.sqrt(2 / 1_500) + 0.02, f"mean z² {square}"
