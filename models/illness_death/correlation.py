"""Correlation of the times of progression-free and overall survival of one patient."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.illness_death.cumulative import cumulative_at, hazard_at
from models.illness_death.packed import RESET, PackedIllnessDeath
from models.survival.intervals import interval_starts

Array = NDArray[np.float64]

NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)
PIECE = 0.5


class Residual(NamedTuple):
    """First two moments of the months from progression to death, shape (2, S, M)."""

    mean: Array
    square: Array


def times_correlation(packed: PackedIllnessDeath) -> Array:
    """Pearson correlation of the times of both endpoints, shape (2, S).

    Times are those of endless follow-up, without scans, drop-out and switching. With X the time to
    progression or death and R the months from progression to death (0 without progression), overall
    survival is X + R, and moments of R given X have closed forms.

    Parameters
    ----------
    packed : PackedIllnessDeath

    Returns
    -------
    numpy.ndarray, shape (2, S)
        Not a number where a last hazard of 0 makes mean times infinite.
    """
    progresses, dies = packed.hazard[0].any(axis=-1), packed.after_hazard[..., -1] > 0
    total = packed.hazard.sum(axis=0)
    finite = (total[..., -1] > 0) & (dies | ~progresses)
    after = np.where((progresses & dies)[..., np.newaxis], packed.after_hazard, 1.0)
    packed = packed._replace(after_hazard=after)
    end = max(float(part.max(initial=0.0)) for part in (packed.cuts, packed.after_cuts))
    months, weight = _nodes(packed, end)
    density = weight * np.exp(-cumulative_at(total, months, cuts=packed.cuts))
    body = _moments(density, months, packed=packed, residual=_residual(packed, months))
    with np.errstate(divide="ignore", invalid="ignore"):
        x, xx, r, xr, rr = body + _moments_after(packed, end)
        variance, both = xx - x * x, xr - x * r
        found = (variance + both) / np.sqrt(variance * (variance + 2 * both + rr - r * r))
    return np.where(finite, found, math.nan)


def _moments(
    density: Array, months: Array, *, packed: PackedIllnessDeath, residual: Residual
) -> Array:
    """Integrals of X, X squared, R, X R and R squared over the given months of X."""
    leaving = density * hazard_at(packed.hazard.sum(axis=0), months, cuts=packed.cuts)
    progressing = density * hazard_at(packed.hazard[0], months, cuts=packed.cuts)
    return np.stack(
        [
            (leaving * months).sum(-1),
            (leaving * months**2).sum(-1),
            (progressing * residual.mean).sum(-1),
            (progressing * months * residual.mean).sum(-1),
            (progressing * residual.square).sum(-1),
        ]
    )


def _moments_after(packed: PackedIllnessDeath, end: float) -> Array:
    """Integrate the same beyond all cut points, in closed form."""
    last = packed.hazard[..., -1]
    total = last.sum(axis=0)
    residual = _residual(packed, np.array([end + 1.0]))
    share, mean = last[0] / total, 1 / total
    left = np.exp(-cumulative_at(packed.hazard.sum(axis=0), np.array([end]), cuts=packed.cuts))
    r, rr = (share * moment[..., 0] for moment in residual)
    x = end + mean
    parts = [x, end**2 + 2 * end * mean + 2 * mean**2, r, x * r, rr]
    return np.stack(parts) * left[..., 0]


def _nodes(packed: PackedIllnessDeath, end: float) -> tuple[Array, Array]:
    """Gauss–Legendre nodes and weights up to the last cut point."""
    corners = np.concatenate([np.arange(0.0, end, PIECE), packed.cuts, packed.after_cuts, [end]])
    bounds = np.unique(corners)
    width = np.diff(bounds)[:, np.newaxis]
    nodes = bounds[:-1, np.newaxis] + width * (NODES + 1) / 2
    return nodes.ravel(), (width * WEIGHTS / 2).ravel()


def _residual(packed: PackedIllnessDeath, months: Array) -> Residual:
    """Moments of what is left to live after a progression at given months."""
    start = np.zeros_like(months) if packed.clock == RESET else months
    hazard, starts = packed.after_hazard, interval_starts(packed.after_cuts)
    mean, square = 1 / hazard[..., -1], 2 / hazard[..., -1] ** 2
    means, squares = [mean], [square]
    for k in range(packed.after_cuts.size - 1, 0, -1):
        width = np.asarray(starts[k + 1] - starts[k])
        mean, square = _one_back(hazard[..., k], width, Residual(mean, square))
        means.insert(0, mean)
        squares.insert(0, square)
    place = np.searchsorted(packed.after_cuts, start, side="left")
    stop = np.append(packed.after_cuts, np.inf)[place]
    following = Residual(*(np.stack([*m, m[-1]], axis=-1)[..., place] for m in (means, squares)))
    here = hazard[..., place]
    return _one_back(here, np.where(np.isinf(stop), 0.0, stop - start), following)


def _one_back(hazard: Array, width: Array, following: Residual) -> Residual:
    """Moments at the start of an interval from those at its end."""
    x = hazard * width
    stay = np.exp(-x)
    first = width * _power_mean(x, power=0)
    second = width**2 * _power_mean(x, power=1)
    return Residual(
        mean=first + stay * following.mean,
        square=2 * (second + stay * (width * following.mean + following.square / 2)),
    )


def _power_mean(x: Array, *, power: int) -> Array:
    """Integral of s^power exp(-x s) for s from 0 to 1, by quadrature where x is small."""
    place = (NODES + 1) / 2
    small = (np.exp(-np.minimum(x, 1.0)[..., np.newaxis] * place) * place**power) @ (WEIGHTS / 2)
    large = np.maximum(x, 1.0)
    exact = -np.expm1(-large) / large
    if power == 1:
        exact = (exact - np.exp(-large)) / large
    return np.where(x < 1.0, small, exact)
