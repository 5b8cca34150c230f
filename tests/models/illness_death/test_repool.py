"""Another prior of the effects by weights, against quadrature and normal closed forms."""

import math

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from models.illness_death.priors import CommonEffect, PooledEffects, SeparateEffects
from models.illness_death.repool import effects_log_density, repool, weigh_effects
from models.settings import NormalPrior

POOLED = PooledEffects(centre=NormalPrior(mean=-0.1, sd=0.8), scale=0.5)
SEPARATE = SeparateEffects()


@pytest.mark.parametrize("log_hr", [[-0.4, 0.3, -0.1], [0.1, 0.1, 0.12], [-2.0, 1.5, 0.0]])
def test_pooled_density_is_an_integral_over_the_spread(log_hr):
    def integrand(spread):
        cov = spread**2 * np.eye(3) + 0.64
        density = stats.multivariate_normal([-0.1] * 3, cov).pdf(log_hr)
        return density * stats.halfnorm(scale=0.5).pdf(spread)

    expected = quad(integrand, 1e-4, 5.0, points=[0.02, 0.1, 0.5, 2.0], limit=400)[0]
    found = math.exp(float(effects_log_density(log_hr, POOLED)))
    assert found == pytest.approx(expected, rel=2e-3)


def test_separate_density_is_a_product():
    expected = stats.norm(0, [1.0, 0.5, 1.0]).logpdf([-0.4, 0.3, -0.1]).sum()
    assert float(effects_log_density([-0.4, 0.3, -0.1], SEPARATE)) == pytest.approx(expected)


def test_weighed_draws_are_the_posterior_under_the_other_prior(made_up):
    """Normal likelihoods: means under pooling by quadrature, within 4.5 standard errors.

    20,000 independent draws under separate effects; the error is that of the effective size.
    """
    measured, error = np.array([-0.6, 0.4, -0.2]), np.array([0.25, 0.6, 0.35])
    prior = np.array([1.0, 0.5, 1.0])
    precision = 1 / error**2 + 1 / prior**2
    rng = np.random.default_rng(5)
    draws = rng.normal(measured / error**2 / precision, precision**-0.5, (4, 5_000, 3))
    spread = stats.halfnorm(scale=0.5).ppf((np.arange(2_000) + 0.5) / 2_000)
    weight, means = np.empty(spread.size), np.empty((spread.size, 3))
    for k, own in enumerate(spread):
        cov = own**2 * np.eye(3) + 0.64
        both = cov + np.diag(error**2)
        weight[k] = stats.multivariate_normal([-0.1] * 3, both).pdf(measured)
        means[k] = -0.1 + cov @ np.linalg.solve(both, measured + 0.1)
    exact = weight @ means / weight.sum()
    found = weigh_effects(draws, drawn_under=SEPARATE, wanted=POOLED)
    assert found.weights.shape == (4, 5_000)
    mean = (found.weights[..., np.newaxis] * draws).sum(axis=(0, 1))
    tolerance = 4.5 * draws.std(axis=(0, 1)) / math.sqrt(found.effective_size)
    assert (abs(mean - exact) < tolerance).all(), (mean, exact, tolerance)

    tree = made_up(shape=(4, 5_000))
    posterior = tree["posterior"].to_dataset()
    tree["posterior"] = posterior.assign(log_hr=(posterior["log_hr"].dims, draws))
    again = repool(tree, drawn_under=SEPARATE, wanted=POOLED, rng=rng)
    resampled = again["posterior"]["log_hr"]
    assert resampled.dims == ("chain", "draw", "transition")
    assert resampled.sizes["draw"] == int(found.effective_size)
    assert (abs(resampled.values.mean(axis=(0, 1)) - exact) < math.sqrt(2) * tolerance).all()
    assert again.attrs["kind"] == "illness_death"
    assert again["posterior"]["hazard"].sizes["draw"] == resampled.sizes["draw"]


def test_draws_keep_their_company(made_up):
    tree = made_up(imputations=3, shape=(2, 200))
    again = repool(tree, drawn_under=SEPARATE, wanted=SEPARATE, rng=np.random.default_rng(1))
    posterior = again["posterior"].to_dataset()
    assert posterior.sizes["draw"] == 1_200
    ratio = posterior["hazard"].sel(arm="rt") / posterior["hazard"].sel(arm="control")
    np.testing.assert_allclose(np.log(ratio.isel(interval=1)), posterior["log_hr"])
    first = np.sort(posterior["log_hr"].sel(transition="progression").values.ravel())
    before = np.sort(tree["posterior"]["log_hr"].sel(transition="progression").values.ravel())
    np.testing.assert_array_equal(first, before)


def test_what_weights_cannot_do_is_refused():
    far = np.random.default_rng(2).normal(3.0, 0.05, (4, 500, 3)) * np.array([1, -1, 1])
    with pytest.raises(ValueError, match="under the `wanted` effects the 2000 draws are worth"):
        weigh_effects(far, drawn_under=SEPARATE, wanted=PooledEffects(scale=0.01))
    with pytest.raises(ValueError, match="`effects` are common to all transitions"):
        weigh_effects(far, drawn_under=SEPARATE, wanted=CommonEffect())
