"""Simulation-based calibration of the meta-analysis: quadrature, and the sampler by data swap."""

import numpy as np
import pytest
from scipy.stats import kstest

from models.priors.hierarchical import compile_hierarchical, sample_hierarchical
from models.priors.random_effects import random_effects
from models.priors.trial_estimate import TrialEstimate

ERRORS = (0.14, 0.2, 0.27, 0.4, 0.55)
SCALES = {"heterogeneity": 0.5, "mean_sd": 2.0}
SMALLEST_P = 0.001


def simulate(rng):
    """Mean, heterogeneity, a new trial's effect, and estimates, all from the prior."""
    mean, tau = rng.normal(0, 2.0), abs(rng.normal(0, 0.5))
    own = rng.normal(mean, tau, len(ERRORS))
    trials = [
        TrialEstimate(str(i), float(rng.normal(theta, error)), error, "")
        for i, (theta, error) in enumerate(zip(own, ERRORS, strict=True))
    ]
    return mean, tau, rng.normal(mean, tau), own[0], trials


def judge(places):
    """Ranks must be uniform: Kolmogorov's p of each quantity at least 0.001."""
    for name, values in places.items():
        p = kstest(values, "uniform").pvalue
        assert p > SMALLEST_P, f"{name}: p {p:.5f} of {len(values)} simulations"


def test_quadrature_is_calibrated():
    rng = np.random.default_rng(11)
    places = {"mean": [], "tau": [], "new trial": [], "first trial": []}
    for _ in range(500):
        mean, tau, new, first, trials = simulate(rng)
        found = random_effects(trials, **SCALES)
        places["mean"].append(float(found.mean.cdf(mean)))
        reached = np.cumsum(found.tau_weight) - found.tau_weight / 2
        places["tau"].append(float(np.interp(tau, found.tau, reached)))
        places["new trial"].append(float(found.predictive.cdf(new)))
        places["first trial"].append(float(found.trials[0].cdf(first)))
    judge(places)


@pytest.mark.calibration
def test_the_sampler_is_calibrated():
    """500 refits by data swap; ranks among 8,000 draws, autocorrelated but for their mean."""
    rng = np.random.default_rng(12)
    compiled = compile_hierarchical(simulate(rng)[-1], **SCALES)
    places = {"mean": [], "tau": [], "new trial": []}
    for seed in range(500):
        mean, tau, new, _, trials = simulate(rng)
        draws = sample_hierarchical(compiled, trials, seed=seed)
        for name, true in (("mean", mean), ("tau", tau), ("new trial", new)):
            drawn = {"mean": draws.mean, "tau": draws.tau, "new trial": draws.predictive}[name]
            places[name].append(float((drawn < true).mean()))
    judge(places)
