"""One arm with constant hazards of all three passages: closed forms.

Hazards per month; times in months.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.illness_death.decay import two_decays

Array = NDArray[np.float64]

NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)
PIECE = 1.0


class ConstantHazards(NamedTuple):
    """Hazards of the passages 0 to 1, 0 to 2 and 1 to 2, per month."""

    progression: float
    without: float
    after: float

    def leaving(self) -> float:
        """Hazard of progression or death."""
        return self.progression + self.without

    def deaths_without_progression(self) -> float:
        """Share of deaths among progression-free survival events."""
        return self.without / self.leaving()


def alive_at(hazards: ConstantHazards, times: ArrayLike) -> Array:
    """Overall survival at given times."""
    months = np.asarray(times, dtype=float)
    leaving = hazards.leaving() * months
    progressed = hazards.progression * months * two_decays(leaving, hazards.after * months)
    return np.asarray(np.exp(-leaving) + progressed)


def death_hazard_at(hazards: ConstantHazards, times: ArrayLike) -> Array:
    """Deaths per month of those alive at given times."""
    months = np.asarray(times, dtype=float)
    alive = alive_at(hazards, months)
    free = np.exp(-hazards.leaving() * months) / alive
    return np.asarray(hazards.after + (hazards.without - hazards.after) * free)


def times_correlation(hazards: ConstantHazards) -> float:
    """Correlation of the times of progression-free and overall survival, uncensored.

    Time after progression is independent of the time before, and 0 for those who die without
    progression; so the variance of progression-free survival is the covariance of both.
    """
    share = 1 - hazards.deaths_without_progression()
    after = share * (2 - share) * (hazards.leaving() / hazards.after) ** 2
    return 1 / math.sqrt(1 + after)


def average_os_log_hr(control: ConstantHazards, rt: ConstantHazards, *, horizon: float) -> float:
    """Log hazard ratio of death averaged over the deaths of both arms up to a horizon.

    Arms are of one size and all are followed to the horizon. Below 0 favours RT.

    Parameters
    ----------
    control, rt : ConstantHazards
    horizon : float
        Months.
    """
    bounds = np.linspace(0.0, horizon, math.ceil(horizon / PIECE) + 1)
    width = np.diff(bounds)[:, np.newaxis]
    months = bounds[:-1, np.newaxis] + width * (NODES + 1) / 2
    hazard = [death_hazard_at(arm, months) for arm in (control, rt)]
    deaths = sum(h * alive_at(arm, months) for h, arm in zip(hazard, (control, rt), strict=True))
    weight = deaths * WEIGHTS * width
    return float((weight * np.log(hazard[1] / hazard[0])).sum() / weight.sum())
