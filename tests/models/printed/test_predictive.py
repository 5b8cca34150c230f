"""Tail probabilities of printed figures against closed form."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.printed import predictive_checks, predictive_table
from models.printed.predictive import SURPRISING, WORDS

NORMAL = NormalDist(12.0, 2.0)
QUANTILES = np.array([NORMAL.inv_cdf((i + 0.5) / 4000) for i in range(4000)])


def row_of(values, window, **options):
    return predictive_table({"median_rt": values}, {"median_rt": window}, **options).iloc[0]


@pytest.mark.parametrize("printed", [8.0, 12.0, 15.5])
def test_two_sided_tails_are_those_of_the_distribution(printed):
    """Drawn values are 4000 normal quantiles, so the tail is exact to one in 4000."""
    row = row_of(QUANTILES, (printed, printed + 1e-9))
    below = NORMAL.cdf(printed)
    exact = min(1.0, 2 * min(below, 1 - below))
    assert row["p"] == pytest.approx(exact, abs=2 / 4000)
    assert row["printed"] == pytest.approx(printed)
    assert row["lower"] == pytest.approx(NORMAL.inv_cdf(0.025), abs=0.01)
    assert row["median"] == pytest.approx(12.0, abs=0.01)
    assert row["upper"] == pytest.approx(NORMAL.inv_cdf(0.975), abs=0.01)


def test_a_bound_has_one_tail_only():
    """A lower bound is surprising only where the figures are likely to lie below it."""
    low = row_of(QUANTILES, (8.0, 100.0), at_least=("median_rt",))
    high = row_of(QUANTILES, (16.0, 100.0), at_least=("median_rt",))
    assert low["p"] == pytest.approx(1 - NORMAL.cdf(8.0), abs=1 / 4000)
    assert high["p"] == pytest.approx(1 - NORMAL.cdf(16.0), abs=1 / 4000)
    assert high["printed"] == 16.0


def test_the_error_is_that_of_a_share_doubled_where_the_tail_is():
    row = row_of(QUANTILES, (15.0, 15.0 + 1e-9))
    share = row["p"] / 2
    assert row["mcse_p"] == pytest.approx(2 * math.sqrt(share * (1 - share) / 4000))


def test_a_rounding_window_gives_the_printed_figure_the_benefit_of_the_doubt():
    assert row_of(np.full(10, 5.0), (4.995, 5.005))["p"] == 1.0
    assert row_of(np.full(10, 5.0), (5.005, 5.015))["p"] == 0.0


def test_trials_without_the_figure_do_not_count_and_infinite_ones_do():
    row = row_of(np.array([1.0, 2.0, math.nan, math.inf]), (1.5, 1.6))
    assert row["p"] == pytest.approx(2 / 3)
    assert row["upper"] == math.inf


def test_what_no_drawn_trial_has_is_not_judged():
    table = predictive_table({"ratio_of_medians": np.full(5, np.nan)}, {"ratio_of_medians": (1, 2)})
    assert table[["median", "lower", "upper", "p", "mcse_p"]].isna().all(axis=None)
    (check,) = predictive_checks(table, kind="prior")
    assert check.passed is None
    assert check.text == "printed 1.5, which no trial drawn from the prior has"


def test_figures_below_the_limit_are_surprising():
    windows = {"median_rt": (12.0, 12.1), "lower": (99.0, 99.1)}
    table = predictive_table({"median_rt": QUANTILES, "lower": QUANTILES}, windows)
    expected, surprising = predictive_checks(table, kind="posterior")
    assert (expected.passed, surprising.passed) == (True, False)
    assert surprising.name == "posterior predictive: lower limit of the hazard ratio"
    assert "printed 99.05" in surprising.text
    assert f"surprising below {SURPRISING}" in surprising.text
    assert table["unit"].tolist() == ["months", "ratio, control vs rt"]


def test_every_figure_that_can_be_printed_has_words():
    assert set(WORDS) >= {"median_control", "events_rt", "ratio_of_medians", "follow_up_maximum"}


@given(
    st.lists(st.floats(allow_nan=True), min_size=1, max_size=30).filter(
        lambda v: not all(map(math.isnan, v))
    ),
    st.floats(-1e6, 1e6),
    st.booleans(),
)
def test_tails_are_probabilities_whatever_is_drawn(values, low, bound):
    at_least = ("median_rt",) if bound else ()
    row = row_of(np.array(values), (low, low + 1.0), at_least=at_least)
    assert 0.0 <= row["p"] <= 1.0
    assert 0.0 <= row["mcse_p"] <= 1.0
    assert row["lower"] <= row["median"] <= row["upper"]
