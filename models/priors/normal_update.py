"""A mixture prior of log HR meets a normal likelihood: everything stays in closed form."""

import math
from typing import NamedTuple

import numpy as np
from scipy.special import logsumexp

from models.normal_posterior import NormalPosterior
from models.priors.normal_mixture import LOG_ROOT_2_PI, NormalMixture


class UpdatedMixture(NamedTuple):
    """Posterior of the log hazard ratio, RT versus control.

    Attributes
    ----------
    posterior : NormalMixture
        Components in the order of the prior's, each updated on its own; weights follow how well
        each foretold the estimate. Components of no weight in double precision are dropped.
    log_evidence : float
        Log density of the estimate under the prior.
    """

    posterior: NormalMixture
    log_evidence: float


def update_mixture(prior: NormalMixture, *, likelihood: NormalPosterior) -> UpdatedMixture:
    """Combine a prior with an estimate and its standard error.

    Parameters
    ----------
    prior : NormalMixture
    likelihood : NormalPosterior
        Estimate and standard error, as `normal_likelihood` gives them.

    Returns
    -------
    UpdatedMixture
        The posterior, again a mixture, and the log evidence.

    Examples
    --------
    >>> from models import NormalMixture, NormalPosterior, update_mixture
    >>> prior = NormalMixture(weights=(0.5, 0.5), means=(-0.4, 0.0), sds=(0.2, 1.0))
    >>> updated = update_mixture(prior, likelihood=NormalPosterior(mean=-0.69, sd=0.275))
    >>> round(updated.posterior.mean, 3), round(updated.posterior.sd, 3)
    (-0.539, 0.206)
    """
    means, sds = np.array(prior.means), np.array(prior.sds)
    total = sds**2 + likelihood.sd**2
    misfit = (likelihood.mean - means) ** 2 / total
    log_share = np.log(prior.weights) - 0.5 * (np.log(total) + misfit) - LOG_ROOT_2_PI
    log_evidence = float(logsumexp(log_share))
    share = np.exp(log_share - log_evidence)
    kept = share > 0.0
    precision = sds**-2 + likelihood.sd**-2
    centre = (means / sds**2 + likelihood.mean / likelihood.sd**2) / precision
    return UpdatedMixture(
        posterior=NormalMixture(
            weights=tuple(share[kept] / math.fsum(share[kept])),
            means=tuple(centre[kept]),
            sds=tuple(precision[kept] ** -0.5),
        ),
        log_evidence=log_evidence,
    )
