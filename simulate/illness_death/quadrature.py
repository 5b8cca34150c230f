"""Integrals over months of functions that are smooth between knots, by Gauss–Legendre."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

NODES, WEIGHTS = np.polynomial.legendre.leggauss(12)
LONGEST_PIECE = 1.0


def cumulative_integral(
    function: Callable[[Array], Array],
    times: Array,
    *,
    knots: Array,
    longest: float = LONGEST_PIECE,
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
    longest : float
        Longest piece in months.

    Returns
    -------
    numpy.ndarray, shape (..., T)
    """
    end = float(times.max(initial=0.0))
    inside = knots[(knots > 0) & (knots < end)]
    bounds = np.unique(np.concatenate([np.arange(0.0, end, longest), inside, times, [0.0]]))
    width = np.diff(bounds)
    nodes = bounds[:-1, np.newaxis] + width[:, np.newaxis] * (NODES + 1) / 2
    values = function(nodes.ravel())
    values = values.reshape(*values.shape[:-1], *nodes.shape)
    parts = (values @ WEIGHTS) * width / 2
    total = np.concatenate([np.zeros((*parts.shape[:-1], 1)), np.cumsum(parts, axis=-1)], axis=-1)
    return np.asarray(total[..., np.searchsorted(bounds, times)])
