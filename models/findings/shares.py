"""Shares of patients in two arms: beta posteriors, and their difference by quadrature."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import beta

from models.interval_estimate import CI_PROB

Floats = NDArray[np.float64]

JEFFREYS = 0.5
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(400)
NODES, WEIGHTS = (_NODES + 1.0) / 2.0, _WEIGHTS / 2.0


@dataclass(frozen=True, kw_only=True)
class Share:
    """Posterior of one arm's share of patients, a beta distribution.

    Parameters
    ----------
    count, n : int
        Patients counted, and out of how many.
    prior : (float, float)
        Beta prior: imaginary patients counted, and not counted.
    """

    count: int
    n: int
    prior: tuple[float, float] = (JEFFREYS, JEFFREYS)

    def __post_init__(self) -> None:
        """Refuse impossible counts and priors."""
        if not 0 <= self.count <= self.n:
            raise ValueError(
                f"`count` is {self.count} of `n` = {self.n}; it must lie between 0 and n, correct "
                "one of them"
            )
        if not min(self.prior) > 0:
            raise ValueError(f"`prior` is {self.prior}; both parts must be positive, correct them")

    @property
    def shapes(self) -> tuple[float, float]:
        """Parameters of the beta posterior."""
        return self.prior[0] + self.count, self.prior[1] + self.n - self.count

    @property
    def mean(self) -> float:
        """Posterior mean."""
        a, b = self.shapes
        return a / (a + b)

    def interval(self, *, ci_prob: float = CI_PROB) -> tuple[float, float]:
        """Central posterior interval."""
        tail = (1.0 - ci_prob) / 2.0
        return float(beta.ppf(tail, *self.shapes)), float(beta.ppf(1.0 - tail, *self.shapes))


@dataclass(frozen=True, kw_only=True)
class ShareDifference:
    """Posterior of the share of RT minus that of control.

    Attributes
    ----------
    mean, lower, upper : float
        With a central interval.
    p_rt_higher : float
        Probability that the share is higher with RT.
    """

    mean: float
    lower: float
    upper: float
    p_rt_higher: float


def compare_shares(rt: Share, control: Share, *, ci_prob: float = CI_PROB) -> ShareDifference:
    """Compare two arms whose shares are independent.

    Parameters
    ----------
    rt, control : Share
    ci_prob : float
        Mass of the central interval, strictly between 0 and 1.

    Returns
    -------
    ShareDifference
        By Gauss–Legendre quadrature over the quantiles of control, to about 1e-6.

    Raises
    ------
    ValueError
        If `ci_prob` is not strictly between 0 and 1.
    """
    if not 0.0 < ci_prob < 1.0:
        raise ValueError(f"`ci_prob` is {ci_prob}; it must lie strictly between 0 and 1, change it")
    at = beta.ppf(NODES, *control.shapes)

    def below(difference: float) -> float:
        return float(WEIGHTS @ beta.cdf(at + difference, *rt.shapes))

    def quantile(probability: float) -> float:
        return float(brentq(lambda d: below(d) - probability, -1.0, 1.0, xtol=1e-9))

    tail = (1.0 - ci_prob) / 2.0
    return ShareDifference(
        mean=rt.mean - control.mean,
        lower=quantile(tail),
        upper=quantile(1.0 - tail),
        p_rt_higher=1.0 - below(0.0),
    )
