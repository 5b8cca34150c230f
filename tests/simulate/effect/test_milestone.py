"""Differences at a milestone against R, against plain numpy, and at their limits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulate.effect.difference import difference_z, new_curve_summary
from simulate.effect.milestone import milestone_difference, milestone_log_log_z

PLAIN = ["no_ties", "day_grid", "month_grid", "heavy_ties", "large", "opposite_effect"]
PLAIN += ["median_not_reached", "flat_at_half", "events_and_censorings_tied"]
PLAIN += ["lung", "veteran", "ovarian", "aml", "gbsg"]
TIMES = st.one_of(st.integers(1, 12).map(float), st.floats(0.0625, 50.0, width=32))
DATA = st.lists(
    st.tuples(TIMES, st.booleans(), st.integers(0, 1), st.integers(0, 2)), min_size=2, max_size=40
)
MONTHS = st.one_of(st.integers(1, 12).map(float), st.floats(0.0625, 40.0, width=32))


@pytest.fixture(scope="module")
def compared(seen_data, risk_table, known_curves):
    """By `milestone_difference` or `milestone_log_log_z`, from columns and a month."""

    def of(kernel, time, event, arm, month, stratum=None, *, strata=1):
        seen = seen_data(time, event, arm, stratum)
        rows = risk_table(seen, strata=0 if strata == 1 else strata)
        known, work = known_curves(seen, strata=strata), new_curve_summary(strata)
        return kernel(rows.table, rows.count, month, known, work)

    return of


def log_log_z(values, errors):
    """By the delta method from survival and standard errors, control first."""
    logs = [math.log(s) for s in values]
    parts = [e / (s * l) for s, e, l in zip(values, errors, logs, strict=True)]  # noqa: E741
    return (math.log(-logs[0]) - math.log(-logs[1])) / math.hypot(*parts)


@pytest.mark.parametrize("name", PLAIN)
def test_it_is_that_of_r(plain_sets, late_effects, compared, name):
    """At months at which R has both arms; once a curve is 0, R has no standard error."""
    data, answers = plain_sets.data[name], late_effects["plain", name]
    columns = data["time"], data["event"], data["arm"]
    months = {at for (group, quantity, at) in answers if (group, quantity) == ("rt", "survival")}
    months &= {at for (group, _, at) in answers if group == "control"}
    assert months
    for at in months:
        values = [answers[arm, "survival", at] for arm in ("control", "rt")]
        errors = [answers[arm, "survival_standard_error", at] for arm in ("control", "rt")]
        found = compared(milestone_difference, *columns, at)
        assert found.value == pytest.approx(values[1] - values[0], abs=1e-12)
        if min(values) > 0 and max(values) < 1:
            assert found.standard_error == pytest.approx(math.hypot(*errors), rel=1e-10)
            z = compared(milestone_log_log_z, *columns, at)
            assert z == pytest.approx(log_log_z(values, errors), rel=1e-9, abs=1e-9)


def plain_survival(time, event, month):
    """Survival and Greenwood's variance; nothing if the curve is not known so far."""
    if time.size == 0 or (time.max() < month and not event[time == time.max()].all()):
        return None
    survival, total = 1.0, 0.0
    for moment in np.unique(time[event & (time <= month)]):
        deaths, at_risk = (event & (time == moment)).sum(), (time >= moment).sum()
        survival *= 1 - deaths / at_risk
        total += deaths / (at_risk * (at_risk - deaths)) if at_risk > deaths else 0.0
    return survival, survival**2 * total


@given(DATA, MONTHS, st.booleans())
def test_it_is_that_of_plain_numpy(compared, rows, month, stratified):
    time, event, arm, stratum = (np.array(column) for column in zip(*rows, strict=True))
    cells = stratum if stratified else np.zeros_like(stratum)
    strata = 3 if stratified else 1
    found = compared(milestone_difference, time, event, arm, month, cells, strata=strata)
    value = variance = 0.0
    for cell in np.unique(cells):
        share = (cells == cell).mean()
        who = [(cells == cell) & (arm == a) for a in range(2)]
        pair = [plain_survival(time[w], event[w], month) or (math.nan, math.nan) for w in who]
        value += share * (pair[1][0] - pair[0][0])
        variance += share**2 * (pair[0][1] + pair[1][1])
    assert found.value == pytest.approx(value, abs=1e-10, nan_ok=True)
    expected = math.sqrt(variance) if not math.isnan(value) else math.nan
    assert found.standard_error == pytest.approx(expected, rel=1e-8, abs=1e-10, nan_ok=True)


@given(DATA, MONTHS)
def test_the_log_log_test_is_that_of_plain_numpy(compared, rows, month):
    time, event, arm, _ = (np.array(column) for column in zip(*rows, strict=True))
    pair = [plain_survival(time[arm == a], event[arm == a], month) for a in range(2)]
    z = compared(milestone_log_log_z, time, event, arm, month)
    if None not in pair and all(1e-9 < survival < 1 for survival, _ in pair):
        values, errors = [s for s, _ in pair], [math.sqrt(v) for _, v in pair]
        assert z == pytest.approx(log_log_z(values, errors), rel=1e-8, abs=1e-8)
    else:
        assert math.isnan(z)


def test_by_hand(compared):
    """At 3 months half of control is alive and all of RT: sqrt(1/2 · 1/2 / 2)."""
    columns = [1.0, 4.0, 4.0, 5.0], [1, 1, 1, 1], [0, 0, 1, 1]
    found = compared(milestone_difference, *columns, 3.0)
    assert found == pytest.approx((0.5, math.sqrt(0.125)))
    assert difference_z(found) == pytest.approx(math.sqrt(2.0))
    assert math.isnan(compared(milestone_log_log_z, *columns, 3.0))


def test_an_event_at_the_milestone_counts(compared):
    found = compared(milestone_difference, [3.0, 4.0, 4.0, 5.0], [1, 1, 1, 1], [0, 0, 1, 1], 3.0)
    assert found.value == pytest.approx(0.5)


def test_better_survival_with_rt_makes_both_z_positive(compared):
    time, event = [1.0, 2, 3, 8, 9, 2, 8, 8, 9, 9], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    columns = time, event, np.repeat([0, 1], 5)
    assert difference_z(compared(milestone_difference, *columns, 5.0)) > 0
    assert compared(milestone_log_log_z, *columns, 5.0) > 0


def test_beyond_follow_up_it_is_not_a_number(compared):
    columns = [1.0, 3.0, 2.0, 9.0], [1, 0, 1, 0], [0, 0, 1, 1]
    assert math.isfinite(compared(milestone_difference, *columns, 3.0).value)
    assert math.isnan(compared(milestone_difference, *columns, 3.1).value)
    assert math.isnan(compared(milestone_log_log_z, *columns, 3.1))


def test_after_a_fall_to_nothing_it_is_defined(compared):
    found = compared(milestone_difference, [1.0, 3.0, 2.0, 9.0], [1, 1, 1, 0], [0, 0, 1, 1], 6.0)
    assert found.value == pytest.approx(0.5)
    assert found.standard_error == pytest.approx(math.sqrt(0.125))


@pytest.mark.parametrize("patients", [3, 49, 98])
def test_all_dying_at_once_leaves_nothing(compared, patients):
    """A quotient of equal counts is 1 to the bit, a product with an inverse need not be."""
    time, event = np.r_[np.full(patients, 2.0), 1.0, 9.0], np.r_[np.ones(patients + 1), 0]
    columns = time, event, np.r_[np.zeros(patients, int), 1, 1]
    assert compared(milestone_difference, *columns, 5.0).value == 0.5
    assert math.isnan(compared(milestone_log_log_z, *columns, 5.0))
