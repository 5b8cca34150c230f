"""Whether ranks are uniform: chi-square in bins, and the distribution function with its band.

References
----------
Säilynoja, Bürkner & Vehtari 2022, doi 10.1007/s11222-022-10090-6 (simultaneous band).
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binom, chi2

Array = NDArray[np.float64]

BINS = 10
REPLICATES = 4_000
BAND = 0.95


class Band(NamedTuple):
    """Simultaneous band of the empirical distribution function of uniform ranks.

    Attributes
    ----------
    expected : array (point,)
        Share of ranks below 1, 2, ... under uniformity.
    low, high : array (point,)
        Share of ranks that the whole function stays between, with probability `BAND`.
    """

    expected: Array
    low: Array
    high: Array


def chi_square_p(ranks: ArrayLike, *, draws: int, bins: int = BINS) -> float:
    """P-value of Pearson's chi-square test of equal counts in bins.

    Parameters
    ----------
    ranks : array_like of int, shape (trial,)
        0 to `draws`.
    draws : int
        One less than the number of possible ranks, which `bins` must divide.
    bins : int

    Raises
    ------
    ValueError
        If the possible ranks cannot be shared out evenly.
    """
    possible = draws + 1
    if possible % bins:
        raise ValueError(
            f"`bins` is {bins} for {possible} possible ranks; it must divide them evenly, use 10 "
            "bins with 99 draws"
        )
    values = np.asarray(ranks, dtype=int)
    counts = np.bincount(values * bins // possible, minlength=bins)
    expected = values.size / bins
    statistic = float(((counts - expected) ** 2).sum() / expected)
    return float(chi2.sf(statistic, bins - 1))


def ecdf_p(ranks: ArrayLike, *, draws: int) -> float:
    """P-value of the least likely point of the empirical distribution function.

    The smallest pointwise binomial tail is held against the same in simulated uniform ranks.

    Parameters
    ----------
    ranks : array_like of int, shape (trial,)
        0 to `draws`.
    draws : int
    """
    values = np.asarray(ranks, dtype=int)
    counts = _counts_below(values[np.newaxis, :], draws=draws)
    smallest = float(_smallest_tails(counts, trials=values.size, draws=draws)[0])
    simulated = _simulated_tails(values.size, draws)
    return float((1 + (simulated <= smallest).sum()) / (1 + simulated.size))


def simultaneous_band(*, trials: int, draws: int) -> Band:
    """Band that uniform ranks stay within with probability `BAND`.

    Parameters
    ----------
    trials : int
        Ranks.
    draws : int
        Ranks run from 0 to `draws`.
    """
    expected = _expected(draws)
    level = float(np.quantile(_simulated_tails(trials, draws), 1.0 - BAND))
    low, high = (
        np.asarray(binom.ppf(q, trials, expected) / trials)
        for q in (level / 2.0, 1.0 - level / 2.0)
    )
    return Band(expected, low, high)


def share_below(ranks: ArrayLike, *, draws: int) -> Array:
    """Empirical distribution function at the points of `Band`, shape (point,)."""
    values = np.asarray(ranks, dtype=int)
    return np.asarray(_counts_below(values[np.newaxis, :], draws=draws)[0] / values.size)


def _expected(draws: int) -> Array:
    return np.asarray(np.arange(1, draws + 1) / (draws + 1))


def _counts_below(ranks: NDArray[np.int64], *, draws: int) -> NDArray[np.int64]:
    """Ranks below 1 ... `draws` in each row, shape (row, point)."""
    rows = ranks.shape[0]
    shifted = ranks + (draws + 1) * np.arange(rows)[:, np.newaxis]
    counts = np.bincount(shifted.reshape(-1), minlength=rows * (draws + 1))
    return np.asarray(counts.reshape(rows, draws + 1).cumsum(axis=1)[:, :-1])


def _smallest_tails(counts: NDArray[np.int64], *, trials: int, draws: int) -> Array:
    """Smallest two-sided pointwise tail probability of each row."""
    return np.asarray(_tails(trials, draws)[counts, np.arange(draws)].min(axis=1))


@lru_cache(maxsize=16)
def _tails(trials: int, draws: int) -> Array:
    """Two-sided tail probability of each count at each point, shape (count, point)."""
    count = np.arange(trials + 1)[:, np.newaxis]
    below = binom.cdf(count, trials, _expected(draws))
    above = binom.sf(count - 1, trials, _expected(draws))
    return np.asarray(np.minimum(1.0, 2.0 * np.minimum(below, above)))


@lru_cache(maxsize=16)
def _simulated_tails(trials: int, draws: int) -> Array:
    """Smallest tails of simulated uniform ranks; always the same simulation."""
    rng = np.random.default_rng([trials, draws])
    ranks = rng.integers(0, draws + 1, size=(REPLICATES, trials))
    return _smallest_tails(_counts_below(ranks, draws=draws), trials=trials, draws=draws)
