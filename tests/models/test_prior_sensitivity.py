"""Power scaling of the prior against closed forms: normal likelihood, and the exact posterior."""

import math
from statistics import NormalDist

import numpy as np
import pytest

from models.exact_posterior import exact_posterior
from models.prior_sensitivity import prior_sensitivity_check, scale_prior
from models.priors.normal_mixture import NormalMixture
from models.settings import GammaBaseline, NormalPrior

QUANTILES = (np.arange(20_000) + 0.5) / 20_000


def normal_draws(mean, sd):
    return np.array([NormalDist(mean, sd).inv_cdf(q) for q in QUANTILES])


@pytest.mark.parametrize("power", [0.5, 0.8, 1.0, 1.25, 2.0])
def test_a_normal_likelihood_has_its_posterior_under_a_prior_of_other_width(power):
    prior, estimate, error = NormalPrior(mean=0.1, sd=0.5), -0.6, 0.3

    def posterior(strength):
        precision = 1 / error**2 + strength / prior.sd**2
        mean = (estimate / error**2 + strength * prior.mean / prior.sd**2) / precision
        return NormalDist(mean, precision**-0.5)

    base, exact = posterior(1.0), posterior(power)
    found = scale_prior(normal_draws(base.mean, base.stdev), prior=prior, power=power)
    assert found.mean == pytest.approx(exact.mean, abs=1e-4)
    assert found.sd == pytest.approx(exact.stdev, rel=1e-3)
    assert found.p_below_1 == pytest.approx(exact.cdf(0.0), abs=1e-4)


@pytest.mark.parametrize("power", [0.8, 1.25])
def test_the_exact_posterior_under_a_normal_prior_of_other_width(power):
    """A normal density to a power is a normal density of another width."""
    events = [[9, 8, 6], [5, 6, 4]]
    exposure = [[110.0, 90.0, 80.0], [115.0, 100.0, 95.0]]
    prior = NormalPrior(mean=0.2, sd=0.6)

    def posterior(sd):
        wide = NormalPrior(mean=prior.mean, sd=sd)
        return exact_posterior(
            events, exposure, baseline=GammaBaseline(), placement="symmetric", log_hr=wide
        )

    exact = posterior(prior.sd / math.sqrt(power))
    found = scale_prior(posterior(prior.sd).quantile(QUANTILES), prior=prior, power=power)
    assert found.mean == pytest.approx(float(exact.mean), abs=1e-4)
    assert found.sd == pytest.approx(float(exact.sd), rel=1e-3)
    assert found.p_below_1 == pytest.approx(float(exact.probability_below(1.0)), abs=1e-4)


def test_a_mixture_of_one_normal_and_of_two_alike_are_that_normal():
    draws = normal_draws(-0.5, 0.3)
    normal = scale_prior(draws, prior=NormalPrior(mean=0.1, sd=0.4), power=1.25)
    for weights in ((1.0,), (0.3, 0.7)):
        alike = NormalMixture(
            weights=weights, means=(0.1,) * len(weights), sds=(0.4,) * len(weights)
        )
        assert scale_prior(draws, prior=alike, power=1.25) == pytest.approx(normal, rel=1e-9)


def test_a_mixture_far_from_the_draws_is_a_finding():
    away = NormalMixture(weights=(0.5, 0.5), means=(0.3, 0.6), sds=(0.2, 0.3))
    found = prior_sensitivity_check(normal_draws(-0.5, 0.3), prior=away)
    assert found.passed is False


def test_the_power_one_changes_nothing():
    draws = normal_draws(-0.5, 0.3)
    found = scale_prior(draws, prior=NormalPrior(), power=1.0)
    assert found.mean == pytest.approx(draws.mean())
    assert found.p_below_1 == pytest.approx(np.mean(draws < 0))
    assert found.effective_share == pytest.approx(1.0)


def test_a_wide_prior_passes_and_a_narrow_one_far_away_is_a_finding():
    draws = normal_draws(-0.55, 0.28)
    wide = prior_sensitivity_check(draws, prior=NormalPrior())
    narrow = prior_sensitivity_check(draws, prior=NormalPrior(mean=0.0, sd=0.35))
    assert wide.passed is True
    assert narrow.passed is False
    assert wide.values["largest_shift"] < 0.1 < narrow.values["largest_shift"]
    assert wide.values["mean_0.8"] < wide.values["mean"] < wide.values["mean_1.25"]
    assert "P(HR < 1) 0.9" in wide.text
    assert f"{narrow.values['largest_shift']:.2f} of its standard deviation" in narrow.text


def test_a_power_that_is_not_positive_is_refused():
    with pytest.raises(ValueError, match="`power` is 0; it must be positive"):
        scale_prior([0.0], prior=NormalPrior(), power=0)
