"""Log-rank test of RT against control; z above 0 favours RT."""

import math
from typing import NamedTuple

from numpy.typing import ArrayLike

from models.survival.risk_sets import risk_sets


class LogRank(NamedTuple):
    """Log-rank test, two-sided.

    Attributes
    ----------
    z : float
        (expected - observed RT events) / sqrt(variance); above 0 favours RT, not a number when
        the variance is 0.
    p_value : float
        Two-sided.
    observed, expected : float
        Events in the RT arm, seen and expected without an effect.
    variance : float
        Hypergeometric variance of the observed events.
    """

    z: float
    p_value: float
    observed: float
    expected: float
    variance: float


def log_rank(time: ArrayLike, event: ArrayLike, arm_index: ArrayLike) -> LogRank:
    """Test whether the arms share one survival curve.

    Parameters
    ----------
    time : array_like, shape (n,)
        Months to event or censoring, finite and not negative.
    event : array_like of bool, shape (n,)
        Whether the event was seen.
    arm_index : array_like of int, shape (n,)
        0 control, 1 RT.

    Returns
    -------
    LogRank

    References
    ----------
    Mantel 1966, Cancer Chemotherapy Reports 50; Peto & Peto 1972, doi 10.2307/2344317.

    Examples
    --------
    >>> from models import log_rank
    >>> test = log_rank([3.0, 5.0, 6.0, 7.0, 8.0, 9.0], [1, 1, 1, 0, 1, 0], [0, 0, 1, 0, 1, 1])
    >>> round(test.z, 3), round(test.p_value, 3)
    (1.033, 0.302)
    """
    sets = risk_sets(time, event, arm_index)
    deaths, patients = sets.events.sum(axis=0), sets.at_risk.sum(axis=0)
    share = sets.at_risk[1] / patients
    spread = deaths * share * (1 - share)
    several = patients > 1
    variance = float(
        (spread[several] * (patients - deaths)[several] / (patients[several] - 1)).sum()
    )
    seen, expected = float(sets.events[1].sum()), float((deaths * share).sum())
    z = (expected - seen) / math.sqrt(variance) if variance > 0 else math.nan
    return LogRank(
        z=z,
        p_value=math.erfc(abs(z) / math.sqrt(2)),
        observed=seen,
        expected=expected,
        variance=variance,
    )
