"""Cut points of the hazard where patients' own events ask for them; times in months."""

import numpy as np
from numpy.typing import ArrayLike

INTERVALS = 6
FEWEST_EVENTS = 5


def cuts_by_events(
    time: ArrayLike, event: ArrayLike, *, intervals: int = INTERVALS
) -> tuple[float, ...]:
    """Choose cut points so that the intervals hold about as many events each.

    Parameters
    ----------
    time : array_like, shape (n,)
        Months to event or censoring.
    event : array_like of bool, shape (n,)
        Whether the event was seen.
    intervals : int
        Intervals wanted; fewer where there are not 5 events for each.

    Returns
    -------
    tuple of float
        Interior cut points, rounded to three digits, increasing; none for very few events.
    """
    months = np.sort(np.asarray(time, dtype=float)[np.asarray(event, dtype=bool)])
    wanted = max(min(intervals, months.size // FEWEST_EVENTS), 1)
    if wanted == 1:
        return ()
    found = np.quantile(months, np.arange(1, wanted) / wanted)
    return tuple(sorted({float(f"{cut:.3g}") for cut in found if cut > 0}))
