"""Power, stopping probabilities and expected events of a group-sequential trial."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulate.boundaries.boundaries import Boundaries
from simulate.boundaries.crossing import crossing_probabilities

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Operating:
    """What a group-sequential trial does under one hazard ratio.

    Attributes
    ----------
    hazard_ratio : float
        RT versus control, below 1 favours RT.
    success, futility : ndarray, shape (look,)
        Probability of stopping at each look with and without success; all of them sum to 1.
    power : float
        Probability of success at any look.
    expected_events : float
        Mean number of events at the look where the trial stops.
    """

    hazard_ratio: float
    success: Floats
    futility: Floats
    power: float
    expected_events: float


def operating(bounds: Boundaries, *, hazard_ratio: float) -> Operating:
    """Power, stopping probabilities and expected events under proportional hazards.

    Parameters
    ----------
    bounds : Boundaries
    hazard_ratio : float
        True hazard ratio, RT versus control, positive.

    Returns
    -------
    Operating
        By the normal approximation of the score process, futility bounds being obeyed.

    References
    ----------
    Jennison & Turnbull 2000, chapter 19.
    """
    if not 0 < hazard_ratio < math.inf:
        raise ValueError(f"`hazard_ratio` must be positive and finite, got {hazard_ratio}")
    stops = crossing_probabilities(
        bounds.information,
        lower=bounds.futility_z,
        upper=bounds.z,
        drift=-math.log(hazard_ratio),
    )
    return Operating(
        hazard_ratio=hazard_ratio,
        success=stops.above,
        futility=stops.below,
        power=float(stops.above.sum()),
        expected_events=float(((stops.above + stops.below) * bounds.events).sum()),
    )
