"""Sequential p values: the smallest level at which an endpoint would have been rejected by a look.

A sequential p value may be held against any level that the endpoint has or comes to have, so one
graph can be worked through with ordinary p values at every look (Liu & Anderson 2008, doi
10.1198/016214508000000986).

Two readings of the data agree as long as the levels of the endpoints do not change (co-primary,
split). In a hierarchy or graph they part when an endpoint crosses its bound at an early look,
receives its alpha at a later one, and is by then below its bound again:

- `levels_needed` knows the look alone. Held against the graph look by look, it decides as
  `simulate.multiplicity.decide` does without futility.
- `sequential_p_values`, the smallest of these so far, looks back: it rejects such an endpoint when
  its alpha comes. That keeps alpha, too, being the closed test of the spending designs, and rejects
  at least as much; it relies on data that have since turned.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.compiled import kernel
from simulate.boundaries.monitor import Monitor, Track, new_track, next_look
from simulate.boundaries.normal import upper_quantile, upper_tail
from simulate.multiplicity.plan import NONE, EndpointPlan

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SMALLEST_LEVEL, LARGEST_LEVEL = 1e-12, 0.4999
STEPS = 100
CLOSE = 1e-11


@kernel
def set_level(monitor: Monitor, level: float) -> None:
    """Let the plan spend another total in the same manner."""
    for look in range(len(monitor.alpha.table)):
        monitor.alpha.table[look] *= level / monitor.alpha.total
    monitor.alpha.total = level


@kernel
def excess(track: Track, monitor: Monitor, events: Floats, last: int, z: float, x: float) -> float:
    """How far z is above the bound of the last of some looks, at the level P(Z > x).

    `last` is the number of looks of the endpoint: the look that makes it up is final.
    """
    set_level(monitor, upper_tail(x))
    track.known = 0
    bound = math.inf
    for look in range(len(events)):
        bound = next_look(track, monitor, look, events[look], look == last - 1).upper
    return z - bound


@kernel
def level_needed(track: Track, monitor: Monitor, events: Floats, last: int, z: float) -> float:
    """Smallest level at which a look rejects; 1 when none up to 0.4999 does.

    Bounds are nearly linear in the normal quantile x of the level: false position with Illinois'
    safeguard, by halves where the bound is infinite.
    """
    low, high = upper_quantile(LARGEST_LEVEL), upper_quantile(SMALLEST_LEVEL)
    above = excess(track, monitor, events, last, z, low)
    below = excess(track, monitor, events, last, z, high)
    if not above >= 0.0:
        return 1.0
    if below >= 0.0:
        return SMALLEST_LEVEL
    side = 0
    for _ in range(STEPS):
        if high - low < CLOSE:
            break
        x = (low * below - high * above) / (below - above)
        if not low < x < high:
            x = 0.5 * (low + high)
        found = excess(track, monitor, events, last, z, x)
        if found >= 0.0:
            low, above = x, found
            below = 0.5 * below if side > 0 else below
            side = 1
        else:
            high, below = x, found
            above = 0.5 * above if side < 0 else above
            side = -1
        if found == 0.0:
            break
    return upper_tail(low)


@kernel
def fill_needed(track: Track, monitor: Monitor, z: Floats, events: Floats, needed: Floats) -> None:
    """Write the level needed at each look of each trial."""
    looks = z.shape[1]
    for trial in range(len(z)):
        for look in range(looks):
            if math.isnan(z[trial, look]):
                needed[trial, look] = 1.0
                continue
            seen = events[trial, : look + 1]
            needed[trial, look] = level_needed(track, monitor, seen, looks, z[trial, look])


def levels_needed(endpoint: EndpointPlan, z: ArrayLike, events: ArrayLike) -> Floats:
    """Smallest one-sided level at which each look would reject, by its own data.

    Parameters
    ----------
    endpoint : EndpointPlan
        Its `efficacy` says how any level is spent.
    z : array_like, shape (trial, look)
        Statistic at the endpoint's own looks, above 0 favours RT.
    events : array_like, shape (trial, look)
        Events at these, over both arms.

    Returns
    -------
    array (trial, look)
        From 1e-12 to 0.4999; 1 where even 0.4999 would not do or the statistic is not a number.

    Raises
    ------
    ValueError
        If shapes do not fit, or the endpoint's futility is binding: its bounds would move with the
        level.
    """
    statistic, count = (np.array(part, np.float64, order="C") for part in (z, events))
    if statistic.shape != count.shape or statistic.shape[1:] != (len(endpoint.looks),):
        raise ValueError(
            f"`z` and `events` need shape (trial, {len(endpoint.looks)}), got {statistic.shape} "
            f"and {count.shape}; give one column for each look of {endpoint.name!r}"
        )
    if endpoint.futility is not None and endpoint.futility.binding:
        raise ValueError(
            f"futility of {endpoint.name!r} is binding; sequential p values need bounds that do "
            "not rely on futility, set binding to false"
        )
    needed = np.empty_like(statistic)
    track: Any = new_track()[0]
    monitor: Any = endpoint.monitor(endpoint.efficacy.total)[0]
    fill_needed(track, monitor, statistic, count, needed)
    return needed


def sequential_p_values(endpoint: EndpointPlan, z: ArrayLike, events: ArrayLike) -> Floats:
    """Smallest one-sided level at which the endpoint would have been rejected by each look.

    Parameters and errors are those of `levels_needed`.

    Returns
    -------
    array (trial, look)
        Not increasing from look to look. At most a exactly when the spending design of level a has
        rejected by then, as long as no bound of the design rises with its level.
    """
    return np.minimum.accumulate(levels_needed(endpoint, z, events), axis=1)


@kernel
def reject_by_p(levels: Floats, p: Floats, rejected: Integers) -> None:
    """Work through a graph with p values, look by look.

    Parameters
    ----------
    levels : array (mask, endpoint)
        See `simulate.multiplicity.levels`.
    p : array (trial, look, endpoint)
        Levels needed or sequential p values; not a number where an endpoint is not analysed.
    rejected : array (trial, endpoint)
        Written: look of rejection, -1 for none.
    """
    for trial in range(len(p)):
        rejected[trial] = NONE
        mask = 0
        for look in range(p.shape[1]):
            e = 0
            while e < p.shape[2]:
                level = levels[mask, e]
                if level > 0.0 and p[trial, look, e] <= level:
                    rejected[trial, e] = look
                    mask |= 1 << e
                    e = 0
                else:
                    e += 1
