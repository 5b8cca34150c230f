"""States over time where hazards know the time since randomisation only: exact in each interval.

Within an interval all rates are constant, and the linear differential equations of the three
states have solutions in exponentials; intervals are joined end to end.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.illness_death.decay import mean_decay, mean_two_decays, two_decays
from models.illness_death.packed import PackedIllnessDeath
from models.survival.intervals import interval_starts

Array = NDArray[np.float64]


class Rates(NamedTuple):
    """Constant rates within each interval of one grid, per month, shape (2, S, M).

    Attributes
    ----------
    width : numpy.ndarray, shape (M,)
        Months.
    progression, without, after : numpy.ndarray
        Hazards of the passages 0 to 1, 0 to 2 and 1 to 2.
    lost_before, lost_after : numpy.ndarray
        Hazards of drop-out in states 0 and 1.
    """

    width: Array
    progression: Array
    without: Array
    after: Array
    lost_before: Array
    lost_after: Array


class States(NamedTuple):
    """Probabilities at the grid's ends, shape (2, S, M + 1), the first at randomisation.

    Attributes
    ----------
    free, progressed : numpy.ndarray
        Alive and followed, without and with progression.
    died_without, died_after : numpy.ndarray
        Died by then, by route.
    months_free, months_progressed : numpy.ndarray
        Mean months spent so by then.
    """

    free: Array
    progressed: Array
    died_without: Array
    died_after: Array
    months_free: Array
    months_progressed: Array


def rates_on(packed: PackedIllnessDeath, grid: Array, *, drop_out: bool) -> Rates:
    """Rates between the points of a grid that starts at 0 and holds every cut point before its end.

    Parameters
    ----------
    packed : PackedIllnessDeath
        Its months of the passage 1 to 2 are read as months since randomisation.
    grid : numpy.ndarray, shape (M + 1,)
        Months, increasing from 0.
    drop_out : bool
        Whether drop-out takes patients away; otherwise its rates are 0.
    """
    starts = grid[:-1]
    place, after = (
        np.searchsorted(cuts, starts, side="right") for cuts in (packed.cuts, packed.after_cuts)
    )
    lost = packed.drop_out[..., np.searchsorted(packed.drop_cuts, starts, side="right")]
    progression, without = packed.hazard[..., place]
    before, later = (
        np.broadcast_to(part[:, np.newaxis] * float(drop_out), progression.shape) for part in lost
    )
    return Rates(
        width=np.diff(grid),
        progression=progression,
        without=without,
        after=packed.after_hazard[..., after],
        lost_before=before,
        lost_after=later,
    )


def grid_of(packed: PackedIllnessDeath, times: Array) -> Array:
    """All cut points before the last of some times, the times themselves, and 0; sorted."""
    corners = np.concatenate([packed.cuts, packed.after_cuts, packed.drop_cuts])
    last = times.max(initial=0.0)
    return np.union1d(interval_starts(np.unique(corners[corners < last])), times)


def states_on(rates: Rates) -> States:
    """States at the ends of the intervals of a grid."""
    width = rates.width
    leaving = (rates.progression + rates.without + rates.lost_before) * width
    fading = (rates.after + rates.lost_after) * width
    total = np.cumsum(leaving, axis=-1)
    entered = np.exp(leaving - total)
    arrive = entered * rates.progression * width
    arriving, staying = arrive * two_decays(leaving, fading), np.exp(-fading)
    progressed = np.zeros((*leaving.shape[:-1], width.size + 1))
    for k in range(width.size):
        progressed[..., k + 1] = progressed[..., k] * staying[..., k] + arriving[..., k]
    free_months = entered * width * mean_decay(leaving)
    months = progressed[..., :-1] * width * mean_decay(fading)
    months = months + arrive * width * mean_two_decays(leaving, fading)
    return States(
        free=_from(1.0, np.exp(-total)),
        progressed=progressed,
        died_without=_from(0.0, np.cumsum(rates.without * free_months, axis=-1)),
        died_after=_from(0.0, np.cumsum(rates.after * months, axis=-1)),
        months_free=_from(0.0, np.cumsum(free_months, axis=-1)),
        months_progressed=_from(0.0, np.cumsum(months, axis=-1)),
    )


def _from(start: float, values: Array) -> Array:
    return np.concatenate([np.full((*values.shape[:-1], 1), start), values], axis=-1)
