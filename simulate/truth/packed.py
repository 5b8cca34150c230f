"""Arrays of a truth of one endpoint: hazards and drop-out by arm, stratum and interval."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class PackedTruth(NamedTuple):
    """Arrays of a truth; arm 0 is control, 1 is RT; intervals are `(start, stop]`, the last open.

    Attributes
    ----------
    cuts : numpy.ndarray, shape (K - 1,)
        Interior cut points of the hazards in months.
    hazard : numpy.ndarray, shape (2, S, K)
        Hazard of the event per month by arm, stratum and interval, of patients not cured.
    cured : numpy.ndarray, shape (2,)
        Share of each arm that never has the event.
    drop_cuts : numpy.ndarray, shape (J - 1,)
        Interior cut points of the drop-out hazards in months.
    drop_out : numpy.ndarray, shape (2, J)
        Hazard of dropping out per month by arm and interval.
    """

    cuts: Array
    hazard: Array
    cured: Array
    drop_cuts: Array
    drop_out: Array
