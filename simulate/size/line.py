"""A line through what is known at sizes that share replicates, by generalised least squares.

Sizes that share patients err together, so that their differences are known better than their
levels: the covariance of the resamples says how much, and the slope profits from it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RIDGE = 1e-9


class Line(NamedTuple):
    """`level` + `slope` * (root of size over scale - 1), one row for each resample.

    Attributes
    ----------
    level, slope : array (1 + resample,)
        The data themselves first.
    scale : float
        Size at which the line has its level.
    """

    level: Floats
    slope: Floats
    scale: float

    def at(self, sizes: Floats) -> Floats:
        """Height of the line by resample and size."""
        away = root_away(sizes, self.scale)
        return self.level[:, np.newaxis] + self.slope[:, np.newaxis] * away

    def size(self, height: float) -> Floats:
        """Size at a height by resample; infinite where the line does not rise to it."""
        rises = self.slope > 0
        away = (height - self.level) / np.where(rises, self.slope, 1.0)
        reached = self.scale * np.maximum(1.0 + away, 0.0) ** 2
        return np.where(rises, reached, np.where(self.level >= height, 0.0, np.inf))


def root_away(sizes: Floats, scale: float) -> Floats:
    """Root of the sizes over a scale, minus 1."""
    return np.asarray(np.sqrt(np.asarray(sizes) / scale) - 1.0)


def fit_line(values: Floats, sizes: Floats, covariance: Floats) -> Line:
    """Fit a line by generalised least squares, to each resample with the same weights.

    Parameters
    ----------
    values : array (1 + resample, point)
    sizes : array (point,)
        Where all are the same the slope is 0.
    covariance : array (point, point)
        Of the values.
    """
    ridge = RIDGE * np.diag(np.diag(covariance))
    precision = np.linalg.inv(covariance + ridge)
    scale = float(np.average(np.sqrt(sizes), weights=1.0 / np.diag(covariance))) ** 2
    columns = np.stack([np.ones_like(sizes), root_away(sizes, scale)], axis=1)
    weights = np.linalg.pinv(columns.T @ precision @ columns) @ columns.T @ precision
    level, slope = weights @ values.T
    return Line(level, slope, scale)
