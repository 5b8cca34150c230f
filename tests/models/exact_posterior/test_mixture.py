"""Exact posterior under a mixture prior: one component, plain integration, evidence, quantiles."""

import numpy as np
import pytest
from scipy.integrate import quad

from models.exact_posterior import exact_mixture_posterior, exact_posterior
from models.priors.normal_mixture import NormalMixture
from models.settings import GammaBaseline, HierarchicalGammaBaseline, NormalPrior

EVENTS = np.array([[[9, 8, 6], [5, 6, 4]], [[2, 3, 1], [4, 0, 2]]])
EXPOSURE = np.array(
    [[[110.0, 90.0, 80.0], [115.0, 100.0, 95.0]], [[40.0, 30.0, 20.0], [45.0, 30.0, 35.0]]]
)
PRIOR = NormalMixture(weights=(0.3, 0.7), means=(-1.2, 0.6), sds=(0.1, 0.15))
CHOICES = {"baseline": GammaBaseline(), "placement": "symmetric"}


def mixed(prior, **choices):
    return exact_mixture_posterior(EVENTS, EXPOSURE, log_hr=prior, **{**CHOICES, **choices})


@pytest.mark.parametrize("baseline", [GammaBaseline(), HierarchicalGammaBaseline()])
def test_one_component_gives_the_numbers_of_a_normal_prior(baseline):
    prior = NormalPrior(mean=-0.2, sd=0.5)
    one = mixed(NormalMixture.normal(prior.mean, prior.sd), baseline=baseline)
    exact = exact_posterior(
        EVENTS, EXPOSURE, baseline=baseline, placement="symmetric", log_hr=prior
    )
    assert np.array_equal(one.mean, exact.mean)
    assert one.sd == pytest.approx(exact.sd, rel=1e-14)
    assert one.log_evidence == pytest.approx(exact.log_evidence, abs=1e-14)
    assert one.quantile(0.1) == pytest.approx(exact.quantile(0.1), abs=1e-11)
    assert one.cdf([-1.0, 0.0]) == pytest.approx(exact.cdf([-1.0, 0.0]))


def test_a_posterior_with_two_modes_against_plain_integration():
    wide = exact_posterior(EVENTS, EXPOSURE, **CHOICES, log_hr=NormalPrior(mean=0.0, sd=1.0))
    found = mixed(PRIOR)
    old = NormalMixture.normal(0.0, 1.0)
    for i in range(2):

        def joint(beta, i=i):
            likelihood = wide.density(beta)[i] / old.density(beta)
            return float(likelihood * PRIOR.density(beta))

        def integral(function, stop=3.0):
            points = [p for p in (-1.2, 0.0, 0.6) if p < stop]
            return quad(function, -4.0, stop, limit=300, points=points, epsrel=1e-11)[0]

        total = integral(joint)
        evidence = np.log(total) + wide.log_evidence[i]
        assert found.log_evidence[i] == pytest.approx(evidence, abs=1e-8)
        mean = integral(lambda b: b * joint(b)) / total
        assert found.mean[i] == pytest.approx(mean, abs=1e-8)
        below = integral(joint, stop=0.0) / total
        assert found.probability_below(1.0)[i] == pytest.approx(below, abs=1e-8)
        assert found.density(0.6)[i] == pytest.approx(joint(0.6) / total, rel=1e-7)


def test_quantiles_invert_the_distribution_across_the_gap_between_modes():
    found = mixed(PRIOR)
    for level in (0.01, 0.3, 0.5, 0.9, 0.999):
        beta = found.quantile(level)
        reached = np.diagonal(found.cdf(beta))
        assert reached == pytest.approx([level, level], abs=1e-9)


@pytest.mark.parametrize("probability", [0.0, 1.0, float("nan")])
def test_probabilities_outside_0_to_1_have_no_quantile(probability):
    with pytest.raises(ValueError, match="`probability` must lie strictly between 0 and 1"):
        mixed(PRIOR).quantile(probability)
