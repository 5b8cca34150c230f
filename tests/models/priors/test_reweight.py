"""Re-weighted draws against exact posteriors under the other prior."""

import numpy as np
import pytest

from models.exact_posterior import exact_posterior
from models.priors.normal_mixture import NormalMixture
from models.priors.reweight import importance_weights, reweight
from models.settings import GammaBaseline, NormalPrior

QUANTILES = (np.arange(40_000) + 0.5) / 40_000
EVENTS = [[9, 8, 6], [5, 6, 4]]
EXPOSURE = [[110.0, 90.0, 80.0], [115.0, 100.0, 95.0]]


def posterior(mean, sd):
    return exact_posterior(
        EVENTS,
        EXPOSURE,
        baseline=GammaBaseline(),
        placement="symmetric",
        log_hr=NormalPrior(mean=mean, sd=sd),
    )


@pytest.fixture(scope="module")
def draws():
    """Evenly spread quantiles of an exact posterior: draws without Monte Carlo error."""
    return posterior(0.0, 1.0).quantile(QUANTILES)


@pytest.mark.parametrize(("mean", "sd"), [(0.0, 0.25), (-0.4, 0.5), (0.3, 0.8)])
def test_the_exact_posterior_under_another_normal_prior(draws, mean, sd):
    found = reweight(
        draws, old=NormalMixture.normal(0.0, 1.0), new=NormalMixture.normal(mean, sd)
    ).weights
    exact = posterior(mean, sd)
    average = float(found @ draws)
    spread = float(found @ (draws - average) ** 2) ** 0.5
    assert average == pytest.approx(float(exact.mean), abs=2e-4)
    assert spread == pytest.approx(float(exact.sd), rel=2e-3)
    below = float(found @ (draws < np.log(0.8)))
    assert below == pytest.approx(float(exact.probability_below(0.8)), abs=2e-4)


def test_a_mixture_is_its_parts_weighted_by_their_evidence(draws):
    parts = [(0.7, -0.5, 0.3), (0.3, 0.1, 0.6)]
    new = NormalMixture(weights=(0.7, 0.3), means=(-0.5, 0.1), sds=(0.3, 0.6))
    weights = reweight(draws, old=NormalMixture.normal(0.0, 1.0), new=new).weights
    exact = [posterior(mean, sd) for _, mean, sd in parts]
    evidence = np.array([float(found.log_evidence) for found in exact])
    share = np.array([part[0] for part in parts]) * np.exp(evidence - evidence.max())
    share /= share.sum()
    mean = float(share @ [float(e.mean) for e in exact])
    assert float(weights @ draws) == pytest.approx(mean, abs=2e-4)


def test_the_same_prior_changes_nothing_and_shapes_are_kept(draws):
    prior = NormalMixture.normal(0.0, 1.0)
    found = reweight(draws.reshape(4, -1), old=prior, new=prior)
    assert found.weights.shape == (4, 10_000)
    assert found.weights == pytest.approx(1 / 40_000)
    assert found.effective_size == pytest.approx(40_000)
    assert found.pareto_k == 0.0


def test_the_effective_size_is_that_of_normal_weights():
    """Normal draws N(0, 1) from prior ratio N(0, s²)/N(0, 1): Kish's size in closed form."""
    draws = NormalMixture.normal(0.0, 1.0).quantile((np.arange(100_000) + 0.5) / 100_000)
    sd = 0.8
    found = reweight(draws, old=NormalMixture.normal(0.0, 1.0), new=NormalMixture.normal(0.0, sd))
    excess = 1 / sd**2 - 1
    first, second = (1 + excess) ** -0.5, (1 + 2 * excess) ** -0.5
    assert found.effective_size == pytest.approx(100_000 * first**2 / second, rel=1e-3)


def test_a_prior_far_from_the_draws_is_refused_in_one_sentence():
    draws = NormalMixture.normal(-0.6, 0.3).draw(4_000, rng=np.random.default_rng(1))
    old, new = NormalMixture.normal(0.0, 1.0), NormalMixture.normal(2.0, 0.1)
    with pytest.raises(
        ValueError,
        match=r"`new` is a prior of mean 2 and sd 0.1 under which the"
        r" 4000 draws are worth \d+ .* sample again under this prior",
    ):
        reweight(draws, old=old, new=new)
    assert importance_weights(draws, old=old, new=new).effective_size < 20


def test_wide_weights_of_a_narrow_old_prior_are_refused_by_their_tail():
    """A posterior narrower than the new one: weights without a variance."""
    draws = NormalMixture.normal(0.0, 0.1).draw(4_000, rng=np.random.default_rng(2))
    old, new = NormalMixture.normal(0.0, 0.1), NormalMixture.normal(0.0, 1.0)
    assert importance_weights(draws, old=old, new=new).pareto_k > 0.7
    with pytest.raises(ValueError, match="Pareto k"):
        reweight(draws, old=old, new=new)


@pytest.mark.parametrize("draws", [[], [0.0, float("nan")]])
def test_draws_must_be_finite_numbers(draws):
    prior = NormalMixture.normal(0.0, 1.0)
    with pytest.raises(ValueError, match="`log_hr_draws` must hold finite numbers"):
        reweight(draws, old=prior, new=prior)
