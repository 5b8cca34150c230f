"""Counts of values in bins of fixed width, and quantiles from them."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

BINS = 4096


def count_in_bins(values: Floats, widths: Floats, counts: Integers) -> None:
    """Add values to counts; what lies beyond the last bin counts there.

    Parameters
    ----------
    values : array (measure, trial)
        Not negative.
    widths : array (measure,)
    counts : array (measure, bin)
        Added to.
    """
    bins = np.nan_to_num(values / widths[:, np.newaxis]).astype(np.int64)
    for measure, places in enumerate(np.minimum(bins, BINS - 1)):
        counts[measure] += np.bincount(places, minlength=BINS)


def binned_quantile(counts: Integers, width: float, probability: float) -> float:
    """Quantile to half a bin, or exactly where bins of width 1 hold whole numbers.

    Parameters
    ----------
    counts : array (bin,)
    width : float
    probability : float
    """
    return float(binned_quantiles(counts, width, np.array([probability]))[0])


def binned_quantiles(counts: Integers, width: float, probabilities: Floats) -> Floats:
    """Give several quantiles of one histogram, see `binned_quantile`.

    Parameters
    ----------
    counts : array (bin,)
    width : float
    probabilities : array (quantile,)
    """
    below = counts.cumsum()
    index = np.searchsorted(below, probabilities * below[-1])
    return np.asarray(index * width if width == 1.0 else (index + 0.5) * width)
