"""Random-effects meta-analysis by quadrature: exact posterior of mean, heterogeneity, prediction.

Trial j has estimate y_j with standard error s_j of its own log hazard ratio theta_j (RT versus
control); theta_j ~ Normal(mu, tau²), mu ~ Normal(0, mean_sd²), tau ~ half-normal. Given tau all
is normal, so one integral over tau is left; what it weighs are mixtures of normals.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from models.priors.normal_mixture import NormalMixture
from models.priors.trial_estimate import TrialEstimate

Array = NDArray[np.float64]

FARTHEST = 6.5
PANELS = 12
NODES, WEIGHTS = np.polynomial.legendre.leggauss(8)
NEGLIGIBLE = 1e-12


class GivenHeterogeneity(NamedTuple):
    """Posterior where tau is known, one entry for each value of tau.

    Attributes
    ----------
    mean, sd : numpy.ndarray, shape (T,)
        Normal posterior of the pooled mean mu.
    log_evidence : numpy.ndarray, shape (T,)
        Log density of the estimates.
    """

    mean: Array
    sd: Array
    log_evidence: Array


class RandomEffects(NamedTuple):
    """Posterior of a random-effects meta-analysis.

    Attributes
    ----------
    mean : NormalMixture
        Pooled mean mu of the log hazard ratio.
    predictive : NormalMixture
        Log hazard ratio of a new trial: the meta-analytic predictive prior, exact but of many
        components.
    trials : tuple of NormalMixture
        Each trial's own log hazard ratio, drawn towards the others.
    tau, tau_weight : numpy.ndarray, shape (T,)
        Heterogeneity on its grid, and the posterior probability of each point.
    log_evidence : float
        Log density of the estimates that heterogeneity is judged by.
    """

    mean: NormalMixture
    predictive: NormalMixture
    trials: tuple[NormalMixture, ...]
    tau: Array
    tau_weight: Array
    log_evidence: float

    def tau_quantile(self, probability: float) -> float:
        """Heterogeneity below which a posterior probability lies."""
        reached = np.cumsum(self.tau_weight) - self.tau_weight / 2
        return float(np.interp(probability, reached, self.tau))


def given_heterogeneity(
    trials: Sequence[TrialEstimate], *, tau: Array, mean_sd: float
) -> GivenHeterogeneity:
    """Posterior of the pooled mean where the heterogeneity is known: normal–normal closed form.

    Parameters
    ----------
    trials : sequence of TrialEstimate
    tau : numpy.ndarray, shape (T,)
        Standard deviation of true log hazard ratios between trials, at least 0.
    mean_sd : float
        The mean is Normal(0, mean_sd) before.
    """
    y, s = _arrays(trials)
    variance = s[:, np.newaxis] ** 2 + tau**2
    precision = mean_sd**-2 + (1 / variance).sum(axis=0)
    mean = (y[:, np.newaxis] / variance).sum(axis=0) / precision
    square = (y[:, np.newaxis] ** 2 / variance).sum(axis=0) - mean**2 * precision
    logs = np.log(2 * np.pi * variance).sum(axis=0) + np.log(precision * mean_sd**2)
    return GivenHeterogeneity(mean, precision**-0.5, -0.5 * (logs + square))


def random_effects(
    trials: Sequence[TrialEstimate],
    *,
    heterogeneity: float,
    mean_sd: float,
    counted: Sequence[TrialEstimate] | None = None,
) -> RandomEffects:
    """Pool trials with unknown heterogeneity.

    Parameters
    ----------
    trials : sequence of TrialEstimate
        None at all leaves the prior.
    heterogeneity : float
        Scale of the half-normal prior of tau. With 0.5, true hazard ratios of two trials differ
        by a factor below 1.3 in half of all cases, and below 4.7 in 95%.
    mean_sd : float
        The pooled mean is Normal(0, mean_sd) before.
    counted : sequence of TrialEstimate, optional
        What the mean is pooled from where trials are discounted. Heterogeneity is judged by
        `trials` all the same: a discount is of what a trial says about another question, and if
        it made the trials agree, it would sharpen the prediction that it is to blunt.

    Returns
    -------
    RandomEffects

    References
    ----------
    Röver et al. 2021, doi 10.1002/jrsm.1475 (half-normal heterogeneity); Schmidli et al. 2014,
    doi 10.1111/biom.12242 (predictive prior).
    """
    tau, log_weight = _heterogeneity_grid(heterogeneity)
    counted = trials if counted is None else counted
    joint = log_weight + given_heterogeneity(trials, tau=tau, mean_sd=mean_sd).log_evidence
    given = given_heterogeneity(counted, tau=tau, mean_sd=mean_sd)
    log_evidence = float(logsumexp(joint))
    weight = np.exp(joint - log_evidence)
    kept = weight > NEGLIGIBLE
    weight, tau = weight[kept] / weight[kept].sum(), tau[kept]
    mean, sd = given.mean[kept], given.sd[kept]
    return RandomEffects(
        mean=_mixture(weight, mean, sd),
        predictive=_mixture(weight, mean, np.hypot(sd, tau)),
        trials=tuple(
            _drawn_in(trial, weight=weight, tau=tau, mean=mean, sd=sd) for trial in counted
        ),
        tau=tau,
        tau_weight=weight,
        log_evidence=log_evidence,
    )


def _heterogeneity_grid(scale: float) -> tuple[Array, Array]:
    """Gauss–Legendre nodes of tau, dense near 0, with the log of weight times half-normal prior."""
    edges = FARTHEST * scale * np.linspace(0.0, 1.0, PANELS + 1) ** 2
    half = np.diff(edges)[:, np.newaxis] / 2
    tau = (edges[:-1, np.newaxis] + half * (1 + NODES)).reshape(-1)
    log_prior = 0.5 * np.log(2 / np.pi) - np.log(scale) - 0.5 * (tau / scale) ** 2
    return tau, np.log((half * WEIGHTS).reshape(-1)) + log_prior


def _drawn_in(
    trial: TrialEstimate, *, weight: Array, tau: Array, mean: Array, sd: Array
) -> NormalMixture:
    """Posterior of one trial's own effect: between its estimate and the mean."""
    own = tau**2 / (tau**2 + trial.error**2)
    spread = np.sqrt(own * trial.error**2 + ((1 - own) * sd) ** 2)
    return _mixture(weight, own * trial.log_hr + (1 - own) * mean, spread)


def _mixture(weight: Array, mean: Array, sd: Array) -> NormalMixture:
    return NormalMixture(weights=tuple(weight), means=tuple(mean), sds=tuple(sd))


def _arrays(trials: Sequence[TrialEstimate]) -> tuple[Array, Array]:
    return np.array([t.log_hr for t in trials]), np.array([t.error for t in trials])
