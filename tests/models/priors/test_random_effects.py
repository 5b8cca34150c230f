"""Random effects by quadrature against plain two-dimensional integration, R, and closed forms."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr
from scipy.stats import norm

from analyses.selftest.checks.priors import WIDE, trials_of
from analyses.selftest.oracles import oracle
from models.priors.random_effects import _drawn_in, given_heterogeneity, random_effects
from models.priors.trial_estimate import TrialEstimate

TRIALS = [
    TrialEstimate("a", -0.8, 0.4, ""),
    TrialEstimate("b", -0.07, 0.14, ""),
    TrialEstimate("c", -0.55, 0.2, ""),
]
SCALE, MEAN_SD = 0.5, 2.0


MU, TAU = np.meshgrid(np.linspace(-5.0, 4.0, 3_001), np.linspace(0.0, 3.2, 1_601))


def plain_joint():
    """Density of mean, heterogeneity and estimates on a grid."""
    told = norm.pdf(MU, 0, MEAN_SD) * 2 * norm.pdf(TAU, 0, SCALE)
    for t in TRIALS:
        told *= norm.pdf(t.log_hr, MU, np.hypot(t.error, TAU))
    return told


@pytest.fixture(scope="module")
def joint():
    return plain_joint()


def integral(values):
    """Trapezoid rule in both directions: errors below 1e-6 on this grid."""
    return np.trapezoid(np.trapezoid(values, MU[0], axis=1), TAU[:, 0])


def pooled(trials=TRIALS, **choices):
    return random_effects(trials, **{"heterogeneity": SCALE, "mean_sd": MEAN_SD, **choices})


def test_mean_heterogeneity_and_evidence_against_plain_integration(joint):
    found, evidence = pooled(), integral(joint)
    assert np.exp(found.log_evidence) == pytest.approx(evidence, rel=1e-5)
    assert found.mean.mean == pytest.approx(integral(MU * joint) / evidence, abs=1e-5)
    tau = integral(TAU * joint) / evidence
    assert float(found.tau_weight @ found.tau) == pytest.approx(tau, abs=1e-5)


@pytest.mark.parametrize("x", [-1.2, -0.4, 0.3])
def test_the_prediction_against_plain_integration(joint, x):
    """P(theta < x) of a new trial, mean and heterogeneity integrated out."""
    with np.errstate(divide="ignore"):
        below = ndtr((x - MU) / TAU)
    assert float(pooled().predictive.cdf(x)) == pytest.approx(
        integral(below * joint) / integral(joint), abs=1e-4
    )


def test_each_trial_is_drawn_towards_the_others():
    """The plain density of one trial's own effect: its likelihood times its law given the rest."""
    found, rest = pooled(), pooled(TRIALS[1:])
    own = TRIALS[0]

    def density(theta):
        return norm.pdf(own.log_hr, theta, own.error) * float(rest.predictive.density(theta))

    total = quad(density, -4, 3, epsabs=1e-12, limit=200)[0]
    mean = quad(lambda b: b * density(b), -4, 3, epsabs=1e-12, limit=200)[0] / total
    assert found.trials[0].mean == pytest.approx(mean, abs=1e-6)
    assert own.log_hr < found.trials[0].mean < found.mean.mean


@pytest.mark.parametrize("name", sorted(oracle("random_effects_data")["set"].unique()))
def test_effects_of_the_trials_at_a_known_heterogeneity_are_those_of_metafor(name):
    """Means and their errors are a check of the self-test; here each trial's own effect."""
    trials, told = trials_of(name), oracle("random_effects")
    for tau, rows in told[told["set"] == name].groupby("tau"):
        answers = rows.set_index(["quantity", "trial"])["value"]
        found = given_heterogeneity(trials, tau=np.array([tau]), mean_sd=WIDE)
        for i, trial in enumerate(trials, start=1):
            own = _drawn_in(
                trial, weight=np.ones(1), tau=np.array([tau]), mean=found.mean, sd=found.sd
            )
            assert own.mean == pytest.approx(answers["trial_mean", i], abs=1e-8)
            assert own.sd == pytest.approx(answers["trial_sd", i], rel=1e-8)


def test_no_heterogeneity_is_the_normal_normal_closed_form():
    found = pooled(heterogeneity=1e-4)
    precision = MEAN_SD**-2 + sum(t.error**-2 for t in TRIALS)
    mean = sum(t.log_hr * t.error**-2 for t in TRIALS) / precision
    assert found.mean.mean == pytest.approx(mean, abs=1e-6)
    assert found.mean.sd == pytest.approx(precision**-0.5, rel=1e-6)
    assert found.predictive.sd == pytest.approx(precision**-0.5, rel=1e-5)


def test_no_trials_leave_the_prior():
    found = pooled([])
    assert found.mean.mean == 0.0
    assert found.mean.sd == pytest.approx(MEAN_SD)
    assert found.tau_quantile(0.5) == pytest.approx(SCALE * norm.ppf(0.75), abs=1e-3)
    assert found.predictive.sd == pytest.approx(np.hypot(MEAN_SD, SCALE), rel=1e-6)


def test_a_discount_leaves_heterogeneity_as_the_trials_show_it():
    weaker = [t._replace(error=t.error * 2**0.5, log_hr=0.75 * t.log_hr) for t in TRIALS]
    face, discounted, other = pooled(), pooled(counted=weaker), pooled(weaker)
    assert np.array_equal(discounted.tau_weight, face.tau_weight)
    assert discounted.mean.mean > face.mean.mean
    assert discounted.predictive.sd > face.predictive.sd
    assert other.tau_quantile(0.5) < face.tau_quantile(0.5)
