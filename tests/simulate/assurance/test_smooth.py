"""Power by a probit model: its maximum, its limits, and spread without the noise of trials."""

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_ndtr, ndtr

from simulate.assurance.effect import DrawEffects
from simulate.assurance.smooth import RIDGE, smooth_power


def _effects(log_hr, log_hazard=None):
    level = np.zeros_like(log_hr) if log_hazard is None else log_hazard
    return DrawEffects(log_hr[:, np.newaxis], level[:, np.newaxis])


def test_the_fit_is_the_maximum_that_an_optimiser_finds():
    rng = np.random.default_rng(6)
    log_hr, level = rng.normal(-0.4, 0.3, 300), rng.normal(0, 0.2, 300)
    wins = rng.random((300, 2)) < ndtr(-0.5 - 4 * log_hr + level)[:, np.newaxis]
    found = smooth_power(wins, _effects(log_hr, level))
    raw = np.stack([log_hr, log_hr**2, level], axis=-1)
    columns = np.column_stack([np.ones(300), (raw - raw.mean(axis=0)) / raw.std(axis=0)])
    count = wins.sum(axis=1)

    def loss(at):
        linear = columns @ at
        value = count @ log_ndtr(linear) + (2 - count) @ log_ndtr(-linear)
        return -value + 0.5 * RIDGE * at[1:] @ at[1:]

    best = minimize(loss, np.zeros(4), method="BFGS", options={"gtol": 1e-8})
    np.testing.assert_allclose(found.coefficients, best.x, atol=1e-5)


def test_the_spread_of_power_is_found_with_two_trials_a_draw():
    """5,000 draws of two trials: power is known to about 0.01 on average."""
    rng = np.random.default_rng(7)
    log_hr = rng.normal(-0.4, 0.3, 5000)
    power = ndtr(-1.96 - 8 * log_hr)
    wins = rng.random((5000, 2)) < power[:, np.newaxis]
    found = smooth_power(wins, _effects(log_hr)).power(_effects(log_hr))
    assert np.abs(found - power).mean() < 0.01, np.abs(found - power).mean()
    assert abs(found.std() - power.std()) < 0.01, (found.std(), power.std())
    assert wins.mean(axis=1).std() > power.std() + 0.03


def test_all_trials_succeed():
    log_hr = np.linspace(-1, -0.5, 50)
    found = smooth_power(np.ones((50, 2)), _effects(log_hr)).power(_effects(log_hr))
    assert np.isfinite(found).all()
    assert found.min() > 0.9


def test_one_column_that_never_changes_is_left_out():
    log_hr = np.full(50, -0.5)
    wins = np.arange(100).reshape(50, 2) % 4 == 0
    found = smooth_power(wins, _effects(log_hr)).power(_effects(log_hr))
    np.testing.assert_allclose(found, 0.25, rtol=1e-6)
