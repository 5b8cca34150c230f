"""MaxCombo: bounds, decisions, z's, and its size on permuted arms."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from simulate.effect.log_rank import log_rank_z
from simulate.effect.max_combo import (
    largest_z,
    max_combo_bounds,
    max_combo_p,
    max_combo_z,
)
from simulate.effect.weighted_log_rank import fill_weighted_scores, fill_z, new_weighted_state
from simulate.effect.weights import fleming_harrington, pack_weights

STANDARD = [(0, 0), (0, 1), (1, 0), (1, 1)]


def law(*powers):
    """Room and weights of these Fleming–Harrington components."""
    weights, size = pack_weights(*(fleming_harrington(*pair) for pair in powers)), len(powers)
    state = new_weighted_state(1, size)
    score, z = np.empty((2, size))
    covariance, correlation = np.empty((2, size, size))

    def standardised(rows):
        fill_weighted_scores(rows.table, rows.count, weights, state, score, covariance)
        fill_z(score, covariance, z, correlation)
        return largest_z(z), correlation.copy()

    return standardised


@st.composite
def correlations(draw):
    size = draw(st.integers(1, 4))
    rows = np.array(draw(st.lists(st.floats(0.01, 1.0), min_size=4 * size, max_size=4 * size)))
    rows = rows.reshape(size, 4)
    rows /= np.linalg.norm(rows, axis=1)[:, np.newaxis]
    matrix = rows @ rows.T
    np.fill_diagonal(matrix, 1.0)
    return np.minimum(matrix, 1.0)


@given(correlations(), st.floats(-2.0, 8.0))
def test_p_lies_between_its_bounds(correlation, largest):
    bounds = max_combo_bounds(largest, correlation.shape[0])
    assert bounds.lower == pytest.approx(ndtr(-largest), rel=1e-13)
    assert bounds.upper == pytest.approx(min(correlation.shape[0] * bounds.lower, 1), rel=1e-13)
    p = max_combo_p(largest, correlation)
    assert bounds.lower * (1 - 1e-6) <= p <= bounds.upper * (1 + 1e-6)


@pytest.mark.parametrize("largest", [-2.0, 0.0, 1.0, 2.5, 6.0, 20.0])
def test_z_is_the_quantile_of_p(largest):
    for size in (1, 2, 3, 4):
        correlation = np.full((size, size), 0.7) + 0.3 * np.eye(size)
        z, p = max_combo_z(largest, correlation), max_combo_p(largest, correlation)
        assert z <= largest
        assert ndtr(-z) == pytest.approx(p, rel=1e-9)
    assert max_combo_z(largest, np.eye(1)) == pytest.approx(largest, abs=1e-12)


def test_z_beyond_the_smallest_number_is_that_of_the_component():
    assert max_combo_z(45.0, np.eye(2)) == 45.0


def test_not_a_number_wherever_a_component_is():
    assert math.isnan(largest_z(np.array([1.0, math.nan])))
    assert largest_z(np.array([-3.0, -1.0])) == -1.0
    assert math.isnan(max_combo_z(math.nan, np.eye(2)))


def test_one_component_is_the_log_rank_test(plain_sets, seen_data, risk_table):
    data = plain_sets.data["lung"]
    rows = risk_table(seen_data(data["time"], data["event"], data["arm"]))
    largest, correlation = law((0, 0))(rows)
    assert max_combo_z(largest, correlation) == pytest.approx(
        log_rank_z(rows.table, rows.count), abs=1e-12
    )


def test_an_effect_against_rt_is_never_significant(plain_sets, seen_data, risk_table):
    data = plain_sets.data["opposite_effect"]
    rows = risk_table(seen_data(data["time"], data["event"], data["arm"]))
    assert max_combo_p(*law(*STANDARD)(rows)) > 0.5


@pytest.mark.parametrize("powers", [STANDARD[:2], STANDARD], ids=["two", "four"])
def test_size_where_the_arms_are_drawn_by_lot(seen_data, risk_table, powers):
    """2,000 trials of 300 patients: 5% and 20% rejected, to 4 standard errors and 0.5%."""
    rng, standardised = np.random.default_rng(12), law(*powers)
    found = []
    for _ in range(2_000):
        time = rng.exponential(12.0, 300)
        seen = seen_data(np.minimum(time, 24.0), time <= 24.0, rng.permutation(300) % 2)
        found.append(max_combo_p(*standardised(risk_table(seen))))
    for level in (0.05, 0.2):
        share = np.mean(np.array(found) <= level)
        tolerance = 4 * math.sqrt(level * (1 - level) / 2_000) + 0.005
        assert abs(share - level) < tolerance, f"{share} rejected at {level} ± {tolerance}"
