"""Draws weighed for other priors and evidence, against normal posteriors in closed form."""

import numpy as np
import pytest

from models.illness_death.priors import PooledEffects, SeparateEffects
from models.priors.normal_mixture import NormalMixture
from models.settings import NormalPrior
from simulate.assurance.priors import (
    Exchange,
    another_prior,
    another_prior_of_passages,
    discounted,
    printed_alone,
    prior_moments,
    weigh,
)

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


def _exchanged(log_hr, new, old=PRIOR):
    found = another_prior("new", "", log_hr=log_hr, old=old, new=new)
    return weigh(found, draws=log_hr.size)


def _discounted(log_hr, share):
    found = discounted(
        log_hr[:, np.newaxis], prior_mean=np.zeros(1), prior_covariance=np.eye(1), share=share
    )
    return weigh(found, draws=log_hr.size)


def test_a_sceptical_prior(log_hr):
    found = _exchanged(log_hr, NormalMixture.normal(0.0, 0.25))
    assert found.refusal is None
    _near(log_hr, found, *_posterior(0.0, 0.25))


def test_the_phase_two_counted_at_a_share(log_hr):
    _near(log_hr, _discounted(log_hr, 0.7), *_posterior(0.0, 1.0, ERROR / np.sqrt(0.7)))


def test_counted_in_full_it_is_as_it_was(log_hr):
    np.testing.assert_allclose(_discounted(log_hr, 1.0).weights, 1 / DRAWS, rtol=1e-9)


def test_the_printed_interval_alone(log_hr):
    found = weigh(printed_alone(log_hr, mean=-0.5, sd=0.27), draws=DRAWS)
    _near(log_hr, found, -0.5, 0.27)


def test_the_posterior_as_it_is(log_hr):
    found = weigh(Exchange("as it is", ""), draws=50)
    assert (found.effective_size, found.refusal) == (pytest.approx(50), None)
    np.testing.assert_allclose(found.weights, 1 / 50)


def test_draws_that_are_too_thin_are_refused(log_hr):
    found = _exchanged(log_hr[:500], NormalMixture.normal(1.5, 0.1))
    assert found.weights is None
    assert found.refusal.startswith("new: the draws are worth ")
    assert "at least 100 and a k of at most 0.7" in found.refusal


SPREAD = np.array([0.25, 0.5, 0.3])
SHOWN = np.array([-0.6, -0.2, -0.1])


def _passages(prior_sd, share=1.0):
    precision = prior_sd**-2.0 + share * SPREAD**-2
    return share * SHOWN * SPREAD**-2 / precision, precision**-0.5


@pytest.fixture(scope="module")
def passages():
    mean, sd = _passages(np.ones(3))
    return np.random.default_rng(9).normal(mean, sd, (DRAWS, 3))


def _each_near(passages, found, mean, sd):
    for place in range(3):
        _near(passages[:, place], found, mean[place], sd[place])


def _separate(sd):
    own = NormalPrior(mean=0.0, sd=sd)
    return SeparateEffects(
        progression=own, death_without_progression=own, death_after_progression=own
    )


def test_a_sceptical_prior_of_every_passage(passages):
    change = another_prior_of_passages(
        "sceptical", "", log_hr=passages, old=_separate(1.0), new=_separate(0.4)
    )
    _each_near(passages, weigh(change, draws=DRAWS), *_passages(np.full(3, 0.4)))


def test_passages_counted_at_a_share(passages):
    mean, covariance = prior_moments(_separate(1.0))
    change = discounted(passages, prior_mean=mean, prior_covariance=covariance, share=0.8)
    _each_near(passages, weigh(change, draws=DRAWS), *_passages(np.ones(3), share=0.8))


def test_moments_of_pooled_effects_are_those_of_draws():
    effects = PooledEffects(centre=NormalPrior(mean=0.1, sd=0.7), scale=0.5)
    rng = np.random.default_rng(10)
    spread = np.abs(rng.normal(0.0, effects.scale, 200_000))
    draws = rng.normal(0.1, 0.7, 200_000) + spread * rng.normal(size=(3, 200_000))
    mean, covariance = prior_moments(effects)
    np.testing.assert_allclose(draws.mean(axis=1), mean, atol=0.01)
    np.testing.assert_allclose(np.cov(draws), covariance, atol=0.015)
