"""What a prior of log HR says in survival curves, before any data of the trial at hand.

Under proportional hazards survival with RT is that of the control arm to the power of the hazard
ratio, so quantiles of the one are quantiles of the other: nothing is drawn. Times are months.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.interval_estimate import CI_PROB
from models.priors.normal_mixture import NormalMixture

Array = NDArray[np.float64]

MASSES = (0.5, CI_PROB)


class PriorCurves(NamedTuple):
    """Survival over time that a prior allows.

    Attributes
    ----------
    months : numpy.ndarray, shape (T,)
    control : numpy.ndarray, shape (T,)
        Survival without RT, taken as known.
    median, lower_inner, upper_inner, lower, upper : numpy.ndarray, shape (T,)
        Survival with RT: median, 50% and 95% central limits.
    """

    months: Array
    control: Array
    median: Array
    lower_inner: Array
    upper_inner: Array
    lower: Array
    upper: Array


def prior_survival(prior: NormalMixture, *, months: ArrayLike, control: ArrayLike) -> PriorCurves:
    """Compute survival with RT under a prior of the log hazard ratio and a known control curve.

    Parameters
    ----------
    prior : NormalMixture
    months : array_like, shape (T,)
        Times since randomisation.
    control : array_like, shape (T,)
        Survival of the control arm at these times, within [0, 1].

    Raises
    ------
    ValueError
        If the curve leaves [0, 1] or has another length.
    """
    times, curve = np.asarray(months, dtype=float), np.asarray(control, dtype=float)
    if times.shape != curve.shape or not np.all((curve >= 0) & (curve <= 1)):
        raise ValueError(
            f"`control` must hold a survival within [0, 1] for each of {times.size} months, got "
            f"{curve.size} from {curve.min()} to {curve.max()}; give shares, not percentages"
        )
    tails = [(1 - mass) / 2 for mass in MASSES]
    levels = [0.5, 1 - tails[0], tails[0], 1 - tails[1], tails[1]]
    return PriorCurves(times, curve, *(curve ** np.exp(q) for q in prior.quantile(levels)))


def exponential_survival(median: float, *, months: ArrayLike) -> Array:
    """Survival of constant hazard with a median in months, positive."""
    return np.asarray(0.5 ** (np.asarray(months, dtype=float) / median))
