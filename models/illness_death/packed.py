"""Hazards of progression and death as arrays, by arm and stratum.

A stratum is whatever shares the cut points: a cell of factors, or one draw of a posterior.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FORWARD, RESET = 0, 1


class PackedIllnessDeath(NamedTuple):
    """Arrays of an illness-death model; intervals are `(start, stop]`, the last open.

    Attributes
    ----------
    cuts : numpy.ndarray, shape (K - 1,)
        Interior cut points of the passages from state 0, months since randomisation.
    hazard : numpy.ndarray, shape (2, 2, S, K)
        Per month by passage (0 to 1, 0 to 2), arm, stratum and interval.
    clock : int
        What the months of the passage 1 to 2 count from: randomisation (`FORWARD`) or progression
        (`RESET`).
    after_cuts : numpy.ndarray, shape (J - 1,)
        Interior cut points of the passage 1 to 2, months on its clock.
    after_hazard : numpy.ndarray, shape (2, S, J)
        Hazard of death after progression per month by arm, stratum and interval.
    drop_cuts : numpy.ndarray, shape (L - 1,)
        Interior cut points of drop-out, months since randomisation.
    drop_out : numpy.ndarray, shape (2, 2, L)
        Hazard of dropping out per month before and after progression is seen, by arm and interval.
    switch_probability : float
        Probability that a control patient is to switch; 0 for no switching.
    switch_delay : float
        Months from the progression that is seen to the switch.
    switch_hr : float
        Factor on the hazard of death after the switch.
    """

    cuts: Floats
    hazard: Floats
    clock: int
    after_cuts: Floats
    after_hazard: Floats
    drop_cuts: Floats
    drop_out: Floats
    switch_probability: float = 0.0
    switch_delay: float = 0.0
    switch_hr: float = 1.0
