"""What the trial at hand says under one prior after another: from an estimate, or from draws.

Log hazard ratios are RT versus control, below 0 favours RT.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from models.interval_estimate import CI_PROB
from models.normal_posterior import NormalPosterior
from models.priors.normal_mixture import NormalMixture
from models.priors.normal_update import update_mixture
from models.priors.reweight import FEWEST_EFFECTIVE, HEAVIEST_TAIL, importance_weights

TAILS = ((1 - CI_PROB) / 2, 0.5, (1 + CI_PROB) / 2)


class PosteriorSummary(NamedTuple):
    """Posterior of the hazard ratio, RT versus control, under one prior.

    Attributes
    ----------
    median, lower, upper : float
        Of the hazard ratio, with 95% central limits.
    mean_log_hr : float
    p_below_1 : float
        P(HR < 1).
    effective_size, pareto_k : float
        Of re-weighted draws; infinite and 0 where nothing was re-weighted.
    """

    median: float
    lower: float
    upper: float
    mean_log_hr: float
    p_below_1: float
    effective_size: float = math.inf
    pareto_k: float = 0.0

    @property
    def trusted(self) -> bool:
        """Whether enough draws lie where this prior has them."""
        return self.effective_size >= FEWEST_EFFECTIVE and self.pareto_k <= HEAVIEST_TAIL


Learner = Callable[[NormalMixture], PosteriorSummary]
"""From a prior of log HR to the posterior of the trial at hand."""


def learn_from_estimate(likelihood: NormalPosterior) -> Learner:
    """Learn from an estimate and its standard error, in closed form.

    Parameters
    ----------
    likelihood : NormalPosterior
        From `normal_likelihood`, or any estimate of the log hazard ratio.
    """

    def learn(prior: NormalMixture) -> PosteriorSummary:
        return summarise_mixture(update_mixture(prior, likelihood=likelihood).posterior)

    return learn


def learn_from_draws(log_hr_draws: ArrayLike, *, old: NormalMixture) -> Learner:
    """Learn from posterior draws, which are weighed for each prior.

    Parameters
    ----------
    log_hr_draws : array_like
        Draws of the posterior under `old`.
    old : NormalMixture

    Returns
    -------
    Learner
        Its summaries say by `trusted` whether enough draws were left.

    Examples
    --------
    >>> import numpy as np
    >>> from models import NormalMixture, ScepticalPrior, learn_from_draws
    >>> log_hr = np.random.default_rng(1).normal(-0.6, 0.25, 4000)
    >>> learn = learn_from_draws(log_hr, old=NormalMixture.normal(0.0, 1.0))
    >>> sceptic = learn(ScepticalPrior(target_hr=0.69, probability=0.05).mixture())
    >>> bool(0.55 < sceptic.median < 0.8), sceptic.trusted
    (True, True)
    """
    draws = np.asarray(log_hr_draws, dtype=float).reshape(-1)
    order = np.argsort(draws, kind="stable")
    ordered = draws[order]

    def learn(prior: NormalMixture) -> PosteriorSummary:
        found = importance_weights(ordered, old=old, new=prior)
        reached = np.cumsum(found.weights) - found.weights / 2
        lower, median, upper = np.exp(np.interp(TAILS, reached, ordered))
        return PosteriorSummary(
            median=float(median),
            lower=float(lower),
            upper=float(upper),
            mean_log_hr=float(found.weights @ ordered),
            p_below_1=float(found.weights[ordered < 0.0].sum()),
            effective_size=found.effective_size,
            pareto_k=found.pareto_k,
        )

    return learn


def summarise_mixture(mixture: NormalMixture) -> PosteriorSummary:
    """Summarise a distribution of the log hazard ratio on the scale of hazard ratios."""
    lower, median, upper = np.exp(mixture.quantile(TAILS))
    return PosteriorSummary(
        median=float(median),
        lower=float(lower),
        upper=float(upper),
        mean_log_hr=mixture.mean,
        p_below_1=float(mixture.cdf(0.0)),
    )
