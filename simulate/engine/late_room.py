"""Arrays that the tests for late effects use again for every look of every trial."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulate.effect.difference import CurveSummary, new_curve_summary
from simulate.effect.known_curves import KnownCurves, new_known_curves
from simulate.effect.weighted_log_rank import new_weighted_state

Floats = NDArray[np.float64]

MOST_COMPONENTS = 6


class LateRoom(NamedTuple):
    """Work space of the tests for late effects, with room for all strata and components."""

    state: Floats
    score: Floats
    covariance: Floats
    z: Floats
    correlation: Floats
    known: KnownCurves
    summary: CurveSummary


def new_late_room(strata: int) -> LateRoom:
    """Allocate what one worker needs.

    Parameters
    ----------
    strata : int
    """
    square = (MOST_COMPONENTS, MOST_COMPONENTS)
    return LateRoom(
        state=new_weighted_state(strata, MOST_COMPONENTS),
        score=np.empty(MOST_COMPONENTS),
        covariance=np.empty(square),
        z=np.empty(MOST_COMPONENTS),
        correlation=np.empty(square),
        known=new_known_curves(strata),
        summary=new_curve_summary(strata),
    )
