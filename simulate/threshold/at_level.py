"""The threshold that a share of trials passes, and the share that passes a threshold."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

Floats = NDArray[np.float64]

LIMITS = (0.025, 0.975)


class Threshold(NamedTuple):
    """A threshold with its 95% Monte Carlo interval."""

    value: float
    lower: float
    upper: float


class Error(NamedTuple):
    """Type I error at a threshold, with its Monte Carlo standard error."""

    value: float
    mcse: float


def quantile(largest: Floats, alpha: float) -> Threshold:
    """Give the threshold that so large a share of the trials passes, with its interval.

    Parameters
    ----------
    largest : array (trial,)
    alpha : float

    Returns
    -------
    Threshold
        Midway between the last trial that may succeed and the next; the interval is that of order
        statistics, by the binomial distribution, whatever the distribution of the probabilities.
    """
    falling = np.sort(largest)[::-1]
    count = len(falling)

    def between(successes: float) -> float:
        place = int(min(max(successes, 1), count - 1))
        return float(falling[place - 1] + falling[place]) / 2

    few, many = binom.ppf(np.array(LIMITS), count, alpha)
    return Threshold(between(math.floor(alpha * count)), between(many + 1), between(few))


def error_at(largest: Floats, threshold: float) -> Error:
    """Give the share of trials that succeed, never with less error than that of one success."""
    count = len(largest)
    share = float((largest >= threshold).mean())
    spread = max(share * (1 - share), 1 / count)
    return Error(share, math.sqrt(spread / count))
