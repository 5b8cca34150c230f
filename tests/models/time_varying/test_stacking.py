"""Scores and stacking weights of models, and their standard errors over patients and sets."""

import numpy as np
import pytest
from scipy.optimize import minimize

from models.time_varying.leave_one_out import LeftOut
from models.time_varying.stacking import (
    compare_left_out,
    pool_sets,
    stacking_errors,
    stacking_weights,
)

GOOD, BAD = np.array([-1.0, -2.0, -3.0]), np.array([-1.5, -2.0, -3.7])


def left_out(*values):
    return [LeftOut(value, np.zeros(len(value)), 0) for value in values]


def test_stacking_finds_the_mixture():
    """Half of the patients are foretold by one model alone, half by the other."""
    density = np.log(np.array([[0.9, 0.1]] * 30 + [[0.1, 0.9]] * 30))
    np.testing.assert_allclose(stacking_weights(density), [0.5, 0.5], atol=1e-6)
    better = np.log(np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3]]))
    np.testing.assert_allclose(stacking_weights(better), [1.0, 0.0], atol=1e-3)


def test_weights_are_those_of_a_general_optimiser():
    density = np.random.default_rng(1).normal(-2, 0.8, (60, 3))

    def loss(free):
        weight = np.exp([0.0, *free])
        return -np.log(np.exp(density) @ (weight / weight.sum())).sum()

    found = np.exp([0.0, *minimize(loss, np.zeros(2)).x])
    np.testing.assert_allclose(stacking_weights(density), found / found.sum(), atol=1e-4)


def test_errors_of_weights_are_their_spread_over_samples():
    """Weights of 400 samples of 200 patients: their spread to 25% (4 SE of it are 14%)."""
    rng = np.random.default_rng(3)

    def sample():
        first = rng.random(200) < 0.5
        return np.log(np.where(first[:, None], [0.7, 0.3], [0.3, 0.7]))

    spread = np.std([stacking_weights(sample())[0] for _ in range(400)], ddof=1)
    said = np.mean([stacking_errors(sample(), rng=rng)[0] for _ in range(10)])
    assert said == pytest.approx(spread, rel=0.25), (said, spread)


def test_models_are_compared_by_what_they_foretell():
    scores = {"good": left_out(GOOD), "bad": left_out(BAD)}
    found = compare_left_out(scores, rng=np.random.default_rng(1)).set_index("kind")
    assert found.loc["good", "difference"] == 0.0
    assert found.loc["bad", "difference"] == pytest.approx(-1.2)
    assert found.loc["bad", "se_difference"] == pytest.approx(
        np.sqrt(3) * np.std([-0.5, 0.0, -0.7], ddof=1)
    )
    assert found["stacking"].sum() == pytest.approx(1.0)


def test_sets_that_differ_widen_the_errors():
    twice = {"good": left_out(GOOD, GOOD), "bad": left_out(BAD, BAD)}
    once = {"good": left_out(GOOD), "bad": left_out(BAD)}
    apart = {"good": left_out(GOOD, GOOD), "bad": left_out(BAD, BAD - 1.0)}
    same, single, wider = (
        compare_left_out(scores, rng=np.random.default_rng(1)).set_index("kind")
        for scores in (twice, once, apart)
    )
    assert same.loc["bad", "se_difference"] == pytest.approx(single.loc["bad", "se_difference"])
    assert wider.loc["bad", "difference"] == pytest.approx(-1.2 - 1.5)
    between = np.var([-1.2, -4.2], ddof=1)
    assert wider.loc["bad", "se_difference"] ** 2 == pytest.approx(
        single.loc["bad", "se_difference"] ** 2 + 1.5 * between
    )
    assert pool_sets([[2.0]], [[9.0]]).standard_error.tolist() == [3.0]
