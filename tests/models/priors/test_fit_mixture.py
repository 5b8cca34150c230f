"""Expectation–maximisation: known mixtures found again, errors as they are reported."""

import numpy as np
import pytest
from scipy.stats import norm

from models.priors.fit_mixture import approximate, fit_mixture
from models.priors.normal_mixture import NormalMixture
from models.priors.random_effects import random_effects
from models.priors.trial_estimate import TrialEstimate

APART = NormalMixture(weights=(0.7, 0.3), means=(-0.5, 0.6), sds=(0.2, 0.3))


def test_a_mixture_on_a_grid_is_found_again():
    grid = np.linspace(-2.0, 2.5, 1001)
    found = fit_mixture(grid, components=2, weights=APART.density(grid))
    assert found.weights == pytest.approx(APART.weights, abs=1e-3)
    assert found.means == pytest.approx(APART.means, abs=1e-3)
    assert found.sds == pytest.approx(APART.sds, abs=1e-3)


def test_one_component_has_the_mean_and_sd_of_the_draws():
    draws = np.random.default_rng(1).normal(-0.3, 0.4, 500)
    found = fit_mixture(draws, components=1)
    assert (found.mean, found.sd) == pytest.approx((draws.mean(), draws.std()))


def test_one_centre_and_two_widths_are_found_from_draws():
    """6,000 draws: sds have standard errors of about 3%, weights of 0.02."""
    true = NormalMixture(weights=(0.6, 0.4), means=(0.0, 0.0), sds=(0.2, 1.0))
    draws = true.draw(6_000, rng=np.random.default_rng(2))
    found = fit_mixture(draws, components=2)
    assert found.sds == pytest.approx(true.sds, rel=0.12), found
    assert found.weights == pytest.approx(true.weights, abs=0.08), found


def test_the_reported_errors_are_those_of_a_normal_for_a_mixture():
    """One component forced: the errors are known integrals of two normal laws."""
    exact = NormalMixture(weights=(0.5, 0.5), means=(-0.5, 0.5), sds=(0.5, 0.5))
    found = approximate(exact, most_components=1)
    x = np.linspace(-6, 6, 200_001)
    sd = np.sqrt(0.5)
    distance = np.abs(exact.cdf(x) - norm.cdf(x, 0, sd)).max()
    gap = exact.density(x) * (exact.log_density(x) - norm.logpdf(x, 0, sd))
    assert found.mixture.sd == pytest.approx(sd, rel=1e-4)
    assert found.largest_cdf_error == pytest.approx(distance, rel=1e-3)
    assert found.kullback_leibler == pytest.approx(np.trapezoid(gap, x), rel=1e-2)


def test_a_prediction_needs_few_components():
    trials = [TrialEstimate("a", -0.8, 0.4, ""), TrialEstimate("b", -0.07, 0.14, "")]
    exact = random_effects(trials, heterogeneity=0.5, mean_sd=2.0).predictive
    found = approximate(exact)
    assert len(found.mixture.weights) <= 4 < len(exact.weights)
    assert found.largest_cdf_error < 0.005
    assert 0 <= found.kullback_leibler < 0.01
    assert found.mixture.quantile([0.025, 0.5, 0.975]) == pytest.approx(
        exact.quantile([0.025, 0.5, 0.975]), abs=0.02
    )


def test_too_few_points_are_refused():
    with pytest.raises(ValueError, match="3 different values for 2 components; two for each"):
        fit_mixture([0.0, 0.0, 1.0, 2.0], components=2)
