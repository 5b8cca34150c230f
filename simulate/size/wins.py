"""The power curve from wins: a probit line in the root of the size, by maximum likelihood.

The power of a normal test whose mean grows with the root of the size is exactly such a line; over
a window about the answer other powers are close to one. All resamples are fitted together.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtr, ndtri

from simulate.size.sample import Points

Floats = NDArray[np.float64]

STEPS = 12
EDGE = 6.0


class Line(NamedTuple):
    """Probit of power = `level` + `slope` * (root of size over scale - 1).

    Attributes
    ----------
    level, slope : array (1 + resample,)
        The data themselves first.
    scale : float
        Size at which the power has the level.
    """

    level: Floats
    slope: Floats
    scale: float

    def power(self, sizes: Floats) -> Floats:
        """Power by resample and size."""
        away = np.sqrt(np.asarray(sizes) / self.scale) - 1.0
        return np.asarray(ndtr(self.level[:, np.newaxis] + self.slope[:, np.newaxis] * away))

    def size(self, power: float) -> Floats:
        """Size with a power by resample; infinite where power does not rise to it."""
        return crossing(self.level, self.slope, ndtri(power), self.scale)


def crossing(level: Floats, slope: Floats, wanted: float, scale: float) -> Floats:
    """Size at which a rising line reaches a value."""
    rises = slope > 0
    away = (wanted - level) / np.where(rises, slope, 1.0)
    reached = scale * np.maximum(1.0 + away, 0.0) ** 2
    return np.where(rises, reached, np.where(level >= wanted, 0.0, np.inf))


def fit_wins(points: Points) -> Line:
    """Fit the line to the shares of wins.

    Parameters
    ----------
    points : Points
        At two sizes or more.

    Returns
    -------
    Line
        By Fisher scoring from the probits of the shares; half a win and half a loss are added to
        each point, so that points where all or none win do not run away.
    """
    count, won = points.sums.count + 1.0, points.sums.won + 0.5
    scale = _centre(points)
    away = np.sqrt(points.sizes / scale) - 1.0
    level, slope = _line(ndtri(won / count), count, away)
    for _ in range(STEPS):
        eta = np.clip(level[:, np.newaxis] + slope[:, np.newaxis] * away, -EDGE, EDGE)
        share, density = ndtr(eta), np.exp(-(eta**2) / 2) / np.sqrt(2 * np.pi)
        weight = count * density**2 / np.exp(log_ndtr(eta) + log_ndtr(-eta))
        level, slope = _line(eta + (won / count - share) / density, weight, away)
    return Line(level, slope, scale)


def _centre(points: Points) -> float:
    """Mean root of the sizes, squared, weighted by the trials there."""
    return float(np.average(np.sqrt(points.sizes), weights=points.sums.count[0])) ** 2


def _line(values: Floats, weights: Floats, away: Floats) -> tuple[Floats, Floats]:
    """Weighted least squares of each row."""
    total = weights.sum(axis=1)
    middle = weights @ away / total
    mean = (weights * values).sum(axis=1) / total
    apart = away - middle[:, np.newaxis]
    slope = (weights * apart * values).sum(axis=1) / (weights * apart**2).sum(axis=1)
    return mean - slope * middle, slope
