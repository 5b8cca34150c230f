"""The power curve from the test statistic: its mean and variance as lines in the root of the size.

Where one statistic decides at one look, its distribution says more than who won: the power is that
of a nearly normal number, with its skewness taken from all sizes (one term of Edgeworth's series).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from simulate.size.sample import Points
from simulate.size.wins import _centre, _line

Floats = NDArray[np.float64]

GRID = np.geomspace(0.5, 2.0, 41)
HALVINGS = 40
"""Bisection from a factor of 2 to one part in 10^12."""


class Curve(NamedTuple):
    """Mean, variance and skewness of the statistic's excess over its bound.

    Attributes
    ----------
    mean, mean_slope, variance, variance_slope, skewness, kurtosis : array (1 + resample,)
        The data themselves first; slopes are against the root of size over scale, minus 1; the
        kurtosis is the excess over the normal's, for the check alone.
    scale : float
    """

    mean: Floats
    mean_slope: Floats
    variance: Floats
    variance_slope: Floats
    skewness: Floats
    kurtosis: Floats
    scale: float

    def power(self, sizes: Floats) -> Floats:
        """Power by resample and size."""
        return self._power(np.sqrt(np.asarray(sizes) / self.scale)[np.newaxis] - 1.0)

    def size(self, power: float) -> Floats:
        """Size with a power by resample, by bisection; infinite where power does not rise to it."""
        low, high = np.full(self.mean.shape, -1.0), np.full(self.mean.shape, 7.0)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            below = self._power(middle[:, np.newaxis])[:, 0] < power
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        reached = self.scale * (1.0 + high) ** 2
        return np.where(self.mean_slope > 0, reached, np.inf)

    def _power(self, away: Floats) -> Floats:
        u = self.standardised(away)
        density = np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi)
        skewed = self.skewness[:, np.newaxis] / 6 * (u**2 - 1) * density
        return np.asarray(ndtr(-u) + skewed)

    def standardised(self, away: Floats) -> Floats:
        """Bound in standard deviations from the mean."""
        mean = self.mean[:, np.newaxis] + self.mean_slope[:, np.newaxis] * away
        variance = self.variance[:, np.newaxis] + self.variance_slope[:, np.newaxis] * away
        return -mean / np.sqrt(np.maximum(variance, 1e-12))


def fit_statistic(points: Points) -> Curve:
    """Fit mean, variance and skewness to the moments at each size.

    Parameters
    ----------
    points : Points
        At two sizes or more, the excess known.
    """
    sums, scale = points.sums, _centre(points)
    away = np.sqrt(points.sizes / scale) - 1.0
    level, slope = _line(sums.first / sums.count, sums.count, away)
    mean = level[:, np.newaxis] + slope[:, np.newaxis] * away
    second, third, fourth = _about(mean, points)
    variance, variance_slope = _line(second, sums.count, away)
    spread = np.maximum(variance[:, np.newaxis] + variance_slope[:, np.newaxis] * away, 1e-12)
    total = sums.count.sum(axis=1)
    return Curve(
        mean=level,
        mean_slope=slope,
        variance=variance,
        variance_slope=variance_slope,
        skewness=(sums.count * third / spread**1.5).sum(axis=1) / total,
        kurtosis=(sums.count * fourth / spread**2).sum(axis=1) / total - 3.0,
        scale=scale,
    )


def _about(mean: Floats, points: Points) -> tuple[Floats, Floats, Floats]:
    """Second, third and fourth moments about the fitted mean."""
    count = points.sums.count
    one, two, three, four = (power / count for power in points.sums[2:])
    return (
        two - 2 * mean * one + mean**2,
        three - 3 * mean * two + 3 * mean**2 * one - mean**3,
        four - 4 * mean * three + 6 * mean**2 * two - 4 * mean**3 * one + mean**4,
    )


def looks_normal(curve: Curve, wins: Floats, size: float) -> bool:
    """Whether the modelled power is that of the wins, and the tail no heavier than a normal's.

    Parameters
    ----------
    curve : Curve
    wins : array (1 + resample,)
        Power at the size from the wins of the same trials.
    size : float

    Returns
    -------
    bool
        False where both differ by more than 3 standard errors of their difference (the resamples'
        spread), or Edgeworth's next term would shift the power by more than 0.002 and is itself 3
        standard errors from 0.
    """
    gaps = wins - curve.power(np.array([size]))[:, 0]
    if abs(gaps[0]) > 3.0 * gaps[1:].std():
        return False
    u = float(curve.standardised(np.array([[np.sqrt(size / curve.scale) - 1.0]]))[0, 0])
    term = (u**3 - 3 * u) * np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi) / 24
    shift = abs(curve.kurtosis[0] * term)
    return not (shift > 0.002 and abs(curve.kurtosis[0]) > 3.0 * curve.kurtosis[1:].std())
