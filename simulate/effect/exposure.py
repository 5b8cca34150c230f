"""Events and person-months by arm and interval at one look (compiled)."""

import numpy as np
from numpy.typing import NDArray

from models.compiled import inlined, kernel
from simulate.engine.followed import make_label
from simulate.engine.see import Seen

Floats = NDArray[np.float64]

OF_STRATUM = 4
CENSORED, EVENT = 0, 1


def new_cells(intervals: int) -> Floats:
    """Allocate the work space of `fill_exposure`, shape (2, interval, arm and status)."""
    return np.empty((2, intervals, OF_STRATUM))


@kernel
def fill_exposure(
    seen: Seen, cuts: Floats, cells: Floats, events: Floats, exposure: Floats
) -> None:
    """Tabulate what piecewise-exponential models need.

    Parameters
    ----------
    seen : Seen
    cuts : array (interval − 1,)
        Months; intervals are (start, stop].
    cells : array (2, interval, arm and status)
        Work space: patients who leave in an interval, and their months since enrolment.
    events, exposure : array (arm, interval)
        The result; person-months.
    """
    cells[:] = 0.0
    k = 0
    for i in range(seen.size):
        time, cell = seen.months[i], seen.label[i] & (OF_STRATUM - 1)
        while k < cuts.size and time > cuts[k]:
            k += 1
        cells[0, k, cell] += 1.0
        cells[1, k, cell] += time
    for arm in range(2):
        _add_up(arm, cuts, cells, events, exposure)


@inlined
def _add_up(arm: int, cuts: Floats, cells: Floats, events: Floats, exposure: Floats) -> None:
    """Events of an arm, and its months in each interval, of those who leave there or later."""
    event, censored = make_label(arm, 0, EVENT), make_label(arm, 0, CENSORED)
    beyond = 0.0
    for k in range(cuts.size, -1, -1):
        start = cuts[k - 1] if k > 0 else 0.0
        leaving = cells[0, k, event] + cells[0, k, censored]
        events[arm, k] = cells[0, k, event]
        exposure[arm, k] = cells[1, k, event] + cells[1, k, censored] - leaving * start
        if k < cuts.size:
            exposure[arm, k] += beyond * (cuts[k] - start)
        beyond += leaving
