"""Bounds of an endpoint at one level, looked up where the same events have been met (compiled).

Events of an endpoint that does not decide when the looks are vary from trial to trial, but not over
many values: its bounds are kept in a table by the events of all its looks so far.
"""

import math
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from models.compiled import kernel
from simulate.boundaries.monitor import TRACK, Monitor, Track, next_look
from simulate.boundaries.process import LOOKS
from simulate.design.multiplicity import MOST_ENDPOINTS
from simulate.multiplicity.plan import Testing

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MOST_ROWS = 4096
MOST_NUMBERS = 1 << 21
TRIED = 8
SPREAD = 0x9E3779B97F4A7C15 - (1 << 64)


class State(Protocol):
    """How far the trial at hand has come.

    Attributes
    ----------
    reached : array (endpoint, look)
        Events at the endpoint's own looks so far.
    taken : array (endpoint,)
        How many these are.
    rejected, dropped : array (endpoint,)
        Look of rejection, and of futility; -1 for none.
    z, upper, lower : array (look, endpoint)
        Statistic and bounds where an endpoint was looked at.
    """

    reached: Floats
    taken: Integers
    rejected: Integers
    dropped: Integers
    z: Floats
    upper: Floats
    lower: Floats


STATE = np.dtype(
    [
        ("reached", np.float64, (MOST_ENDPOINTS, LOOKS)),
        ("taken", np.int64, MOST_ENDPOINTS),
        ("rejected", np.int64, MOST_ENDPOINTS),
        ("dropped", np.int64, MOST_ENDPOINTS),
        ("z", np.float64, (LOOKS, MOST_ENDPOINTS)),
        ("upper", np.float64, (LOOKS, MOST_ENDPOINTS)),
        ("lower", np.float64, (LOOKS, MOST_ENDPOINTS)),
    ],
    align=True,
)


class Room(NamedTuple):
    """Room of one worker for `decide`; used again for trial after trial of the same `Testing`.

    Attributes
    ----------
    state : record array (1,)
        Of `STATE`.
    monitors, tracks : record array (slot,)
        See `simulate.boundaries.monitor`.
    kept : array (slot, look, row, look + 2)
        Events of the looks so far, upper and lower bound; not a number in rows not used yet.
    """

    state: NDArray[np.void]
    monitors: NDArray[np.void]
    tracks: NDArray[np.void]
    kept: Floats


class Pair(NamedTuple):
    """Bounds of one look on the z scale."""

    upper: float
    lower: float


def new_room(testing: Testing) -> Room:
    """Make room for deciding the trials of one `Testing`."""
    looks, slots, rows = testing.shape[0], len(testing.monitors), MOST_ROWS
    while rows > 1 and slots * looks * rows * (looks + 2) > MOST_NUMBERS:
        rows //= 2
    return Room(
        state=np.zeros(1, STATE),
        monitors=testing.monitors,
        tracks=np.zeros(slots, TRACK),
        kept=np.full((slots, looks, rows, looks + 2), np.nan),
    )


@kernel
def row_for(kept: Floats, reached: Floats, looks: int) -> int:
    """Row that holds these events, else the one to write them to.

    A few rows in a row are tried, the first of them given up when none is free.
    """
    mixed, rows = 0, len(kept)
    for look in range(looks):
        mixed = (mixed + int(reached[look])) * SPREAD
        mixed ^= mixed >> 15
    for step in range(min(TRIED, rows)):
        row = (mixed + step) & (rows - 1)
        if math.isnan(kept[row, 0]) or same(kept[row], reached, looks):
            return row
    return mixed & (rows - 1)


@kernel
def same(row: Floats, reached: Floats, looks: int) -> bool:
    """Whether a row holds exactly these events."""
    known = True
    for look in range(looks):
        known = known and row[look] == reached[look]
    return known


@kernel
def bounds_at(reached: Floats, final: bool, track: Track, monitor: Monitor, kept: Floats) -> Pair:
    """Bounds of a look at one level, those of `next_look`.

    Parameters
    ----------
    reached : array (look,)
        Events of the endpoint's own looks, up to this one.
    final : bool
        Whether this look is the endpoint's last.
    track, monitor : record
        Of the endpoint at the level, as if it had been tested at it from its first look on.
    kept : array (row, look + 2)
        Bounds of such a look met before; nothing but the time taken depends on it.
    """
    looks = len(reached)
    row = kept[row_for(kept, reached, looks)]
    if not same(row, reached, looks):
        for look in range(looks):
            row[look] = reached[look]
            bounds = next_look(track, monitor, look, reached[look], final and look == looks - 1)
            row[-2], row[-1] = bounds.upper, bounds.lower
    return Pair(row[-2], row[-1])
