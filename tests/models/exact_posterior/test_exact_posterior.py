import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.integrate import quad
from scipy.special import digamma, polygamma

from models.exact_posterior import exact_posterior
from models.settings import (
    GammaBaseline,
    HierarchicalGammaBaseline,
    NormalPrior,
    RandomWalkBaseline,
)

EVENTS = np.array([[2, 5, 6, 4, 3, 3], [1, 4, 3, 2, 4, 0]])
EXPOSURE = np.array([[110.0, 92, 71, 50, 60, 20], [108.0, 99, 84, 66, 90, 41]])
REFERENCE = {
    "baseline": GammaBaseline(shape=1.0, rate=16.667),
    "placement": "control",
    "log_hr": NormalPrior(mean=0.0, sd=1.0),
}
cells = st.lists(st.tuples(st.integers(0, 30), st.floats(0.0, 400)), min_size=12, max_size=12)
placements = pytest.mark.parametrize("placement", ["control", "symmetric"])


def written_out(beta, *, placement, rate, shape=1.0):
    low, high = {"control": (0.0, 1.0), "symmetric": (-0.5, 0.5)}[placement]
    total = low * beta * EVENTS[0].sum() + high * beta * EVENTS[1].sum()
    for k in range(6):
        together = EVENTS[:, k].sum()
        at_risk = math.exp(low * beta) * EXPOSURE[0, k] + math.exp(high * beta) * EXPOSURE[1, k]
        total += math.lgamma(shape + together) - math.lgamma(shape) + shape * math.log(rate)
        total -= (shape + together) * math.log(rate + at_risk)
    return total


@placements
def test_agrees_with_adaptive_quadrature(placement):
    prior = stats.norm(-0.2, 0.7)
    exact = exact_posterior(
        EVENTS,
        EXPOSURE,
        baseline=GammaBaseline(shape=1.5, rate=10.0),
        placement=placement,
        log_hr=NormalPrior(mean=-0.2, sd=0.7),
    )
    shift = written_out(-0.4, placement=placement, rate=10.0, shape=1.5)

    def density(beta):
        likelihood = written_out(beta, placement=placement, rate=10.0, shape=1.5)
        return math.exp(likelihood - shift) * prior.pdf(beta)

    def integral(f, upper=4.0):
        return quad(f, -5.0, upper, points=[-0.4], epsabs=0, epsrel=1e-11, limit=200)[0]

    total = integral(density)
    mean = integral(lambda b: b * density(b)) / total
    spread = integral(lambda b: (b - mean) ** 2 * density(b)) / total
    assert exact.log_evidence == pytest.approx(shift + math.log(total), abs=1e-9)
    assert exact.mean == pytest.approx(mean, abs=1e-9)
    assert exact.sd == pytest.approx(math.sqrt(spread), abs=1e-9)
    assert exact.density(0.1) == pytest.approx(density(0.1) / total, rel=1e-9)
    below = integral(density, upper=math.log(0.8)) / total
    assert exact.probability_below(0.8) == pytest.approx(below, abs=1e-9)


@placements
def test_an_unknown_common_rate_is_a_mixture_of_known_ones(placement):
    baseline = HierarchicalGammaBaseline(shape=1.2, rate_shape=2.0, rate_rate=0.1)
    rates = stats.gamma(2.0, scale=10.0)
    exact = exact_posterior(
        EVENTS, EXPOSURE, baseline=baseline, placement=placement, log_hr=NormalPrior()
    )

    def known(rate):
        return exact_posterior(
            EVENTS,
            EXPOSURE,
            baseline=GammaBaseline(shape=1.2, rate=rate),
            placement=placement,
            log_hr=NormalPrior(),
        )

    shift = float(known(20.0).log_evidence)

    def integral(figure):
        def weighted(rate):
            given = known(rate)
            return rates.pdf(rate) * math.exp(given.log_evidence - shift) * figure(given)

        return quad(weighted, 1e-3, 150.0, points=[20.0], epsrel=1e-9)[0]

    total = integral(lambda _: 1.0)
    assert exact.log_evidence == pytest.approx(shift + math.log(total), abs=1e-8)
    assert exact.mean == pytest.approx(integral(lambda given: given.mean) / total, abs=1e-8)
    assert exact.cdf(-0.5) == pytest.approx(integral(lambda g: g.cdf(-0.5)) / total, abs=1e-8)


def test_a_nearly_known_common_rate_is_the_gamma_baseline():
    narrow = HierarchicalGammaBaseline(shape=1.0, rate_shape=1e8, rate_rate=1e8 / 16.667)
    known = exact_posterior(EVENTS, EXPOSURE, **REFERENCE)
    almost = exact_posterior(EVENTS, EXPOSURE, **{**REFERENCE, "baseline": narrow})
    assert almost.mean == pytest.approx(float(known.mean), abs=1e-6)
    assert almost.sd == pytest.approx(float(known.sd), abs=1e-6)
    assert almost.log_evidence == pytest.approx(float(known.log_evidence), abs=1e-6)


def test_one_interval_with_a_flat_prior_is_beta_prime():
    exact = exact_posterior(
        [[12], [7]],
        [[150.0], [210.0]],
        baseline=GammaBaseline(shape=1.5, rate=16.667),
        placement="control",
        log_hr=None,
    )
    scale = (16.667 + 150.0) / 210.0
    truth = stats.betaprime(7, 12 + 1.5, scale=scale)
    assert exact.mean == pytest.approx(digamma(7) - digamma(13.5) + math.log(scale), abs=1e-11)
    assert exact.sd == pytest.approx(math.sqrt(polygamma(1, 7) + polygamma(1, 13.5)), abs=1e-11)
    shares = [1e-6, 0.025, 0.5, 0.975, 1 - 1e-6]
    np.testing.assert_allclose(exact.quantile(shares), np.log(truth.ppf(shares)), atol=1e-9)
    ratios = np.array([0.2, 0.8, 1.0, 1.5])
    np.testing.assert_allclose(exact.cdf(np.log(ratios)), truth.cdf(ratios), atol=1e-11)


@pytest.mark.parametrize("baseline", [GammaBaseline(), HierarchicalGammaBaseline()])
@placements
def test_no_data_returns_the_prior(placement, baseline):
    exact = exact_posterior(
        np.zeros((2, 6)),
        np.zeros((2, 6)),
        baseline=baseline,
        placement=placement,
        log_hr=NormalPrior(mean=-0.3, sd=0.6),
    )
    assert exact.mean == pytest.approx(-0.3, abs=1e-9)
    assert exact.sd == pytest.approx(0.6, abs=1e-9)
    assert exact.log_evidence == pytest.approx(0.0, abs=1e-6)
    np.testing.assert_allclose(
        exact.quantile([0.025, 0.9]), stats.norm(-0.3, 0.6).ppf([0.025, 0.9]), atol=1e-9
    )


def test_control_data_alone_say_nothing_under_control_placement():
    silent = EXPOSURE * [[1], [0]], EVENTS * [[1], [0]]
    exact = exact_posterior(silent[1], silent[0], **REFERENCE)
    assert exact.mean == pytest.approx(0.0, abs=1e-10)
    assert exact.sd == pytest.approx(1.0, abs=1e-10)


@settings(max_examples=20)
@given(cells=cells, hierarchical=st.booleans())
def test_swapping_the_arms_mirrors_a_symmetric_analysis(cells, hierarchical):
    events = np.array([cell[0] for cell in cells]).reshape(2, 6)
    exposure = np.array([cell[1] + cell[0] for cell in cells]).reshape(2, 6)
    assumed = {
        "baseline": HierarchicalGammaBaseline() if hierarchical else GammaBaseline(),
        "placement": "symmetric",
        "log_hr": NormalPrior(),
    }
    one = exact_posterior(events, exposure, **assumed)
    other = exact_posterior(events[::-1], exposure[::-1], **assumed)
    assert one.mean == pytest.approx(-other.mean, abs=1e-9)
    assert one.sd == pytest.approx(float(other.sd), rel=1e-9)
    assert one.cdf(0.3) == pytest.approx(1 - other.cdf(-0.3), abs=1e-9)


@settings(max_examples=40)
@given(cells=cells, sd=st.sampled_from([0.05, 1.0, 10.0, 100.0]), share=st.floats(0.001, 0.999))
def test_quantiles_invert_probabilities_in_extreme_tables(cells, sd, share):
    events = np.array([cell[0] for cell in cells]).reshape(2, 6)
    exposure = np.array([cell[1] for cell in cells]).reshape(2, 6)
    exact = exact_posterior(
        events, exposure, **{**REFERENCE, "log_hr": NormalPrior(mean=0.0, sd=sd)}
    )
    assert exact.cdf(exact.quantile(share)) == pytest.approx(share, abs=1e-9)
    assert exact.sd <= sd * (1 + 1e-9)


def test_large_trials_approach_the_normal_of_the_rate_ratio():
    events, exposure = np.array([[40_000], [30_000]]), np.array([[500_000.0], [500_000.0]])
    exact = exact_posterior(events, exposure, **{**REFERENCE, "log_hr": None})
    assert exact.mean == pytest.approx(math.log(0.75), abs=5e-5)
    assert exact.sd == pytest.approx(math.sqrt(1 / 40_000 + 1 / 30_000), rel=1e-4)


def test_many_sets_at_once_equal_one_at_a_time():
    rng = np.random.default_rng(2)
    events, exposure = rng.poisson(3, (4, 5, 2, 6)), rng.gamma(5, 12, (4, 5, 2, 6))
    many = exact_posterior(events, exposure, **REFERENCE)
    one = exact_posterior(events[2, 3], exposure[2, 3], **REFERENCE)
    assert many.mean.shape == (4, 5)
    assert many.quantile([0.1, 0.5, 0.9]).shape == (4, 5, 3)
    assert many.probability_below(1.0).shape == (4, 5)
    assert many.mean[2, 3] == pytest.approx(float(one.mean), abs=1e-12)
    np.testing.assert_allclose(many.quantile([0.1])[2, 3], one.quantile([0.1]), atol=1e-12)


def test_unusable_arguments_are_named():
    with pytest.raises(ValueError, match=r"`events` and `exposure`.*\(6,\)"):
        exact_posterior(EVENTS[0], EXPOSURE[0], **REFERENCE)
    with pytest.raises(ValueError, match=r"`exposure` must be finite and at least 0, got -20"):
        exact_posterior(EVENTS, EXPOSURE * [[1, 1, 1, 1, 1, -1], [1] * 6], **REFERENCE)
    with pytest.raises(ValueError, match=r"`baseline` must be gamma.*random_walk"):
        exact_posterior(EVENTS, EXPOSURE, **{**REFERENCE, "baseline": RandomWalkBaseline()})
    with pytest.raises(ValueError, match=r"`log_hr` must have a normal prior here.*set 0"):
        exact_posterior(EVENTS * [[1], [0]], EXPOSURE, **{**REFERENCE, "log_hr": None})
    exact = exact_posterior(EVENTS, EXPOSURE, **REFERENCE)
    with pytest.raises(ValueError, match=r"`probability` must lie strictly.*1.0"):
        exact.quantile(1.0)
    with pytest.raises(ValueError, match=r"`hazard_ratio` must be positive, got 0"):
        exact.probability_below(0)
