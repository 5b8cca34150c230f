"""Exact posterior of the log hazard ratio under a prior that is a mixture of normals.

Each component has its own exact posterior and evidence; the posterior is their mixture, in which
a component weighs as its prior weight times its evidence. It may have several modes.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp

from models.exact_posterior.posterior import ExactPosterior, exact_posterior
from models.priors.normal_mixture import NormalMixture
from models.settings import GammaBaseline, HierarchicalGammaBaseline, NormalPrior, Placement

Array = NDArray[np.float64]

BISECTIONS = 60


@dataclass(frozen=True, kw_only=True)
class ExactMixturePosterior:
    """Posterior of the log hazard ratio, one for each set of data.

    Attributes
    ----------
    shares : numpy.ndarray, shape (C, ...)
        Posterior weights of the prior's C components.
    mean, sd : numpy.ndarray, shape (...)
        Of the log hazard ratio; the shape is that of the data without arm and interval.
    log_evidence : numpy.ndarray, shape (...)
        Log of p(data) under the whole prior.
    components : tuple of ExactPosterior, length C
        Posterior under each component alone.
    """

    shares: Array
    mean: Array
    sd: Array
    log_evidence: Array
    components: tuple[ExactPosterior, ...]

    def density(self, beta: ArrayLike) -> Array:
        """Density at log hazard ratios, shape (...) or (..., Q)."""
        points = np.asarray(beta, dtype=float)
        return self._weighed([part.density(points) for part in self.components], points)

    def cdf(self, beta: ArrayLike) -> Array:
        """Posterior probability of a log hazard ratio below given values, shaped as `density`."""
        points = np.asarray(beta, dtype=float)
        return self._weighed([part.cdf(points) for part in self.components], points)

    def probability_below(self, hazard_ratio: float) -> Array:
        """Posterior probability that RT versus control is below a hazard ratio, shape (...).

        Raises
        ------
        ValueError
            If `hazard_ratio` is not positive.
        """
        parts = [part.probability_below(hazard_ratio) for part in self.components]
        return self._weighed(parts, np.zeros(()))

    def quantile(self, probability: float) -> Array:
        """Log hazard ratio below which a given posterior probability lies, shape (...).

        Parameters
        ----------
        probability : float
            Strictly between 0 and 1.

        Raises
        ------
        ValueError
            If `probability` is not strictly between 0 and 1.
        """
        if not 0.0 < probability < 1.0:
            raise ValueError(
                f"`probability` must lie strictly between 0 and 1, got {probability}; "
                "0.5 is the median"
            )
        parts = np.stack([part.quantile(probability) for part in self.components])
        low, high = parts.min(axis=0), parts.max(axis=0)
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            below = self._cdf_by_set(middle) < probability
            low, high = np.where(below, middle, low), np.where(below, high, middle)
            if not np.any(high - low > 1e-12 * self.sd):
                break
        return np.asarray((low + high) / 2)

    def _cdf_by_set(self, beta: Array) -> Array:
        """Probability below one value for each set."""
        flat = beta.reshape(-1, 1)
        parts = [part._cdf(flat).reshape(beta.shape) for part in self.components]
        return self._weighed(parts, np.zeros(()))

    def _weighed(self, parts: list[Array], points: Array) -> Array:
        shares = self.shares.reshape(self.shares.shape + (1,) * points.ndim)
        return np.asarray((shares * np.stack(parts)).sum(axis=0))


def exact_mixture_posterior(
    events: ArrayLike,
    exposure: ArrayLike,
    *,
    baseline: GammaBaseline | HierarchicalGammaBaseline,
    placement: Placement,
    log_hr: NormalMixture,
) -> ExactMixturePosterior:
    """Integrate out the baseline hazards under each component of the prior, and mix.

    Parameters
    ----------
    events : array_like of int, shape (..., 2, K)
        Events by arm (control, RT) and interval.
    exposure : array_like, shape (..., 2, K)
        Person-months by arm and interval.
    baseline : GammaBaseline or HierarchicalGammaBaseline
        Prior of the baseline hazards.
    placement : {"control", "symmetric"}
        Whether the baseline is the control hazard or the geometric mean of both arms.
    log_hr : NormalMixture
        Prior of the log hazard ratio.

    Returns
    -------
    ExactMixturePosterior

    Raises
    ------
    ValueError
        If the table is unusable or the baseline has no closed form.

    Examples
    --------
    >>> from models import GammaBaseline, NormalMixture, exact_mixture_posterior
    >>> posterior = exact_mixture_posterior(
    ...     [[20], [12]],
    ...     [[260.0], [310.0]],
    ...     baseline=GammaBaseline(),
    ...     placement="symmetric",
    ...     log_hr=NormalMixture(weights=(1.0,), means=(0.0,), sds=(1.0,)),
    ... )
    >>> round(float(posterior.mean), 2), round(float(posterior.cdf(0.0)), 2)
    (-0.62, 0.97)
    """
    parts = tuple(
        exact_posterior(
            events,
            exposure,
            baseline=baseline,
            placement=placement,
            log_hr=NormalPrior(mean=mean, sd=sd),
        )
        for mean, sd in zip(log_hr.means, log_hr.sds, strict=True)
    )
    log_share = np.stack(
        [
            math.log(weight) + part.log_evidence
            for weight, part in zip(log_hr.weights, parts, strict=True)
        ]
    )
    log_evidence = np.asarray(logsumexp(log_share, axis=0))
    shares = np.exp(log_share - log_evidence)
    means, sds = np.stack([part.mean for part in parts]), np.stack([part.sd for part in parts])
    mean = (shares * means).sum(axis=0)
    return ExactMixturePosterior(
        shares=shares,
        mean=mean,
        sd=np.sqrt((shares * (sds**2 + (means - mean) ** 2)).sum(axis=0)),
        log_evidence=log_evidence,
        components=parts,
    )
