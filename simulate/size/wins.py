"""The power curve from wins: a probit line in the root of the size.

The power of a normal test whose mean grows with the root of the size is exactly such a line; over
a window about the answer other powers are close to one.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from simulate.size.line import Floats, Line, fit_line
from simulate.size.sample import Points

EDGE = 3.5


class WinsCurve(NamedTuple):
    """Power whose probit is a line."""

    probit: Line

    @property
    def slope(self) -> Floats:
        """How steeply the probit rises, by resample."""
        return self.probit.slope

    def power(self, sizes: Floats) -> Floats:
        """Power by resample and size."""
        return np.asarray(ndtr(self.probit.at(sizes)))

    def size(self, power: float) -> Floats:
        """Size with a power by resample; infinite where power does not rise to it."""
        return self.probit.size(float(ndtri(power)))


def fit_wins(points: Points) -> WinsCurve:
    """Fit the line to the shares of wins.

    Parameters
    ----------
    points : Points
        At two sizes or more.

    Returns
    -------
    WinsCurve
        Fitted twice: with the errors of the shares as they are, and with those that the first line
        implies, since a share that is high by chance seems more certain than it is. Half a win and
        half a loss are added to each point, so that points where all or none win stay finite.
    """
    probits = ndtri((points.sums.won + 0.5) / (points.sums.trials + 1.0))
    observed = np.atleast_2d(np.cov(probits[1:].T))
    first = fit_line(probits, points.sizes, observed)
    probit = np.clip(first.at(points.sizes)[0], -EDGE, EDGE)
    density = np.exp(-(probit**2) / 2) / np.sqrt(2 * np.pi)
    implied = np.sqrt(ndtr(probit) * ndtr(-probit) / points.sums.trials[0]) / density
    scale = implied / np.sqrt(np.diag(observed))
    return WinsCurve(fit_line(probits, points.sizes, observed * np.outer(scale, scale)))
