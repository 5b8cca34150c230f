"""Exaggeration of significant trials against integration and simulation; the sentence."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from models.normal_posterior import NormalPosterior
from models.priors.normal_mixture import NormalMixture
from models.priors.trial_posterior import learn_from_estimate
from models.priors.winners_curse import exaggeration, winners_curse_sentence

BELIEVED = NormalMixture(weights=(0.6, 0.4), means=(-0.1, -0.5), sds=(0.2, 0.3))
ERROR = 0.3


def test_probability_and_means_against_plain_integration():
    bound = -1.959964 * ERROR

    def over(function):
        return quad(
            lambda t: function(t) * float(BELIEVED.density(t)), -4, 3, limit=300, epsabs=1e-12
        )[0]

    inside = over(lambda t: norm.cdf(bound, t, ERROR))
    true = over(lambda t: t * norm.cdf(bound, t, ERROR)) / inside
    shown = over(lambda t: t * norm.cdf(bound, t, ERROR) - ERROR**2 * norm.pdf(bound, t, ERROR))
    found = exaggeration(BELIEVED, error=ERROR)
    assert found.probability == pytest.approx(inside, rel=1e-8)
    assert found.true == pytest.approx(true, rel=1e-8)
    assert found.shown == pytest.approx(shown / inside, rel=1e-8)


def test_simulated_trials_show_the_same():
    """400,000 trials, some 100,000 significant: standard errors of both means below 0.001."""
    rng = np.random.default_rng(7)
    truth = BELIEVED.draw(400_000, rng=rng)
    shown = rng.normal(truth, ERROR)
    noticed = shown < -1.959964 * ERROR
    found = exaggeration(BELIEVED, error=ERROR)
    assert shown[noticed].mean() == pytest.approx(found.shown, abs=0.004)
    assert truth[noticed].mean() == pytest.approx(found.true, abs=0.004)


def test_a_large_trial_exaggerates_nothing_and_a_hopeless_one_without_end():
    sure = NormalMixture.normal(-0.5, 0.05)
    assert exaggeration(sure, error=0.01).factor == pytest.approx(1.0, abs=1e-3)
    assert exaggeration(NormalMixture.normal(0.3, 0.01), error=0.2).factor == float("inf")


def test_the_sentence_tells_each_prior_and_each_factor():
    learn = learn_from_estimate(NormalPosterior(mean=-0.69, sd=0.275))
    vague = learn(NormalMixture.normal(0.0, 1.0))
    sceptic = NormalMixture.normal(0.0, 0.2236)
    text = winners_curse_sentence(
        vague,
        {"sceptical": learn(sceptic)},
        factors={"the sceptic": exaggeration(sceptic, error=0.275)},
    )
    share = learn(sceptic).mean_log_hr / vague.mean_log_hr
    assert text.startswith(f"Taken at its word the trial has HR {vague.median:.2f}; it becomes")
    assert f"under the sceptical prior ({share:.0%} of its log)" in text
    assert "by a factor of 2.5 if effects are as the sceptic believes" in text
