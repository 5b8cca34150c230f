"""Events that a prior is worth, against closed forms and the defining integral."""

import pytest
from scipy.integrate import quad

from models.priors.effective_events import effective_events
from models.priors.normal_mixture import NormalMixture
from models.priors.robust import robustify


@pytest.mark.parametrize("sd", [0.05, 0.2236, 1.0, 3.0])
@pytest.mark.parametrize("rt_share", [0.5, 2 / 3])
def test_a_normal_prior_is_worth_its_precision(sd, rt_share):
    found = effective_events(NormalMixture.normal(-0.4, sd), rt_share=rt_share)
    assert found == pytest.approx(1 / (sd**2 * rt_share * (1 - rt_share)), rel=1e-9)


def test_a_prior_from_a_trial_of_d_events_is_worth_d_events():
    """Schoenfeld's variance of log HR with 100 events, 1:1: 4 / 100."""
    assert effective_events(NormalMixture.normal(-0.5, 0.2)) == pytest.approx(100.0)


def test_components_that_are_alike_are_one():
    twice = NormalMixture(weights=(0.3, 0.7), means=(0.1, 0.1), sds=(0.4, 0.4))
    assert effective_events(twice) == pytest.approx(4 / 0.16)


@pytest.mark.parametrize(
    "mixture",
    [
        NormalMixture(weights=(0.5, 0.5), means=(-0.6, 0.0), sds=(0.15, 0.3)),
        NormalMixture(weights=(0.9, 0.1), means=(-0.5, 0.0), sds=(0.1, 2.0)),
    ],
)
def test_mixtures_against_the_average_of_the_second_derivative(mixture):
    step = 1e-4

    def information(beta):
        rise = mixture.slope(beta + step) - mixture.slope(beta - step)
        return float(-rise / (2 * step) * mixture.density(beta))

    points = sorted({*mixture.means, -0.8, -0.3, -0.2, 0.3})
    average = quad(information, -12, 12, limit=2000, points=points, epsabs=1e-8)[0]
    assert effective_events(mixture) == pytest.approx(4 * average, rel=1e-4)


def test_a_vague_part_takes_events_away():
    prior = NormalMixture.normal(-0.5, 0.2)
    robust = robustify(prior, part=NormalMixture.normal(0.0, 1.0), weight=0.5)
    assert effective_events(robust) < 0.6 * effective_events(prior)


@pytest.mark.parametrize("rt_share", [0.0, 1.0, float("nan")])
def test_shares_outside_0_to_1_are_refused(rt_share):
    with pytest.raises(ValueError, match="`rt_share` must lie strictly between 0 and 1"):
        effective_events(NormalMixture.normal(0.0, 1.0), rt_share=rt_share)
