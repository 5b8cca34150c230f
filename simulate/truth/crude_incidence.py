"""Crude incidence: the probability to be seen to have the event, with drop-out competing."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.survival.intervals import interval_of, interval_starts
from simulate.truth.packed import PackedTruth

Array = NDArray[np.float64]


class Competing(NamedTuple):
    """Hazards of event and drop-out on one grid of intervals.

    Attributes
    ----------
    cuts : numpy.ndarray, shape (M - 1,)
        Interior cut points in months.
    event : numpy.ndarray, shape (2, S, M)
        Hazard of the event per month by arm, stratum and interval, of patients not cured.
    drop_out : numpy.ndarray, shape (2, M)
        Hazard of dropping out per month by arm and interval.
    """

    cuts: Array
    event: Array
    drop_out: Array


def competing(truth: PackedTruth, *, cuts: ArrayLike = ()) -> Competing:
    """Bring the hazards of event and drop-out on one grid, with further cut points if wanted."""
    grid = np.union1d(np.union1d(truth.cuts, truth.drop_cuts), np.asarray(cuts, dtype=float))
    grid = grid[grid > 0]
    starts = interval_starts(grid)
    return Competing(
        cuts=grid,
        event=truth.hazard[:, :, np.searchsorted(truth.cuts, starts, side="right")],
        drop_out=truth.drop_out[:, np.searchsorted(truth.drop_cuts, starts, side="right")],
    )


def crude_incidence(truth: PackedTruth, times: ArrayLike) -> Array:
    """Probability to be seen to have the event by given times since randomisation.

    Parameters
    ----------
    truth : PackedTruth
        Hazards, cure and drop-out.
    times : array_like, shape (T,)
        Months, finite and not negative.

    Returns
    -------
    numpy.ndarray, shape (2, S, T)
        By arm (control, RT) and stratum: the integral of hazard × survival × P(not dropped out).
    """
    months = np.asarray(times, dtype=float)
    grid = competing(truth, cuts=months)
    widths = np.diff(interval_starts(grid.cuts))
    both = (grid.event + grid.drop_out[:, np.newaxis, :])[..., :-1]
    passed = both * widths
    entered = np.exp(-np.cumsum(passed, axis=-1) + passed)
    lived = np.divide(-np.expm1(-passed), both, out=np.zeros_like(both) + widths, where=both > 0)
    seen = np.cumsum(entered * grid.event[..., :-1] * lived, axis=-1)
    total = np.concatenate([np.zeros((*seen.shape[:-1], 1)), seen], axis=-1)
    place = np.where(months > 0, interval_of(months, cuts=grid.cuts) + 1, 0)
    uncured = (1 - truth.cured)[:, np.newaxis, np.newaxis]
    return np.asarray(uncured * total[..., place])
