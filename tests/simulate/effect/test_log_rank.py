"""The log-rank test against R, against the models' own, and at its limits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.survival.log_rank import log_rank
from simulate.effect.log_rank import log_rank_score, log_rank_z

PLAIN = ["no_ties", "day_grid", "month_grid", "heavy_ties", "large", "opposite_effect"]
PLAIN += ["median_not_reached", "flat_at_half", "events_and_censorings_tied"]
PLAIN += ["lung", "veteran", "ovarian", "aml", "gbsg"]
STRATIFIED = ["simulated_no_ties", "simulated_month_grid", "simulated_small_strata"]
STRATIFIED += ["lung", "veteran", "ovarian", "gbsg", "colon_deaths"]
EXACT = 1e-8


def check(rows, sets, name):
    score = log_rank_score(rows.table, rows.count)
    answer = {quantity: value for (of, quantity), value in sets.answers.items() if of == name}
    expected = answer["log_rank_observed_treated"] - answer["log_rank_expected_treated"]
    assert score.observed_minus_expected == pytest.approx(expected, rel=EXACT)
    assert score.variance == pytest.approx(answer["log_rank_variance"], rel=EXACT)
    z = log_rank_z(rows.table, rows.count)
    assert z**2 == pytest.approx(answer["log_rank_chisq"], rel=EXACT)
    assert z * expected < 0


@pytest.mark.parametrize("cut", [False, True])
@pytest.mark.parametrize("name", PLAIN)
def test_it_is_that_of_r(plain_sets, seen_data, risk_table, name, cut):
    data = plain_sets.data[name]
    check(
        risk_table(seen_data(data["time"], data["event"], data["arm"], cut=cut)), plain_sets, name
    )


@pytest.mark.parametrize("cut", [False, True])
@pytest.mark.parametrize("name", STRATIFIED)
def test_the_stratified_test_is_that_of_r(stratified_sets, seen_data, risk_table, name, cut):
    data = stratified_sets.data[name]
    seen = seen_data(data["time"], data["event"], data["arm"], data["stratum"], cut=cut)
    check(risk_table(seen, strata=data["stratum"].max() + 1), stratified_sets, name)


def test_every_data_set_of_r_is_used(plain_sets, stratified_sets):
    assert sorted(plain_sets.data) == sorted(PLAIN)
    assert sorted(stratified_sets.data) == sorted(STRATIFIED)


TIMES = st.one_of(st.integers(1, 12).map(float), st.floats(0.0625, 50.0, width=32))
DATA = st.lists(
    st.tuples(TIMES, st.booleans(), st.integers(0, 1), st.integers(0, 2)), min_size=2, max_size=50
)


def columns(rows):
    return tuple(np.array(column) for column in zip(*rows, strict=True))


@given(DATA)
def test_it_is_that_of_the_models(seen_data, risk_table, rows):
    time, event, arm, _ = columns(rows)
    here = risk_table(seen_data(time, event, arm))
    own = log_rank(time, event, arm)
    score = log_rank_score(here.table, here.count)
    assert score.observed_minus_expected == pytest.approx(own.observed - own.expected, abs=1e-10)
    assert score.variance == pytest.approx(own.variance, rel=1e-10, abs=1e-14)
    z = log_rank_z(here.table, here.count)
    assert z == pytest.approx(own.z, rel=1e-8, abs=1e-8, nan_ok=True)


@given(DATA)
def test_the_stratified_test_is_the_sum_of_plain_numpy(reference, seen_data, risk_table, rows):
    time, event, arm, stratum = columns(rows)
    here = risk_table(seen_data(time, event, arm, stratum), strata=3)
    score = log_rank_score(here.table, here.count)
    sums = reference.log_rank_sums(time, event, arm, stratum)
    assert score.observed_minus_expected == pytest.approx(sums.observed - sums.expected, abs=1e-10)
    assert score.variance == pytest.approx(sums.variance, rel=1e-10, abs=1e-14)


@given(DATA)
def test_swapping_the_arms_turns_the_sign(seen_data, risk_table, rows):
    time, event, arm, _ = columns(rows)
    plain, swapped = (risk_table(seen_data(time, event, a)) for a in (arm, 1 - arm))
    z = log_rank_z(plain.table, plain.count)
    assert log_rank_z(swapped.table, swapped.count) == pytest.approx(-z, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize(
    ("event", "arm"), [([0, 0, 0], [0, 1, 1]), ([1, 1, 1], [0, 0, 0]), ([1, 1, 1], [1, 1, 1])]
)
def test_without_variance_it_is_not_a_number(seen_data, risk_table, event, arm):
    rows = risk_table(seen_data([1.0, 2.0, 3.0], event, arm))
    assert math.isnan(log_rank_z(rows.table, rows.count))


def test_fewer_rt_deaths_favour_rt(seen_data, risk_table):
    """Two against two: control dies at 1 and 2, RT at 3 and 4; E = 1/2 + 2/3 + 1 + 1."""
    rows = risk_table(seen_data([1.0, 2.0, 3.0, 4.0], [1, 1, 1, 1], [0, 0, 1, 1]))
    score = log_rank_score(rows.table, rows.count)
    assert score.observed_minus_expected == pytest.approx(2 - (1 / 2 + 2 / 3 + 1 + 1))
    assert score.variance == pytest.approx(1 / 4 + 2 / 9)
    assert log_rank_z(rows.table, rows.count) > 0
