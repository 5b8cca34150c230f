import numpy as np
import pytest
from arviz_stats.base import array_stats

from models.chain_diagnostics import (
    diagnose_chains,
    ess_mean,
    mcse_mean,
    mcse_quantile,
    quantile_error,
)

AXES = {"chain_axis": 0, "draw_axis": 1}


def autoregressive(rho, *, chains=4, draws=500, quantities=6, seed=0):
    noise = np.random.default_rng(seed).normal(size=(chains, draws, quantities))
    values = noise.copy()
    for i in range(1, draws):
        values[:, i] = rho * values[:, i - 1] + np.sqrt(1 - rho**2) * noise[:, i]
    return values


CASES = {
    "independent": autoregressive(0.0),
    "slow": autoregressive(0.8, draws=1000),
    "alternating": autoregressive(-0.5),
    "odd length": autoregressive(0.5, chains=3, draws=333),
    "counts with ties": np.round(autoregressive(0.7, seed=2)),
    "chains apart": autoregressive(0.3) + 0.1 * np.arange(4)[:, np.newaxis, np.newaxis],
}


# Sequences that never turn negative before they end are closed differently: up to 2% of the size.
@pytest.mark.parametrize("case", CASES)
def test_agrees_with_arviz(case):
    values = CASES[case]
    found = diagnose_chains(values)
    np.testing.assert_allclose(found.r_hat, array_stats.rhat(values, **AXES), rtol=1e-12)
    np.testing.assert_allclose(found.ess_bulk, array_stats.ess(values, **AXES), rtol=0.02)
    tail = array_stats.ess(values, method="tail", prob=(0.05, 0.95), **AXES)
    np.testing.assert_allclose(found.ess_tail, tail, rtol=0.02)
    np.testing.assert_allclose(
        mcse_mean(values), array_stats.mcse(values, method="mean", **AXES), rtol=0.02
    )
    np.testing.assert_allclose(
        mcse_quantile(values, 0.025),
        array_stats.mcse(values, method="quantile", prob=0.025, **AXES),
        rtol=0.02,
        atol=1e-12,
    )


def test_ess_of_an_autoregression_is_known():
    # ESS = draws (1 - rho) / (1 + rho) = 10,000 of 30,000; its own spread is below 5% here.
    values = autoregressive(0.5, draws=7500, quantities=20, seed=3)
    assert ess_mean(values).mean() == pytest.approx(10_000, rel=0.05)


def test_constants_stuck_chains_and_infinite_draws():
    stuck = np.repeat(np.arange(4.0)[:, np.newaxis], 100, axis=1)
    constant = np.ones((4, 100))
    infinite = np.random.default_rng(1).normal(size=(4, 100))
    infinite[0, :5] = np.inf
    missing = np.where(np.isinf(infinite), np.nan, infinite)
    found = diagnose_chains(np.stack([stuck, constant, infinite, missing], axis=-1))
    assert found.r_hat[0] > 1e6
    assert np.isnan(found.r_hat[1])
    assert found.ess_bulk[1] == 400
    assert found.r_hat[2] < 1.05
    assert np.isfinite(found.ess_tail[2])
    assert np.isnan(found.r_hat[3])
    assert np.isnan(mcse_mean(infinite))


def test_quantile_error_of_independent_uniforms():
    # The p-quantile of n uniform draws has standard deviation sqrt(p (1 - p) / n).
    draws = np.random.default_rng(4).random(40_000)
    error = quantile_error(draws, 0.3, size=40_000.0)
    assert error == pytest.approx(np.sqrt(0.21 / 40_000), rel=0.1)
    assert np.isnan(quantile_error(np.full(100, np.inf), 0.5, size=100.0))


def test_shapes_are_those_of_the_quantities():
    values = autoregressive(0.1, quantities=6).reshape(4, 500, 2, 3)
    assert diagnose_chains(values).r_hat.shape == (2, 3)
    assert diagnose_chains(values[..., 0, 0]).ess_tail.shape == ()
    assert mcse_quantile(values, 0.5).shape == (2, 3)
    with pytest.raises(ValueError, match=r"`draws` needs the shape .*\(4, 3\)"):
        diagnose_chains(np.ones((4, 3)))
