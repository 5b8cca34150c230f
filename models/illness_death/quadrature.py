"""Integrals over months of functions that are smooth between knots, by Gauss–Legendre."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LONGEST_PIECE = 0.5


def cumulative_integral(
    function: Callable[[Array], Array],
    times: Array,
    *,
    knots: Array,
    nodes: int = 8,
) -> Array:
    """Integral from 0 to given times.

    Parameters
    ----------
    function : callable
        Months, shape (M,), to values, shape (..., M).
    times : numpy.ndarray, shape (T,)
        Months, finite and not negative, in any order.
    knots : numpy.ndarray
        Months at which the function may bend or jump.
    nodes : int
        Points in each piece, of half a month at most.

    Returns
    -------
    numpy.ndarray, shape (..., T)
    """
    end = float(times.max(initial=0.0))
    inside = knots[(knots > 0) & (knots < end)]
    bounds = np.unique(np.concatenate([np.arange(0.0, end, LONGEST_PIECE), inside, times, [0.0]]))
    width = np.diff(bounds)
    place, weight = np.polynomial.legendre.leggauss(nodes)
    months = bounds[:-1, np.newaxis] + width[:, np.newaxis] * (place + 1) / 2
    values = function(months.ravel())
    values = values.reshape(*values.shape[:-1], *months.shape)
    parts = (values @ weight) * width / 2
    total = np.concatenate([np.zeros((*parts.shape[:-1], 1)), np.cumsum(parts, axis=-1)], axis=-1)
    return np.asarray(total[..., np.searchsorted(bounds, times)])
