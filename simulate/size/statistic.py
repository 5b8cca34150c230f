"""The power curve from the test statistic: mean and variance as lines in the root of the size.

Where one statistic decides at one look, its distribution says more than who won: the power is that
of a nearly normal number, with its skewness taken from all sizes (one term of Edgeworth's series)
as far as it stands out from its error.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from simulate.size.line import Floats, Line, fit_line
from simulate.size.sample import Points

LOWEST, HIGHEST = 0.25, 4.0
HALVINGS = 40
GAP, SHIFT, TAILS = 3.5, 0.002, 5.0
TINY = 1e-12


class StatisticCurve(NamedTuple):
    """Distribution of the statistic's excess over its bound.

    Attributes
    ----------
    mean, variance : Line
    skewness, kurtosis : array (1 + resample,)
        The data themselves first; the kurtosis is that over the normal's, for the check alone.
    """

    mean: Line
    variance: Line
    skewness: Floats
    kurtosis: Floats

    @property
    def slope(self) -> Floats:
        """How steeply the mean rises, by resample."""
        return self.mean.slope

    def power(self, sizes: Floats) -> Floats:
        """Power by resample and size; sizes the same for all resamples, or a column with theirs."""
        u = self.bound(sizes)
        skewed = self.skewness[:, np.newaxis] / 6 * (u**2 - 1) * _density(u)
        return np.asarray(ndtr(-u) + skewed)

    def size(self, power: float) -> Floats:
        """Size with a power by resample, by bisection; infinite where power does not rise to it."""
        low = np.full(self.skewness.shape, LOWEST * self.mean.scale)
        high = np.full(self.skewness.shape, HIGHEST * self.mean.scale)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            below = self.power(middle[:, np.newaxis])[:, 0] < power
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return np.where(self.mean.slope > 0, high, np.inf)

    def bound(self, sizes: Floats) -> Floats:
        """Bound, in standard deviations from the mean."""
        return -self.mean.at(sizes) / np.sqrt(np.maximum(self.variance.at(sizes), TINY))


def fit_statistic(points: Points) -> StatisticCurve:
    """Fit mean, variance and skewness to the moments at each size.

    Parameters
    ----------
    points : Points
        At two sizes or more, the excess known.
    """
    sums, sizes = points.sums, points.sizes
    means = sums.first / sums.trials
    mean = fit_line(means, sizes, np.atleast_2d(np.cov(means[1:].T)))
    second, third, fourth = _about(mean.at(sizes), points)
    variance = fit_line(second, sizes, np.diag(1.0 / sums.trials[0]))
    spread = np.maximum(variance.at(sizes), TINY)
    total = sums.trials.sum(axis=1)
    skewness = (sums.trials * third / spread**1.5).sum(axis=1) / total
    return StatisticCurve(
        mean=mean,
        variance=variance,
        skewness=_shrunk(skewness),
        kurtosis=(sums.trials * fourth / spread**2).sum(axis=1) / total - 3.0,
    )


def _shrunk(values: Floats) -> Floats:
    """Shrink a small quantity by its own error: what is not seen clearly had better be 0."""
    seen = max(float(values[0]) ** 2, TINY)
    return values * max(0.0, 1.0 - float(values[1:].var()) / seen)


def _about(mean: Floats, points: Points) -> tuple[Floats, Floats, Floats]:
    """Second, third and fourth moments about the fitted mean."""
    one, two, three, four = (power / points.sums.trials for power in points.sums[2:])
    return (
        two - 2 * mean * one + mean**2,
        three - 3 * mean * two + 3 * mean**2 * one - mean**3,
        four - 4 * mean * three + 6 * mean**2 * two - 4 * mean**3 * one + mean**4,
    )


def looks_normal(curve: StatisticCurve, wins: Floats, size: float) -> bool:
    """Whether the modelled power is that of the wins, and the tail no heavier than a normal's.

    Parameters
    ----------
    curve : StatisticCurve
    wins : array (1 + resample,)
        Power at the size from the wins of the same trials.
    size : float

    Returns
    -------
    bool
        False where both differ by more than 3.5 standard errors of their difference (the resamples'
        spread), or where Edgeworth's next term would shift the power by more than 0.002 and the
        kurtosis is 5 standard errors from a normal's; it has heavy tails itself.
    """
    gaps = wins - curve.power(np.array([size]))[:, 0]
    if abs(gaps[0]) > GAP * gaps[1:].std():
        return False
    u = curve.bound(np.array([size]))[:1, 0]
    shift = curve.kurtosis[:1] * (u**3 - 3 * u) * _density(u) / 24
    heavy = abs(curve.kurtosis[0]) > TAILS * curve.kurtosis[1:].std()
    return not (abs(shift[0]) > SHIFT and heavy)


def _density(u: Floats) -> Floats:
    return np.asarray(np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi))
