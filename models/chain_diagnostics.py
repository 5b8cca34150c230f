"""R-hat and effective sample sizes of Markov chains, for many quantities in one pass of numpy.

Arrays have the shape (chain, draw, ...): the two leading axes are the chains, all others are
quantities. Infinite draws (a median never reached) are ranked like any others.

References
----------
Vehtari, Gelman, Simpson, Carpenter & Bürkner 2021, doi 10.1214/20-BA1221; Geyer 1992,
doi 10.1214/ss/1177011137 (initial monotone sequence).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, ndtri

Array = NDArray[np.float64]

TAIL_PROBABILITIES = (0.05, 0.95)
ONE_SIGMA = (0.15865525393145707, 0.8413447460685429)
SMALLEST_LENGTH = 4


class ChainDiagnostics(NamedTuple):
    """Mixing of each quantity, arrays shaped like the quantities.

    Attributes
    ----------
    r_hat : numpy.ndarray
        Rank-normalised split R-hat, the larger of bulk and folded; not a number for a constant,
        huge or infinite for chains stuck at different values.
    ess_bulk, ess_tail : numpy.ndarray
        Effective sample size of the rank-normalised draws, and the smaller one of the 5% and 95%
        quantiles.
    """

    r_hat: Array
    ess_bulk: Array
    ess_tail: Array


def diagnose_chains(draws: ArrayLike) -> ChainDiagnostics:
    """Compute rank-normalised split R-hat, bulk and tail effective sample size.

    Parameters
    ----------
    draws : array_like, shape (chain, draw, ...)
        At least 4 draws.

    Returns
    -------
    ChainDiagnostics
    """
    values = _quantities(draws)
    shape = np.shape(draws)[2:]
    split = split_chains(values)
    with np.errstate(invalid="ignore"):
        folded = np.abs(split - np.median(split, axis=(0, 1)))
    # An infinite draw around an infinite median lies at the centre.
    folded[np.isnan(folded) & ~np.isnan(split)] = 0.0
    normal = rank_normalise(split)
    r_hat = np.maximum(_r_hat(normal), _r_hat(rank_normalise(folded)))
    ends = np.quantile(values, TAIL_PROBABILITIES, axis=(0, 1), method="lower")
    tails = [_effective_size(split_chains((values <= end).astype(float))) for end in ends]
    parts = (r_hat, _effective_size(normal), np.minimum(*tails))
    return ChainDiagnostics(*(part.reshape(shape) for part in parts))


def ess_mean(draws: ArrayLike) -> Array:
    """Effective sample size for the mean, shape (...); not a number where a draw is infinite."""
    split = split_chains(_quantities(draws))
    return _effective_size(split).reshape(np.shape(draws)[2:])


def mcse_mean(draws: ArrayLike) -> Array:
    """Monte Carlo standard error of the mean (of 0-1 draws: of a probability), shape (...)."""
    values = np.asarray(draws, dtype=float)
    with np.errstate(invalid="ignore"):
        spread = values.std(axis=(0, 1), ddof=1)
    return np.asarray(spread / np.sqrt(ess_mean(values)))


def mcse_quantile(draws: ArrayLike, probability: float) -> Array:
    """Monte Carlo standard error of a quantile, shape (...).

    Parameters
    ----------
    draws : array_like, shape (chain, draw, ...)
    probability : float
        Strictly between 0 and 1.
    """
    values = np.asarray(draws, dtype=float)
    below = values <= np.quantile(values, probability, axis=(0, 1), method="lower")
    return quantile_error(values.reshape(-1, *values.shape[2:]), probability, size=ess_mean(below))


def quantile_error(pooled: ArrayLike, probability: float, *, size: ArrayLike) -> Array:
    """Estimate the standard error of a quantile of draws worth a number of independent ones.

    Half the distance between the order statistics one standard deviation of the Beta
    distribution of the quantile's rank apart.

    Parameters
    ----------
    pooled : array_like, shape (S, ...)
        All draws.
    probability : float
        Strictly between 0 and 1.
    size : array_like, shape (...)
        Effective sample size of "draw is below the quantile".

    Returns
    -------
    numpy.ndarray, shape (...)
        Not a number where an order statistic is infinite or the size is.
    """
    ordered = np.sort(np.asarray(pooled, dtype=float), axis=0)
    effective = np.asarray(size, dtype=float)
    last = ordered.shape[0] - 1
    edges = []
    for share, rounding in zip(ONE_SIGMA, (np.floor, np.ceil), strict=True):
        rank = betaincinv(effective * probability + 1, effective * (1 - probability) + 1, share) * (
            last + 1
        )
        place = np.nan_to_num(np.clip(rounding(rank - 1), 0, last)).astype(np.intp)
        edges.append(np.take_along_axis(ordered, place[np.newaxis], axis=0)[0])
    with np.errstate(invalid="ignore"):
        error = (edges[1] - edges[0]) / 2
    return np.where(np.isfinite(error) & np.isfinite(effective), error, np.nan)


def split_chains(values: Array) -> Array:
    """Cut each chain in two: (chain, draw, ...) to (2 chain, draw // 2, ...), middle dropped."""
    half = values.shape[1] // 2
    return np.concatenate((values[:, :half], values[:, -half:]), axis=0)


def rank_normalise(values: Array) -> Array:
    """Replace draws by normal scores of their ranks over all chains; ties share a mean rank."""
    flat = values.reshape(-1, values.shape[-1])
    count = len(flat)
    order = np.argsort(flat, axis=0, kind="stable")
    ordered = np.take_along_axis(flat, order, axis=0)
    fresh = np.ones(flat.shape, dtype=bool)
    fresh[1:] = ordered[1:] != ordered[:-1]
    index = np.arange(count)[:, np.newaxis]
    first = np.maximum.accumulate(np.where(fresh, index, 0), axis=0)
    ends = np.ones(flat.shape, dtype=bool)
    ends[:-1] = fresh[1:]
    last = np.minimum.accumulate(np.where(ends, index, count)[::-1], axis=0)[::-1]
    scores = ndtri(((first + last) / 2 + 1 - 3 / 8) / (count + 1 / 4))
    normal = np.empty(flat.shape)
    np.put_along_axis(normal, order, scores, axis=0)
    normal[:, np.isnan(flat).any(axis=0)] = np.nan
    return normal.reshape(values.shape)


def _quantities(draws: ArrayLike) -> Array:
    values = np.asarray(draws, dtype=float)
    if values.ndim < 2 or values.shape[1] < SMALLEST_LENGTH:
        raise ValueError(
            f"`draws` needs the shape (chain, draw, ...) with at least {SMALLEST_LENGTH} draws, "
            f"got {values.shape}"
        )
    return values.reshape(*values.shape[:2], -1)


def _r_hat(chains: Array) -> Array:
    length = chains.shape[1]
    between = length * chains.mean(axis=1).var(axis=0, ddof=1)
    within = chains.var(axis=1, ddof=1).mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.sqrt((between / within + length - 1) / length))


def _effective_size(chains: Array) -> Array:
    """Geyer's initial monotone sequence on the autocorrelation averaged over chains."""
    count, length, _ = chains.shape
    with np.errstate(divide="ignore", invalid="ignore"):
        covariance = _mean_autocovariance(chains)
        within = covariance[0] * length / (length - 1)
        total = covariance[0] + (chains.mean(axis=1).var(axis=0, ddof=1) if count > 1 else 0.0)
        correlation = 1 - (within - covariance) / total
    correlation[0] = 1.0
    even, odd = correlation[0 : length - 1 : 2], correlation[1:length:2]
    pairs = even + odd
    kept = np.logical_and.accumulate(pairs > 0, axis=0)
    monotone = np.minimum.accumulate(pairs, axis=0)
    first_out = np.minimum(kept.sum(axis=0), len(pairs) - 1)
    leftover = np.maximum(np.take_along_axis(even, first_out[np.newaxis], axis=0)[0], 0.0)
    time = -1 + 2 * np.where(kept, monotone, 0.0).sum(axis=0) + leftover
    size = count * length
    effective = size / np.maximum(time, 1 / np.log10(size))
    usable = np.isfinite(chains).all(axis=(0, 1))
    constant = (chains == chains[:1, :1]).all(axis=(0, 1))
    return np.where(usable, np.where(constant, float(size), effective), np.nan)


def _mean_autocovariance(chains: Array) -> Array:
    """Autocovariance by lag, averaged over chains, shape (draw, quantity)."""
    length = chains.shape[1]
    with np.errstate(invalid="ignore"):
        centred = chains - chains.mean(axis=1, keepdims=True)
    padded = 1 << (2 * length - 1).bit_length()
    spectrum = np.fft.rfft(centred, n=padded, axis=1)
    power = (spectrum.real**2 + spectrum.imag**2).mean(axis=0)
    return np.asarray(np.fft.irfft(power, n=padded, axis=0)[:length] / length)
