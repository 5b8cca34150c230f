"""Mixtures of normals against scipy's normal and numerical integration."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from models.priors.normal_mixture import NormalMixture, blend

MIXTURE = NormalMixture(weights=(0.3, 0.5, 0.2), means=(-0.6, -0.1, 0.4), sds=(0.2, 0.3, 1.0))
POINTS = np.array([[-3.0, -0.6], [0.0, 2.5]])


def plain_density(beta):
    parts = zip(MIXTURE.weights, MIXTURE.means, MIXTURE.sds, strict=True)
    return sum(w * norm.pdf(beta, m, s) for w, m, s in parts)


def plain_cdf(beta):
    parts = zip(MIXTURE.weights, MIXTURE.means, MIXTURE.sds, strict=True)
    return sum(w * norm.cdf(beta, m, s) for w, m, s in parts)


def test_density_and_distribution_are_weighted_sums_of_normals():
    assert MIXTURE.density(POINTS) == pytest.approx(plain_density(POINTS), rel=1e-12)
    assert MIXTURE.cdf(POINTS) == pytest.approx(plain_cdf(POINTS), rel=1e-12)
    assert MIXTURE.probability_below(0.8) == pytest.approx(plain_cdf(np.log(0.8)), rel=1e-12)


def test_the_log_density_holds_far_out_where_the_density_is_zero():
    far = NormalMixture.normal(0.0, 0.1)
    assert far.log_density(10.0) == pytest.approx(-0.5 * 100.0**2 - np.log(0.1 * 2.50662827463))


def test_the_slope_is_the_derivative_of_the_log_density():
    step = 1e-5
    rise = MIXTURE.log_density(POINTS + step) - MIXTURE.log_density(POINTS - step)
    assert MIXTURE.slope(POINTS) == pytest.approx(rise / (2 * step), rel=1e-6)


def test_mean_and_sd_are_those_of_the_density():
    mean = quad(lambda b: b * plain_density(b), -12, 12, limit=400, points=[-0.6, 0])[0]
    second = quad(lambda b: b**2 * plain_density(b), -12, 12, limit=400, points=[-0.6, 0])[0]
    assert MIXTURE.mean == pytest.approx(mean, abs=1e-8)
    assert MIXTURE.sd == pytest.approx(np.sqrt(second - mean**2), abs=1e-8)


def test_quantiles_invert_the_distribution_also_in_the_tails():
    levels = np.array([1e-9, 0.025, 0.5, 0.975, 1 - 1e-9])
    assert MIXTURE.cdf(MIXTURE.quantile(levels)) == pytest.approx(levels, rel=1e-9)
    assert NormalMixture.normal(-0.3, 0.2).quantile(0.5) == pytest.approx(-0.3, abs=1e-12)


def test_draws_follow_the_distribution():
    """20,000 draws: the Kolmogorov distance exceeds 0.0144 once in 20,000 times."""
    draws = np.sort(MIXTURE.draw(20_000, rng=np.random.default_rng(3)))
    steps = np.arange(1, draws.size + 1) / draws.size
    distance = float(np.abs(MIXTURE.cdf(draws) - steps).max())
    assert distance < 0.0144, f"Kolmogorov distance {distance:.4f} of 20,000 draws"


def test_a_blend_weighs_its_parts():
    both = blend([(0.75, MIXTURE), (0.25, NormalMixture.normal(0.0, 0.5)), (0.0, MIXTURE)])
    expected = 0.75 * plain_density(POINTS) + 0.25 * norm.pdf(POINTS, 0.0, 0.5)
    assert both.density(POINTS) == pytest.approx(expected, rel=1e-12)
    assert len(both.weights) == 4


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (((), (), ()), "at least one each, got 0, 0 and 0"),
        (((0.5, 0.5), (0.0,), (1.0, 1.0)), "equally many and at least one each, got 2, 1 and 2"),
        (((0.5, 0.4), (0.0, 0.0), (1.0, 1.0)), r"add up to 1, got \(0.5, 0.4\); divide"),
        (((1.5, -0.5), (0.0, 0.0), (1.0, 1.0)), "must be positive and add up to 1"),
        (((1.0,), (0.0,), (0.0,)), r"`sds` must be positive, got \(0.0,\)"),
        (((1.0,), (0.0,), (float("inf"),)), "must be finite"),
        (((1.0,), (float("nan"),), (1.0,)), "must be finite"),
    ],
)
def test_impossible_mixtures_are_refused(fields, words):
    weights, means, sds = fields
    with pytest.raises(ValueError, match=words):
        NormalMixture(weights=weights, means=means, sds=sds)


@pytest.mark.parametrize("probability", [0.0, 1.0, [0.5, 1.2], float("nan")])
def test_probabilities_outside_0_to_1_have_no_quantile(probability):
    with pytest.raises(ValueError, match="`probability` must lie strictly between 0 and 1"):
        MIXTURE.quantile(probability)
