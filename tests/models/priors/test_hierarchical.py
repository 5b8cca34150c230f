"""The hierarchical model in PyMC against quadrature: all trials, and all but one."""

import numpy as np
import pytest

from models.priors.hierarchical import (
    HierarchicalDraws,
    compile_hierarchical,
    hierarchical_checks,
    sample_hierarchical,
)
from models.priors.random_effects import random_effects
from models.priors.trial_estimate import TrialEstimate

TRIALS = [
    TrialEstimate("a", -0.8, 0.4, ""),
    TrialEstimate("b", -0.07, 0.14, ""),
    TrialEstimate("c", -0.55, 0.2, ""),
]
CHOICES = {"heterogeneity": 0.5, "mean_sd": 2.0}


@pytest.fixture(scope="module")
def compiled():
    return compile_hierarchical(TRIALS, **CHOICES)


@pytest.mark.slow
@pytest.mark.parametrize("without", [None, "b"])
def test_draws_agree_with_quadrature(compiled, without):
    """4 x 2,000 draws; means within 4 Monte Carlo errors, quantiles of the prediction within
    0.02 of probability (8,000 draws worth at least 1,500: standard error 0.013 at one half)."""
    draws = sample_hierarchical(compiled, TRIALS, seed=3, without=without)
    exact = random_effects([t for t in TRIALS if t.name != without], **CHOICES)
    checks = hierarchical_checks(draws, exact=exact)
    failed = [check.text for check in checks if not check.passed]
    assert not failed, failed
    for level in (0.05, 0.5, 0.95):
        below = float((draws.predictive < exact.predictive.quantile(level)).mean())
        assert below == pytest.approx(level, abs=0.04), f"{below:.3f} below quantile {level}"


@pytest.mark.slow
def test_the_same_seed_gives_the_same_draws(compiled):
    first, again = (sample_hierarchical(compiled, TRIALS, seed=5) for _ in range(2))
    assert np.array_equal(first.predictive, again.predictive)


@pytest.mark.slow
def test_only_a_known_trial_can_be_left_out(compiled):
    with pytest.raises(ValueError, match="`without` is 'd'; it must be one of a, b, c"):
        sample_hierarchical(compiled, TRIALS, seed=1, without="d")


def test_draws_from_elsewhere_fail_the_check():
    rng = np.random.default_rng(1)
    exact = random_effects(TRIALS, **CHOICES)
    shifted = HierarchicalDraws(
        mean=rng.normal(exact.mean.mean + 0.1, exact.mean.sd, (4, 1000)),
        tau=np.abs(rng.normal(0, 0.5, (4, 1000))),
        predictive=rng.normal(0.5, 0.5, (4, 1000)),
        divergences=2,
    )
    failed = {c.name for c in hierarchical_checks(shifted, exact=exact) if c.passed is False}
    assert {"divergences", "pooled mean: sampler against quadrature"} <= failed
    assert "prediction: sampler against quadrature" in failed
