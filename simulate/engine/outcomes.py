"""Event and drop-out times from enrolment, by inversion of piecewise-constant hazards (compiled).

The uniform number u of a patient gives the time with survival u, so a patient with a smaller
hazard in another scenario has a later time there, and no other patient is touched.
"""

import math

import numpy as np
from numpy.typing import NDArray

from models.compiled import lean_inlined, lean_kernel
from simulate.random_numbers import DROP_OUT, EVENT, Key, fill_exponential

Floats = NDArray[np.float64]
Bits = NDArray[np.uint64]
Integers = NDArray[np.int64]


@lean_inlined
def invert(exposure: float, cuts: Floats, hazard: Floats) -> float:
    """Time at which the cumulative hazard reaches a value.

    Parameters
    ----------
    exposure : float
        Cumulative hazard to reach.
    cuts : array (interval − 1,)
        Months.
    hazard : array (interval,)
        Per month; the last may be 0, and then the time may be infinite.

    Returns
    -------
    float
        Months.
    """
    start = 0.0
    left = exposure
    for k in range(cuts.size):
        within = hazard[k] * (cuts[k] - start)
        if left <= within:
            return float(start + left / hazard[k])
        left -= within
        start = cuts[k]
    last = hazard[cuts.size]
    return float(start + left / last) if last > 0.0 else math.inf


@lean_kernel
def draw_event_times(
    key: Key,
    count: int,
    arm: Integers,
    stratum: Integers,
    cuts: Floats,
    hazard: Floats,
    cured: Floats,
    bits: Bits,
    months: Floats,
) -> None:
    """Months from enrolment to the event of the first `count` patients.

    Parameters
    ----------
    key : Key
    count : int
    arm : array (patient,)
    stratum : array (patient,)
    cuts : array (interval − 1,)
    hazard : array (arm, stratum, interval)
        Per month, of those not cured.
    cured : array (arm,)
        Share who never have the event.
    bits : array of uint64 (patient,)
        Work space.
    months : array (patient,)
        The result; infinite for the cured.
    """
    fill_exponential(key, EVENT, count, bits, months)
    if cured[0] > 0.0 or cured[1] > 0.0:
        for i in range(count):
            months[i] = _exposure_if_not_cured(months[i], cured[arm[i]])
    if cuts.size == 0 and hazard.shape[1] == 1:
        divide_by_arm(count, arm, hazard[0, 0, 0], hazard[1, 0, 0], months)
    elif cuts.size == 0:
        for i in range(count):
            months[i] /= hazard[arm[i], stratum[i], 0]
    else:
        for i in range(count):
            months[i] = invert(months[i], cuts, hazard[arm[i], stratum[i]])


@lean_inlined
def divide_by_arm(count: int, arm: Integers, control: float, rt: float, months: Floats) -> None:
    """Divide by one hazard an arm; without look-ups it compiles to vector instructions."""
    mean_control, mean_rt = 1.0 / control, 1.0 / rt
    for i in range(count):
        months[i] *= mean_rt if arm[i] else mean_control


@lean_inlined
def _exposure_if_not_cured(exposure: float, cured: float) -> float:
    """Cumulative hazard of the uncured where the whole population's survival is exp(-exposure)."""
    survival = (math.exp(-exposure) - cured) / (1.0 - cured)
    return -math.log(survival) if survival > 0.0 else math.inf


@lean_kernel
def drop_out(
    key: Key,
    count: int,
    arm: Integers,
    cuts: Floats,
    hazard: Floats,
    bits: Bits,
    until: Floats,
    months: Floats,
    status: Integers,
) -> None:
    """End follow-up at the event or at drop-out, whichever is first.

    Parameters
    ----------
    key : Key
    count : int
    arm : array (patient,)
    cuts : array (interval − 1,)
    hazard : array (arm, interval)
        Of drop-out, per month; all zero for none.
    bits : array of uint64 (patient,)
        Work space.
    until : array (patient,)
        Work space.
    months : array (patient,)
        Event times in, ends of follow-up out.
    status : array (patient,)
        1 for an event, 0 for drop-out.
    """
    if not hazard.any():
        for i in range(count):
            status[i] = 1 if months[i] < math.inf else 0
        return
    fill_exponential(key, DROP_OUT, count, bits, until)
    if cuts.size == 0:
        divide_by_arm(count, arm, hazard[0, 0], hazard[1, 0], until)
    else:
        for i in range(count):
            until[i] = invert(until[i], cuts, hazard[arm[i]])
    for i in range(count):
        event = months[i] < until[i]
        status[i] = event
        months[i] = months[i] if event else until[i]
