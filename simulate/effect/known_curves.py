"""Until when each Kaplan–Meier curve of a look is known (compiled).

A curve is known as long as patients are followed; for ever once it has fallen to 0, which it has if
the longest follow-up of the arm ends in events alone.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import lean_inlined, lean_kernel
from simulate.engine.followed import arm_of, status_of, stratum_of
from simulate.engine.see import Seen

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

NOBODY = -1.0
KEPT = 1.0 - 1e-9


class KnownCurves(NamedTuple):
    """How far the curves are known, and of how many patients.

    Attributes
    ----------
    until : array (stratum, arm)
        Months from enrolment; infinite after a fall to 0, −1 without patients.
    patients : array (stratum, arm)
    """

    until: Floats
    patients: Integers


def new_known_curves(strata: int) -> KnownCurves:
    """Allocate room; one stratum for all patients together."""
    return KnownCurves(np.empty((strata, 2)), np.empty((strata, 2), np.int64))


@lean_inlined
def reaches(until: float, month: float) -> bool:
    """Whether a curve known until one month is known at another.

    The engine keeps times but for their last bits; a curve known until just that month shall not
    lose it.
    """
    return until >= KEPT * month


@lean_kernel
def fill_known_curves(seen: Seen, known: KnownCurves) -> None:
    """Find how far the curves of a look are known.

    Parameters
    ----------
    seen : Seen
    known : KnownCurves
        The result. With room for one stratum all patients are taken together.
    """
    until, patients, apart = known.until, known.patients, known.until.shape[0] > 1
    until[:] = NOBODY
    patients[:] = 0
    for i in range(seen.size):
        label, time = seen.label[i], seen.months[i]
        stratum, arm = stratum_of(label) if apart else 0, arm_of(label)
        patients[stratum, arm] += 1
        # Times ascend: who comes after a fall to 0 shows that there was none.
        if time > until[stratum, arm] or until[stratum, arm] == math.inf:
            until[stratum, arm] = math.inf if status_of(label) else time
