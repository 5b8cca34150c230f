"""Monte Carlo error of trials within draws, against repeats and plain formulas."""

import numpy as np
import pytest

from simulate.assurance.nested import nested_mean, ratio_mcse

DRAWS, TRIALS, REPEATS = 80, 3, 4000


def _trials(rng, draws=DRAWS, trials=TRIALS):
    power = rng.beta(2.0, 1.0, draws)
    return power, rng.random((draws, trials)) < power[:, np.newaxis]


def test_error_and_its_parts_are_those_of_repeats():
    """Beta(2, 1): variance 1/18 over draws, mean variance of a trial 1/6."""
    rng = np.random.default_rng(1)
    found = [nested_mean(_trials(rng)[1]) for _ in range(REPEATS)]
    values = np.array([one.value for one in found])
    squares = np.array([[one.mcse**2, one.mcse_draws**2, one.mcse_trials**2] for one in found])
    spread = values.var(ddof=1)
    error = spread * np.sqrt(2 / REPEATS)
    assert abs(squares[:, 0].mean() - spread) < 4 * error, (squares[:, 0].mean(), spread, error)
    truth = np.array([1 / 18 / DRAWS, 1 / 6 / DRAWS / TRIALS])
    parts, error = squares[:, 1:].mean(axis=0), squares[:, 1:].std(axis=0) / np.sqrt(REPEATS)
    assert (np.abs(parts - truth) < 4 * error + 1e-6).all(), (parts, truth, error)
    assert np.mean([one.between for one in found]) == pytest.approx(1 / 18, rel=0.02)
    assert np.mean([one.within for one in found]) == pytest.approx(1 / 6, rel=0.01)


def test_weighted_error_is_that_of_repeats():
    """Draws of Beta(2, 1) weighed to the uniform: 1 / power; mean one half."""
    rng = np.random.default_rng(2)
    found = []
    for _ in range(REPEATS):
        power, success = _trials(rng)
        # Powers near 0 carry most of the weight; without them the weights have a variance.
        found.append(nested_mean(success, weights=1.0 / np.maximum(power, 0.2)))
    values = np.array([one.value for one in found])
    mean, spread = np.mean([one.mcse**2 for one in found]), values.var(ddof=1)
    assert mean == pytest.approx(spread, rel=0.1), (mean, spread)


def test_dependent_draws_raise_the_part_of_the_draws_alone():
    success = _trials(np.random.default_rng(3))[1]
    alone, dependent = nested_mean(success), nested_mean(success, dependence=4.0)
    assert dependent.mcse_draws == pytest.approx(2 * alone.mcse_draws, rel=1e-12)
    assert dependent.mcse_trials == alone.mcse_trials
    assert dependent.value == alone.value


def test_ratio_error_is_that_of_repeats():
    rng = np.random.default_rng(4)
    ratios, errors = [], []
    for _ in range(REPEATS):
        power, success = _trials(rng)
        share, good = success.mean(axis=1), power > 0.5
        ratios.append((good * share).sum() / share.sum())
        errors.append(ratio_mcse(good * share, share))
    mean, spread = np.mean(np.square(errors)), np.var(ratios, ddof=1)
    assert mean == pytest.approx(spread, rel=0.1), (mean, spread)


@pytest.mark.parametrize("outcome", [0.0, 1.0])
def test_trials_that_all_agree_are_not_certain(outcome):
    found = nested_mean(np.full((50, 4), outcome))
    assert found.value == outcome
    assert found.mcse == pytest.approx(np.sqrt(1 / 200 * 199 / 200 / 200), rel=1e-9)


def test_a_ratio_to_nothing_has_no_error():
    assert np.isnan(ratio_mcse([0.0, 0.0], [0.0, 0.0]))


@pytest.mark.parametrize("shape", [(1, 5), (5, 1)])
def test_one_draw_or_one_trial_cannot_be_split(shape):
    with pytest.raises(ValueError, match="at least 2 draws and 2 trials"):
        nested_mean(np.zeros(shape))
