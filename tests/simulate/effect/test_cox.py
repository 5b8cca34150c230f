"""Cox regression against R, against the models' own, and at its limits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.survival.cox import cox
from simulate.effect.cox import BRESLOW, EFRON, FARTHEST, cox_fit, cox_score_z, cox_slope
from simulate.effect.log_rank import log_rank_z

TIES = {"breslow": BRESLOW, "efron": EFRON}
PLAIN = ["no_ties", "day_grid", "month_grid", "heavy_ties", "large", "opposite_effect"]
PLAIN += ["median_not_reached", "flat_at_half", "events_and_censorings_tied"]
PLAIN += ["lung", "veteran", "ovarian", "aml", "gbsg"]
STRATIFIED = ["simulated_no_ties", "simulated_month_grid", "simulated_small_strata"]
STRATIFIED += ["lung", "veteran", "ovarian", "gbsg", "colon_deaths"]
ITERATED = 1e-6


def check(rows, sets, name, ties):
    fit = cox_fit(rows.table, rows.count, TIES[ties])
    assert fit.log_hr == pytest.approx(sets.answers[name, f"cox_log_hr_{ties}"], abs=ITERATED)
    expected = sets.answers[name, f"cox_standard_error_{ties}"]
    assert fit.standard_error == pytest.approx(expected, abs=ITERATED)


@pytest.mark.parametrize("ties", TIES)
@pytest.mark.parametrize("cut", [False, True])
@pytest.mark.parametrize("name", PLAIN)
def test_it_is_that_of_r(plain_sets, seen_data, risk_table, name, cut, ties):
    data = plain_sets.data[name]
    rows = risk_table(seen_data(data["time"], data["event"], data["arm"], cut=cut))
    check(rows, plain_sets, name, ties)


@pytest.mark.parametrize("ties", TIES)
@pytest.mark.parametrize("name", STRATIFIED)
def test_the_stratified_fit_is_that_of_r(stratified_sets, seen_data, risk_table, name, ties):
    data = stratified_sets.data[name]
    seen = seen_data(data["time"], data["event"], data["arm"], data["stratum"])
    check(risk_table(seen, strata=data["stratum"].max() + 1), stratified_sets, name, ties)


TIMES = st.one_of(st.integers(1, 10).map(float), st.floats(0.0625, 50.0, width=32))
DATA = st.lists(
    st.tuples(TIMES, st.booleans(), st.integers(0, 1), st.integers(0, 2)), min_size=2, max_size=50
)


def columns(rows):
    return tuple(np.array(column) for column in zip(*rows, strict=True))


@given(DATA, st.sampled_from(sorted(TIES)))
def test_it_is_that_of_the_models(seen_data, risk_table, rows, ties):
    """Not a number wherever theirs is not finite."""
    time, event, arm, _ = columns(rows)
    here = risk_table(seen_data(time, event, arm))
    fit = cox_fit(here.table, here.count, TIES[ties])
    own = cox(time, event, arm, ties=ties)
    if own.finite:
        assert fit.log_hr == pytest.approx(own.log_hr, abs=1e-8)
        assert fit.standard_error == pytest.approx(own.standard_error, rel=1e-7)
    else:
        assert math.isnan(fit.log_hr)
        assert math.isnan(fit.standard_error)


@given(DATA, st.sampled_from(sorted(TIES)), st.floats(-3.0, 3.0))
def test_the_stratified_score_is_that_of_plain_numpy(
    reference, seen_data, risk_table, rows, ties, log_hr
):
    time, event, arm, stratum = columns(rows)
    here = risk_table(seen_data(time, event, arm, stratum), strata=3)
    slope = cox_slope(log_hr, here.table, here.count, TIES[ties])
    plain = reference.cox_score(log_hr, time, event, arm, stratum, ties)
    assert slope.score == pytest.approx(plain.score, abs=1e-9)
    assert slope.information == pytest.approx(plain.information, rel=1e-9, abs=1e-9)


@given(DATA, st.sampled_from(sorted(TIES)))
def test_swapping_the_arms_inverts_the_ratio(seen_data, risk_table, rows, ties):
    time, event, arm, _ = columns(rows)
    plain, swapped = (risk_table(seen_data(time, event, a)) for a in (arm, 1 - arm))
    fit = cox_fit(plain.table, plain.count, TIES[ties])
    inverted = cox_fit(swapped.table, swapped.count, TIES[ties])
    assert inverted.log_hr == pytest.approx(-fit.log_hr, abs=1e-8, nan_ok=True)


def test_without_ties_the_score_test_is_the_log_rank_test(plain_sets, seen_data, risk_table):
    data = plain_sets.data["large"]
    rows = risk_table(seen_data(data["time"], data["event"], data["arm"]))
    z = log_rank_z(rows.table, rows.count)
    for ties in TIES.values():
        assert cox_score_z(rows.table, rows.count, ties) == pytest.approx(z, rel=1e-12)


def test_the_score_z_is_that_of_the_score(plain_sets, reference, seen_data, risk_table):
    data = plain_sets.data["heavy_ties"]
    columns = data["time"].to_numpy(), data["event"].to_numpy(bool), data["arm"].to_numpy()
    rows = risk_table(seen_data(*columns))
    for ties, code in TIES.items():
        plain = reference.cox_score(0.0, *columns, ties=ties)
        expected = -plain.score / math.sqrt(plain.information)
        assert cox_score_z(rows.table, rows.count, code) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("log_hr", [-8.0, -3.0, 3.0, 8.0])
@pytest.mark.parametrize("control", [10, 1_000])
def test_newton_reaches_estimates_far_from_nothing(seen_data, risk_table, log_hr, control):
    """Exponential quantiles of both arms, so the estimate is near the truth, however far."""
    share = (np.arange(control) + 0.5) / control
    times = -np.log1p(-share)
    arm = np.repeat([0, 1], control)
    both = np.concatenate([times, times * math.exp(-log_hr)])
    own = cox(both, np.ones(2 * control, bool), arm)
    rows = risk_table(seen_data(both, np.ones(2 * control), arm))
    fit = cox_fit(rows.table, rows.count, BRESLOW)
    if own.finite and abs(own.log_hr) < FARTHEST:
        assert fit.log_hr == pytest.approx(own.log_hr, abs=1e-8)
        assert fit.standard_error == pytest.approx(own.standard_error, rel=1e-7)
    else:
        assert math.isnan(fit.log_hr)


@pytest.mark.parametrize("ties", TIES.values())
@pytest.mark.parametrize(
    ("event", "arm"),
    [
        ([0, 0, 0], [0, 1, 1]),
        ([1, 1, 1], [0, 0, 0]),
        ([1, 0, 0], [1, 0, 0]),
        ([1, 0, 0], [0, 1, 1]),
    ],
)
def test_without_a_maximum_it_is_not_a_number(seen_data, risk_table, event, arm, ties):
    rows = risk_table(seen_data([1.0, 2.0, 3.0], event, arm))
    fit = cox_fit(rows.table, rows.count, ties)
    assert math.isnan(fit.log_hr)
    assert math.isnan(fit.standard_error)
