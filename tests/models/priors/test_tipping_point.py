"""The sceptic's tipping point against its closed form; grids; what cannot be judged."""

import math

import numpy as np
import pytest
from scipy.stats import norm

from models.normal_posterior import NormalPosterior
from models.priors.normal_mixture import NormalMixture
from models.priors.tipping_point import find_tipping_point, prior_grid
from models.priors.trial_posterior import learn_from_draws, learn_from_estimate

ESTIMATE, ERROR = -0.69, 0.275


def learner(estimate=ESTIMATE):
    return learn_from_estimate(NormalPosterior(mean=estimate, sd=ERROR))


def closed_form(wanted):
    """Posterior z of a prior N(0, q²), (m / s²) / sqrt(1 / s² + 1 / q²), is that of `wanted`."""
    precision = (ESTIMATE / ERROR**2 / norm.ppf(wanted)) ** 2 - ERROR**-2
    return precision**-0.5


@pytest.mark.parametrize("wanted", [0.9, 0.95, 0.975])
def test_the_tipping_point_is_that_of_the_closed_form(wanted):
    found = find_tipping_point(learner(), target_hr=0.69, wanted=wanted)
    assert found.tipping_sd == pytest.approx(closed_form(wanted), rel=1e-8)
    assert found.events == pytest.approx(4 / closed_form(wanted) ** 2, rel=1e-8)
    chance = norm.cdf(math.log(0.69) / closed_form(wanted))
    assert f"falls below {wanted:g} for sceptics" in found.text
    assert f"worth more than {found.events:.0f} events" in found.text
    assert f"with less than {chance:.1%} prior probability" in found.text


def test_less_scepticism_convinces_more():
    found = find_tipping_point(learner(), target_hr=0.69)
    assert np.all(np.diff(found.p_below_1) > 0)


def test_who_needs_no_scepticism_and_who_is_never_unconvinced():
    weak = find_tipping_point(learner(-0.2), target_hr=0.69)
    assert weak.tipping_sd is None
    assert "stays below 0.95 even under a prior of sd 2.00" in weak.text
    strong = find_tipping_point(learner(-5.0), target_hr=0.69)
    assert strong.tipping_sd is None
    assert "stays above 0.95 down to a prior of sd 0.05" in strong.text


def test_priors_that_too_few_draws_can_tell_of_are_left_open():
    draws = NormalMixture.normal(-2.0, 0.2).draw(2_000, rng=np.random.default_rng(1))
    learn = learn_from_draws(draws, old=NormalMixture.normal(0.0, 1.0))
    found = find_tipping_point(learn, target_hr=0.69)
    assert math.isnan(found.p_below_1[0])
    assert "the narrowest that could be judged" in found.text
    none = find_tipping_point(learn, target_hr=0.69, sds=(0.05, 0.06))
    assert "no prior about no effect is near enough" in none.text


def test_the_grid_holds_the_closed_form_of_each_prior():
    found = prior_grid(learner(), medians=(0.8, 1.0), sds=(0.2, 0.5, 1.0))
    assert found.p_below_1.shape == (2, 3)
    precision = ERROR**-2 + 0.5**-2
    mean = (ESTIMATE / ERROR**2 + math.log(0.8) / 0.5**2) / precision
    assert found.p_below_1[0, 1] == pytest.approx(norm.cdf(-mean * precision**0.5))
