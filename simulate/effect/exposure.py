"""Events and person-months by arm and interval at one look (compiled)."""

import numpy as np
from numpy.typing import NDArray

from models.compiled import kernel
from simulate.engine.followed import Leaving, Seen, arm_of, status_of

Floats = NDArray[np.float64]


@kernel
def fill_exposure(
    seen: Seen, cuts: Floats, leaving: Floats, events: Floats, exposure: Floats
) -> None:
    """Tabulate what piecewise-exponential models need.

    Parameters
    ----------
    seen : Seen
    cuts : array (interval − 1,)
        Months; intervals are (start, stop].
    leaving : array (arm, interval)
        Work space.
    events, exposure : array (arm, interval)
        The result; person-months.
    """
    leaving[:] = 0.0
    events[:] = 0.0
    exposure[:] = 0.0
    _add(seen.ended, seen.done, cuts, leaving, events, exposure)
    _add(seen.cut, seen.going, cuts, leaving, events, exposure)
    for arm in range(2):
        beyond = 0.0
        for k in range(cuts.size, -1, -1):
            start = cuts[k - 1] if k > 0 else 0.0
            exposure[arm, k] -= leaving[arm, k] * start
            if k < cuts.size:
                exposure[arm, k] += beyond * (cuts[k] - start)
            beyond += leaving[arm, k]


@kernel
def _add(
    patients: Leaving,
    count: int,
    cuts: Floats,
    leaving: Floats,
    events: Floats,
    exposure: Floats,
) -> None:
    """Count who leaves in each interval and sum their times, which ascend."""
    k = 0
    for i in range(count):
        time, label = patients.months[i], patients.label[i]
        arm = arm_of(label)
        while k < cuts.size and time > cuts[k]:
            k += 1
        leaving[arm, k] += 1.0
        exposure[arm, k] += time
        events[arm, k] += status_of(label)
