"""The trial at hand under other priors: draws against closed forms, and when draws are too few."""

import numpy as np
import pytest
from scipy.stats import norm

from models.normal_posterior import NormalPosterior
from models.priors.normal_mixture import NormalMixture
from models.priors.trial_posterior import learn_from_draws, learn_from_estimate

LIKELIHOOD = NormalPosterior(mean=-0.69, sd=0.275)
OLD = NormalMixture.normal(0.0, 1.0)


def posterior_draws(size=50_000):
    precision = 1 / 0.275**2 + 1
    levels = (np.arange(size) + 0.5) / size
    return norm.ppf(levels, -0.69 / 0.275**2 / precision, precision**-0.5)


@pytest.mark.parametrize(
    "prior",
    [
        OLD,
        NormalMixture.normal(0.0, 0.25),
        NormalMixture(weights=(0.5, 0.5), means=(-0.4, 0.1), sds=(0.2, 0.4)),
    ],
)
def test_draws_and_closed_form_agree(prior):
    drawn = learn_from_draws(posterior_draws(), old=OLD)(prior)
    exact = learn_from_estimate(LIKELIHOOD)(prior)
    assert drawn.trusted
    assert exact.trusted
    assert drawn[:5] == pytest.approx(exact[:5], abs=2e-3)


def test_a_prior_far_from_the_draws_is_not_trusted():
    drawn = learn_from_draws(posterior_draws(2_000), old=OLD)(NormalMixture.normal(1.5, 0.1))
    assert not drawn.trusted
    assert drawn.effective_size < 100 or drawn.pareto_k > 0.7


def test_a_vague_prior_leaves_the_estimate():
    wide = learn_from_estimate(LIKELIHOOD)(NormalMixture.normal(0.0, 100.0))
    assert wide.median == pytest.approx(np.exp(-0.69), rel=1e-3)
    assert wide.p_below_1 == pytest.approx(norm.cdf(0.69 / 0.275), abs=1e-4)
