"""Weighted log-rank tests against R, against plain numpy, and at their limits."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulate.effect.log_rank import log_rank_score, log_rank_z
from simulate.effect.weighted_log_rank import fill_weighted_scores, fill_z, new_weighted_state
from simulate.effect.weights import (
    capped_inverse,
    fleming_harrington,
    modestly_weighted,
    pack_weights,
)

PLAIN = ["no_ties", "day_grid", "month_grid", "heavy_ties", "large", "opposite_effect"]
PLAIN += ["median_not_reached", "flat_at_half", "events_and_censorings_tied"]
PLAIN += ["lung", "veteran", "ovarian", "aml", "gbsg"]
STRATIFIED = ["simulated_no_ties", "simulated_month_grid", "simulated_small_strata"]
STRATIFIED += ["lung", "veteran", "ovarian", "gbsg", "colon_deaths"]
FLEMING_HARRINGTON = {
    "fh_0_0": (0, 0),
    "fh_1_0": (1, 0),
    "fh_0_1": (0, 1),
    "fh_1_1": (1, 1),
    "fh_half_half": (0.5, 0.5),
    "fh_0_2": (0, 2),
}
NAMES = [*FLEMING_HARRINGTON, "modest", "capped_2"]
EXACT = 1e-9


def components(s_star):
    """In the order of `NAMES`."""
    powers = [fleming_harrington(*pair) for pair in FLEMING_HARRINGTON.values()]
    return pack_weights(*powers, modestly_weighted(s_star), capped_inverse(2.0))


def computed(rows, weights, *, strata=1):
    """Scores, covariance, z and correlation; what the arrays held before does not matter."""
    size = weights.kind.size
    score, z = np.full((2, size), 7.0)
    covariance, correlation = np.full((2, size, size), 7.0)
    state = new_weighted_state(strata, size)
    fill_weighted_scores(rows.table, rows.count, weights, state, score, covariance)
    fill_z(score, covariance, z, correlation)
    return SimpleNamespace(score=score, covariance=covariance, z=z, correlation=correlation)


def check(rows, answers, *, strata=1):
    s_star = next(at for (_, quantity, at) in answers if quantity == "score_modest")
    found = computed(rows, components(s_star), strata=strata)
    for i, first in enumerate(NAMES):
        expected = answers["", f"score_{first}", s_star]
        assert found.score[i] == pytest.approx(expected, rel=EXACT, abs=EXACT)
        for j, second in enumerate(NAMES[i:], start=i):
            expected = answers["", f"covariance_{first}_and_{second}", s_star]
            assert found.covariance[i, j] == pytest.approx(expected, rel=EXACT)
            assert found.covariance[j, i] == found.covariance[i, j]


def check_survdiff(rows, answers, *, strata=1):
    rhos = (0.0, 0.5, 1.0)
    weights = pack_weights(*(fleming_harrington(rho, 0) for rho in rhos))
    found = computed(rows, weights, strata=strata)
    for i, rho in enumerate(rhos):
        score = answers["", "survdiff_score", rho]
        assert found.score[i] == pytest.approx(score, rel=EXACT, abs=EXACT)
        variance = answers["", "survdiff_variance", rho]
        assert found.covariance[i, i] == pytest.approx(variance, rel=EXACT)
        assert found.z[i] ** 2 == pytest.approx(answers["", "survdiff_chisq", rho], rel=EXACT)
        assert found.z[i] * score < 0


@pytest.mark.parametrize("cut", [False, True])
@pytest.mark.parametrize("name", PLAIN)
def test_it_is_that_of_r(plain_sets, late_effects, seen_data, risk_table, name, cut):
    data, answers = plain_sets.data[name], late_effects["plain", name]
    rows = risk_table(seen_data(data["time"], data["event"], data["arm"], cut=cut))
    check(rows, answers)
    check_survdiff(rows, answers)


@pytest.mark.parametrize("name", STRATIFIED)
def test_the_stratified_test_is_that_of_r(
    stratified_sets, late_effects, seen_data, risk_table, name
):
    """Each stratum's weights follow its own curve."""
    data, answers = stratified_sets.data[name], late_effects["stratified", name]
    seen = seen_data(*(data[column] for column in ("time", "event", "arm", "stratum")))
    strata = data["stratum"].max() + 1
    rows = risk_table(seen, strata=strata)
    check(rows, answers, strata=strata)
    check_survdiff(rows, answers, strata=strata)


def test_every_answer_of_r_is_used(late_effects):
    names = [("plain", name) for name in PLAIN] + [("stratified", name) for name in STRATIFIED]
    assert sorted(late_effects) == sorted(names)


TIMES = st.one_of(st.integers(1, 12).map(float), st.floats(0.0625, 50.0, width=32))
DATA = st.lists(
    st.tuples(TIMES, st.booleans(), st.integers(0, 1), st.integers(0, 2)), min_size=2, max_size=40
)


def columns(rows):
    return tuple(np.array(column) for column in zip(*rows, strict=True))


def plain_survival(time, event, months, *, before):
    """Kaplan–Meier just before, or at, some months."""
    value = 1.0
    for moment in np.unique(time[event]):
        if moment < months or (moment == months and not before):
            value *= 1 - (event & (time == moment)).sum() / (time >= moment).sum()
    return value


def plain_weights(s, at_star):
    powers = [s**rho * (1 - s) ** gamma for rho, gamma in FLEMING_HARRINGTON.values()]
    return np.array([*powers, 1 / max(s, at_star), min(1 / s, 2.0)])


def plain_sums(time, event, arm, s_star):
    """Scores and covariances by permutation of the labels in each two-by-two table."""
    score, covariance = np.zeros(len(NAMES)), np.zeros((len(NAMES), len(NAMES)))
    at_star = plain_survival(time, event, s_star, before=False)
    for moment in np.unique(time[event]):
        w = plain_weights(plain_survival(time, event, moment, before=True), at_star)
        at_risk, died = time >= moment, event & (time == moment)
        n, n_rt, d = at_risk.sum(), (at_risk & (arm == 1)).sum(), died.sum()
        score += w * ((died & (arm == 1)).sum() - d * n_rt / n)
        if n > 1:
            variance = d * n_rt * (n - n_rt) * (n - d) / (n * n * (n - 1))
            covariance += variance * np.outer(w, w)
    return score, covariance


@given(DATA, st.one_of(st.integers(0, 12).map(float), st.floats(0.0, 50.0)))
def test_it_is_that_of_plain_numpy(seen_data, risk_table, rows, s_star):
    time, event, arm, stratum = columns(rows)
    for strata, cells in ((1, np.zeros_like(stratum)), (3, stratum)):
        here = risk_table(seen_data(time, event, arm, stratum), strata=0 if strata == 1 else 3)
        found = computed(here, components(s_star), strata=strata)
        parts = [
            plain_sums(*(c[cells == s] for c in (time, event, arm)), s_star) for s in (0, 1, 2)
        ]
        score, covariance = (sum(column) for column in zip(*parts, strict=True))
        np.testing.assert_allclose(found.score, score, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(found.covariance, covariance, rtol=1e-9, atol=1e-10)


@given(DATA)
def test_equal_weights_give_the_log_rank_test(seen_data, risk_table, rows):
    time, event, arm, stratum = columns(rows)
    equal = pack_weights(fleming_harrington(0, 0), modestly_weighted(0.0), capped_inverse(1.0))
    for strata in (0, 3):
        here = risk_table(seen_data(time, event, arm, stratum), strata=strata)
        plain = log_rank_score(here.table, here.count)
        found = computed(here, equal, strata=max(strata, 1))
        np.testing.assert_allclose(found.score, plain.observed_minus_expected, atol=1e-13)
        np.testing.assert_allclose(np.diag(found.covariance), plain.variance, rtol=1e-13)
        z = log_rank_z(here.table, here.count)
        np.testing.assert_allclose(found.z, [z] * 3, rtol=1e-12, atol=1e-12)
        one = 1.0 if plain.variance > 0 else math.nan
        np.testing.assert_allclose(found.correlation, np.full((3, 3), one), rtol=1e-15)


@given(DATA)
def test_swapping_the_arms_turns_the_signs(seen_data, risk_table, rows):
    time, event, arm, _ = columns(rows)
    plain, swapped = (
        computed(risk_table(seen_data(time, event, a)), components(6.0)) for a in (arm, 1 - arm)
    )
    np.testing.assert_allclose(swapped.score, -plain.score, atol=1e-9)
    np.testing.assert_allclose(swapped.covariance, plain.covariance, atol=1e-9)


def test_the_weights_of_s_and_of_its_rest_add_to_the_log_rank_test(
    plain_sets, seen_data, risk_table
):
    data = plain_sets.data["large"]
    rows = risk_table(seen_data(data["time"], data["event"], data["arm"]))
    found = computed(rows, components(12.0))
    assert found.score[1] + found.score[2] == pytest.approx(found.score[0], rel=1e-12)


@pytest.mark.parametrize(
    ("event", "arm"), [([0, 0, 0], [0, 1, 1]), ([1, 1, 1], [0, 0, 0]), ([1, 1, 1], [1, 1, 1])]
)
def test_without_variance_z_is_not_a_number(seen_data, risk_table, event, arm):
    found = computed(risk_table(seen_data([1.0, 2.0, 3.0], event, arm)), components(2.0))
    assert np.isnan(found.z).all()
    assert np.isnan(found.correlation).all()


def test_at_one_time_only_late_weights_have_no_variance(seen_data, risk_table):
    """All tied at the start, where 1 − S is 0."""
    rows = risk_table(seen_data([1.0] * 6, [1, 0, 1, 0, 0, 1], [0, 1, 0, 1, 0, 1]))
    found = computed(rows, pack_weights(fleming_harrington(0, 0), fleming_harrington(0, 1)))
    assert math.isfinite(found.z[0])
    assert math.isnan(found.z[1])
    assert found.correlation[0, 0] == 1.0
    assert np.isnan(found.correlation[1]).all()


def test_late_separation_counts_more_where_weights_are_late(seen_data, risk_table):
    """Arms die alike at first; later only control does."""
    time = np.array([1, 1, 2, 2, 3, 3, 7, 8, 9, 10, 11, 20, 20, 20, 20, 20.0])
    event = np.array([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0])
    arm = np.array([0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
    found = computed(risk_table(seen_data(time, event, arm)), components(6.0))
    equal, early, late = found.z[:3]
    assert 0 < early < equal < late
    assert equal < found.z[NAMES.index("modest")]
