"""Hazards that are constant within intervals, looked up at many months at once."""

import numpy as np
from numpy.typing import NDArray

from models.survival.intervals import interval_of, interval_starts

Array = NDArray[np.float64]


def hazard_at(hazard: Array, months: Array, *, cuts: Array) -> Array:
    """Hazard at given months, shape (..., *months.shape); intervals are `(start, stop]`.

    Parameters
    ----------
    hazard : numpy.ndarray, shape (..., K)
        Per month.
    months : numpy.ndarray
        Not negative.
    cuts : numpy.ndarray, shape (K - 1,)
        Months.
    """
    return np.asarray(hazard[..., interval_of(months, cuts=cuts)])


def cumulative_at(hazard: Array, months: Array, *, cuts: Array) -> Array:
    """Cumulative hazard at given months; parameters and shape as in `hazard_at`."""
    starts = interval_starts(cuts)
    steps = hazard[..., :-1] * np.diff(starts)
    reached = np.concatenate([np.zeros((*hazard.shape[:-1], 1)), np.cumsum(steps, axis=-1)], -1)
    place = interval_of(months, cuts=cuts)
    return np.asarray(reached[..., place] + hazard[..., place] * (months - starts[place]))
