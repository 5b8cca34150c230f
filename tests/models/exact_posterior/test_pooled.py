import numpy as np
import pytest

from models.exact_posterior import exact_posterior, pooled_cdf, pooled_moments, pooled_quantile
from models.settings import GammaBaseline, NormalPrior


def posterior(sets):
    rng = np.random.default_rng(8)
    events, exposure = rng.poisson(3, (sets, 2, 4)), rng.gamma(5, 12, (sets, 2, 4))
    return exact_posterior(
        events, exposure, baseline=GammaBaseline(), placement="symmetric", log_hr=NormalPrior()
    )


def test_one_set_pooled_is_itself():
    one = posterior(1)
    assert pooled_moments(one).sd == pytest.approx(float(one.sd[0]))
    np.testing.assert_allclose(pooled_quantile(one, [0.1, 0.9]), one.quantile([0.1, 0.9])[0])


def test_moments_and_quantiles_are_those_of_the_mixture():
    several = posterior(30)
    grid = np.linspace(-6, 6, 4001)
    density = several.density(grid).mean(axis=0)
    mean = np.trapezoid(grid * density, grid)
    sd = np.sqrt(np.trapezoid((grid - mean) ** 2 * density, grid))
    assert pooled_moments(several) == pytest.approx((mean, sd), abs=1e-8)
    shares = np.array([0.025, 0.5, 0.975])
    quantiles = pooled_quantile(several, shares)
    np.testing.assert_allclose(pooled_cdf(several, quantiles), shares, atol=1e-12)
    assert float(pooled_quantile(several, 0.5)) == pytest.approx(quantiles[1])
