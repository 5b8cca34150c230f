"""Mixture priors and a normal likelihood against numerical integration."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from models.normal_posterior import NormalPosterior, PrintedHazardRatio, normal_posterior
from models.priors.normal_mixture import NormalMixture
from models.priors.normal_update import update_mixture
from models.settings import NormalPrior

PRIOR = NormalMixture(weights=(0.6, 0.4), means=(-0.5, 0.1), sds=(0.2, 0.5))
LIKELIHOOD = NormalPosterior(mean=-0.69, sd=0.275)


def integral(function):
    return quad(function, -5, 5, limit=400, points=[-0.7, -0.5, 0.0], epsabs=1e-13)[0]


def test_the_posterior_is_prior_times_likelihood():
    def joint(b):
        return float(PRIOR.density(b)) * norm.pdf(LIKELIHOOD.mean, b, LIKELIHOOD.sd)

    found = update_mixture(PRIOR, likelihood=LIKELIHOOD)
    evidence = integral(joint)
    assert found.log_evidence == pytest.approx(np.log(evidence), abs=1e-9)
    assert found.posterior.mean == pytest.approx(integral(lambda b: b * joint(b)) / evidence)
    for beta in (-1.0, -0.5, 0.2):
        assert found.posterior.density(beta) == pytest.approx(joint(beta) / evidence, rel=1e-8)


def test_one_component_is_the_known_normal_posterior():
    printed = PrintedHazardRatio(1.99, 1.16, 3.41)
    exact = normal_posterior(
        printed, direction="control_vs_rt", log_hr=NormalPrior(mean=-0.1, sd=0.4)
    )
    flat = normal_posterior(printed, direction="control_vs_rt", log_hr=None)
    found = update_mixture(NormalMixture.normal(-0.1, 0.4), likelihood=flat).posterior
    assert (found.mean, found.sd) == pytest.approx((exact.mean, exact.sd), rel=1e-12)


def test_a_component_that_data_rule_out_is_dropped():
    prior = NormalMixture(weights=(0.5, 0.5), means=(-0.7, 4.0), sds=(0.1, 0.01))
    found = update_mixture(prior, likelihood=NormalPosterior(mean=-0.7, sd=0.05)).posterior
    assert len(found.weights) == 1
