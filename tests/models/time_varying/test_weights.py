"""Weights and bridge where the answer is known: normal distributions, equal weights."""

import math

import numpy as np
import pytest

from models.time_varying.bridge import bridge
from models.time_varying.weights import draw_by_weight, weigh_patients


def test_equal_weights_are_worth_all_draws():
    found = weigh_patients(np.full((4, 100), -3.0), np.full((4, 100), -5.0))
    assert found.log_bayes_factor == pytest.approx(2.0)
    assert found.standard_error == 0.0
    assert found.effective_size == 400
    assert found.trusted(200)


def test_log_normal_weights_have_their_known_mean():
    """Of independent N(0, s²) log weights the mean is exp(s²/2); 40,000 draws."""
    log_weight = 0.8 * np.random.default_rng(3).normal(size=(4, 10_000))
    found = weigh_patients(log_weight, np.zeros_like(log_weight))
    exact, error = 0.32, math.sqrt(math.expm1(0.64) / 40_000)
    assert abs(found.log_bayes_factor - exact) < 4 * error, (
        f"40,000 draws: {found.log_bayes_factor:.4f}, exactly {exact}, SE {error:.4f}"
    )
    assert found.standard_error == pytest.approx(error, rel=0.15)
    assert found.effective_size == pytest.approx(40_000 * math.exp(-0.64), rel=0.15)


def test_slow_chains_count_for_less():
    """An autoregression of 0.9 is worth 1/19 of its draws."""
    rng = np.random.default_rng(4)
    steps = rng.normal(size=(4, 20_000)) * math.sqrt(1 - 0.81)
    chain = np.zeros_like(steps)
    for i in range(1, chain.shape[1]):
        chain[:, i] = 0.9 * chain[:, i - 1] + steps[:, i]
    slow = weigh_patients(0.3 * chain, np.zeros_like(chain))
    assert slow.effective_size == pytest.approx(80_000 / 19, rel=0.3)


def test_heavy_tails_are_not_trusted():
    log_weight = np.random.default_rng(5).exponential(1 / 0.9, size=(4, 2_000))
    found = weigh_patients(log_weight, np.zeros_like(log_weight))
    assert found.pareto_k > 0.7
    assert not found.trusted(1)


def test_sets_are_drawn_in_proportion():
    log_weight = np.log(np.array([[1.0, 2.0], [3.0, 4.0]]))
    chosen = draw_by_weight(log_weight, sets=1_000, rng=np.random.default_rng(1))
    assert np.abs(np.bincount(chosen) - [100, 200, 300, 400]).max() <= 1


@pytest.mark.parametrize("shift", [0.0, 1.5, -3.0])
def test_the_bridge_between_normals(shift):
    """Densities N(0, 1) and exp(shift) times N(2, 1): the ratio of their masses is exp(shift)."""
    rng = np.random.default_rng(6)
    below, above = rng.normal(size=(4, 5_000)), rng.normal(2.0, 1.0, size=(4, 2_000))
    log_weight = [shift + 2 * x - 2 for x in (below, above)]
    found = bridge(*log_weight)
    assert abs(found.log_bayes_factor - shift) < 4 * found.standard_error, (
        f"{found.log_bayes_factor:.3f} for {shift}, SE {found.standard_error:.4f}"
    )
    assert 0.0 < found.standard_error < 0.05
