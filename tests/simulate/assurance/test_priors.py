"""Draws weighed for other priors and evidence, against normal posteriors in closed form."""

import numpy as np
import pytest

from models.priors.normal_mixture import NormalMixture
from simulate.assurance.priors import Exchange, discounted, printed_alone, weigh

PRIOR = NormalMixture.normal(0.0, 1.0)
ESTIMATE, ERROR = -0.6, 0.3
DRAWS = 20_000


def _posterior(prior_mean, prior_sd, error=ERROR):
    precision = prior_sd**-2 + error**-2
    return (prior_mean * prior_sd**-2 + ESTIMATE * error**-2) / precision, precision**-0.5


@pytest.fixture(scope="module")
def log_hr():
    mean, sd = _posterior(0.0, 1.0)
    return np.random.default_rng(8).normal(mean, sd, DRAWS)


def _moments(log_hr, found):
    mean = found.weights @ log_hr
    return mean, np.sqrt(found.weights @ (log_hr - mean) ** 2)


def _near(log_hr, found, mean, sd):
    """Within 4 standard errors of a mean of so many effective draws."""
    at, spread = _moments(log_hr, found)
    error = sd / np.sqrt(found.effective_size)
    assert abs(at - mean) < 4 * error, (at, mean, error)
    assert abs(spread - sd) < 4 * error, (spread, sd, error)


def test_a_sceptical_prior(log_hr):
    new = NormalMixture.normal(0.0, 0.25)
    found = weigh(log_hr, Exchange("sceptical", "", PRIOR, new))
    assert found.refusal is None
    _near(log_hr, found, *_posterior(0.0, 0.25))


def test_the_phase_two_counted_at_a_share(log_hr):
    found = weigh(log_hr, discounted(log_hr, prior=PRIOR, share=0.7))
    _near(log_hr, found, *_posterior(0.0, 1.0, ERROR / np.sqrt(0.7)))


def test_the_printed_interval_alone(log_hr):
    found = weigh(log_hr, printed_alone(log_hr, mean=-0.5, sd=0.27))
    _near(log_hr, found, -0.5, 0.27)


def test_the_posterior_as_it_is(log_hr):
    found = weigh(log_hr, Exchange("as it is", ""))
    assert found.effective_size == DRAWS
    np.testing.assert_allclose(found.weights, 1 / DRAWS)


def test_draws_that_are_too_thin_are_refused(log_hr):
    found = weigh(log_hr[:500], Exchange("odd", "", PRIOR, NormalMixture.normal(1.5, 0.1)))
    assert found.weights is None
    assert found.refusal.startswith("odd: the draws are worth ")
    assert "at least 100 and a k of at most 0.7" in found.refusal
