"""Assurance in closed form: a normal posterior of log HR, and a fixed number of events."""

import math
from statistics import NormalDist

from simulate.boundaries.scales import information_per_event


def normal_assurance(
    *,
    mean: float,
    sd: float,
    events: float,
    alpha: float,
    control: float = 1.0,
    rt: float = 1.0,
) -> float:
    """Probability that a log-rank test of so many events succeeds, averaged over log HR.

    Parameters
    ----------
    mean, sd : float
        Of log HR, RT versus control; `sd` 0 gives the power at the mean.
    events : float
        Over both arms, at the only analysis.
    alpha : float
        One-sided.
    control, rt : float
        Ratio of the allocation.

    Returns
    -------
    float
        z is normal with mean −log HR × √information and variance 1, as Schoenfeld has it, so
        that over the posterior its variance is 1 + information × sd².

    References
    ----------
    O'Hagan, Stevens & Campbell 2005, doi 10.1002/pst.175.

    Examples
    --------
    >>> from simulate import normal_assurance
    >>> round(normal_assurance(mean=-0.36, sd=0.2, events=300, alpha=0.025), 3)
    0.719
    """
    information = events * information_per_event(control=control, rt=rt)
    standard = NormalDist()
    distance = -mean * math.sqrt(information) + standard.inv_cdf(alpha)
    return standard.cdf(distance / math.sqrt(1.0 + information * sd**2))
