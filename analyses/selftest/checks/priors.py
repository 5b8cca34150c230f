"""Pooling of other trials against R's metafor package and against plain integration."""

import numpy as np
import pandas as pd
from scipy.special import ndtr
from scipy.stats import norm

from analyses.selftest.check import Check, Finding, Worst
from analyses.selftest.oracles import oracle
from models.priors.random_effects import given_heterogeneity, random_effects
from models.priors.trial_estimate import TrialEstimate

WIDE = 1e6
TRIALS = (
    TrialEstimate("a", -0.8, 0.4, ""),
    TrialEstimate("b", -0.07, 0.14, ""),
    TrialEstimate("c", -0.55, 0.2, ""),
)
HETEROGENEITY, MEAN_SD = 0.5, 2.0


def trials_of(name: str) -> list[TrialEstimate]:
    """Trials of one of the sets that R pooled."""
    data = oracle("random_effects_data")
    own = data[data["set"] == name]
    return [
        TrialEstimate(str(i), float(y), float(s), "")
        for i, y, s in zip(own["trial"], own["log_hr"], own["error"], strict=True)
    ]


def compare_given_heterogeneity() -> Finding:
    """Mean, its error and restricted likelihood at given heterogeneity; R's mean has a flat prior.

    A very wide prior, but for its constant, is the same.
    """
    worst = Worst(1e-8, "difference")
    for (name, tau), rows in oracle("random_effects").groupby(["set", "tau"]):
        told: pd.Series[float] = rows.set_index(["quantity", "trial"])["value"]
        trials = trials_of(str(name))
        found = given_heterogeneity(trials, tau=np.array([tau], dtype=float), mean_sd=WIDE)
        constant = np.log(WIDE) + 0.5 * np.log(2 * np.pi * len(trials))
        ours = {
            "mean": found.mean[0],
            "mean_sd": found.sd[0],
            "restricted_log_likelihood": found.log_evidence[0] + constant,
        }
        for quantity, value in ours.items():
            worst.absolute(value, told[quantity, 0], f"{quantity} of {name} at {tau}")
    return worst.finding()


def compare_unknown_heterogeneity() -> Finding:
    """Mean, heterogeneity and prediction against the trapezoid rule on a plain grid."""
    worst = Worst(1e-4, "difference")
    mu, tau = np.meshgrid(np.linspace(-5.0, 4.0, 2001), np.linspace(0.0, 3.2, 1201))
    joint = norm.pdf(mu, 0, MEAN_SD) * 2 * norm.pdf(tau, 0, HETEROGENEITY)
    for trial in TRIALS:
        joint *= norm.pdf(trial.log_hr, mu, np.hypot(trial.error, tau))

    def integral(values: np.ndarray) -> float:
        return float(np.trapezoid(np.trapezoid(values, mu[0], axis=1), tau[:, 0]))

    total = integral(joint)
    found = random_effects(list(TRIALS), heterogeneity=HETEROGENEITY, mean_sd=MEAN_SD)
    worst.absolute(found.mean.mean, integral(mu * joint) / total, "mean")
    worst.absolute(found.tau_weight @ found.tau, integral(tau * joint) / total, "heterogeneity")
    worst.absolute(found.log_evidence, np.log(total), "log evidence")
    for x in (-1.2, -0.4, 0.3):
        with np.errstate(divide="ignore"):
            below = ndtr((x - mu) / tau)
        expected = integral(below * joint) / total
        worst.absolute(found.predictive.cdf(x), expected, f"P(next trial below {x})")
    return worst.finding()


CHECKS = (
    Check(
        name="pooling at a given heterogeneity",
        requirement="priors.meta_analysis",
        grade="external oracle",
        claim="Pooled mean, its error and the restricted likelihood are metafor's.",
        source="R metafor, random_effects.csv",
        subject="models.priors.random_effects.given_heterogeneity",
        compare=compare_given_heterogeneity,
    ),
    Check(
        name="pooling with unknown heterogeneity",
        requirement="priors.meta_analysis",
        grade="independent implementation",
        claim="Mean, heterogeneity and the predictive prior agree with integration on a grid.",
        source="trapezoid rule in the check",
        subject="models.priors.random_effects.random_effects",
        compare=compare_unknown_heterogeneity,
    ),
)
