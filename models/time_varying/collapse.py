"""Evidence of models of a changing effect for tables of patients, and their posterior moments.

The gamma baseline is integrated out in closed form. What is left is summed over nodes, at each of
them over points about the mode: a lattice in one or two dimensions, where the trapezoid rule is
exact to rounding, and importance sampling from a t distribution by quasi-random points in more.
Times are months; log hazard ratios are RT versus control.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln, logsumexp
from scipy.stats import chi2, norm, qmc

from models.placement import POSITIONS
from models.settings import Baseline, GammaBaseline, HierarchicalGammaBaseline, Placement
from models.survival.intervals import interval_starts, interval_stops
from models.time_varying.collapsed import Cells, Room, integrate
from models.time_varying.effect_nodes import EffectNodes

Array = NDArray[np.float64]
GammaFamily = GammaBaseline | HierarchicalGammaBaseline

LATTICE_STEP, LATTICE_REACH = 0.9, 9.0
POINTS = 512
FREEDOM = 8.0
RATE_STEP, RATE_REACH = 0.25, 12.0


class Points(NamedTuple):
    """Standard coordinates about a mode, shape (M, Q), and the log of their weights, shape (M,)."""

    place: Array
    log_weight: Array


@dataclass(frozen=True, kw_only=True)
class Collapse:
    """What quadrature says of N sets under one model.

    Attributes
    ----------
    log_evidence : numpy.ndarray, shape (N,)
        Log of p(data | model), the density of the observed times given those of the censoring.
    average_mean, average_sd : numpy.ndarray, shape (N,)
        Posterior moments of the log hazard ratio averaged over a window.
    node_share : numpy.ndarray, shape (N, J)
        Posterior probabilities of the nodes.
    """

    log_evidence: Array
    average_mean: Array
    average_sd: Array
    node_share: Array


def collapse(
    events: ArrayLike,
    exposure: ArrayLike,
    *,
    nodes: EffectNodes,
    baseline: Baseline,
    placement: Placement,
    window: float,
    points: Points | None = None,
) -> Collapse:
    """Integrate a model of a changing effect out, set by set.

    Parameters
    ----------
    events : array_like of int, shape (N, 2, F)
        Events by arm (control, RT) and cell.
    exposure : array_like, shape (N, 2, F)
        Person-months by arm and cell.
    nodes : EffectNodes
        The model, with F cells.
    baseline : GammaBaseline or HierarchicalGammaBaseline
        Prior of the baseline hazards.
    placement : {"control", "symmetric"}
        Where the baseline stands between the arms.
    window : float
        Months over which the log hazard ratio is averaged.
    points : Points, optional
        Where the density is evaluated about each mode.

    Returns
    -------
    Collapse

    Raises
    ------
    ValueError
        If the baseline has no closed form or the tables have other cells.
    """
    family = demand_gamma(baseline)
    counts, months = np.asarray(events, dtype=float), np.asarray(exposure, dtype=float)
    if counts.shape != months.shape or counts.shape[1:] != (2, nodes.interval.size):
        raise ValueError(
            f"`events` and `exposure` need the shape (sets, 2 arms, {nodes.interval.size} cells), "
            f"got {counts.shape} and {months.shape}; tabulate with the cuts of `nodes`"
        )
    unknown = isinstance(family, HierarchicalGammaBaseline)
    size = nodes.mean.size + unknown
    where = points or standard_points(size)
    room = room_record(nodes.interval, size)
    averaging = window_weights(nodes.cuts, window=window)
    shape = (nodes.log_weight.size, where.log_weight.size)
    mass, average = np.empty(shape), np.empty(shape)
    rows = []
    for i in range(len(counts)):
        cells = cells_record(counts[i], months[i], nodes.interval, family, placement)
        integrate(
            nodes.basis, nodes.log_weight, nodes.mean, nodes.sd, cells, where.place,
            where.log_weight, averaging, room, mass, average,
        )  # fmt: skip
        constant = float((gammaln(cells.power) - gammaln(cells.shape)).sum())
        rows.append(_moments(mass, average, constant))
    evidence, mean, sd, share = (np.array(part) for part in zip(*rows, strict=True))
    return Collapse(log_evidence=evidence, average_mean=mean, average_sd=sd, node_share=share)


def separate_log_evidence(events: ArrayLike, exposure: ArrayLike, *, baseline: Baseline) -> Array:
    """Log evidence of arms whose hazards share only the gamma rate.

    Parameters
    ----------
    events : array_like of int, shape (N, 2, K)
        Events by arm and interval of the baseline.
    exposure : array_like, shape (N, 2, K)
        Person-months.
    baseline : GammaBaseline or HierarchicalGammaBaseline
        Prior of every hazard.

    Returns
    -------
    numpy.ndarray, shape (N,)

    Raises
    ------
    ValueError
        If the baseline has no closed form.
    """
    family = demand_gamma(baseline)
    counts, months = (_by_set(values) for values in (events, exposure))
    power = family.shape + counts
    constant = (gammaln(power) - gammaln(family.shape)).sum(axis=1)
    cells = counts.shape[1]
    if isinstance(family, GammaBaseline):
        at_risk = np.log(family.rate + months)
        return np.asarray(
            constant + cells * family.shape * math.log(family.rate) - (power * at_risk).sum(axis=1)
        )
    log_rate = math.log(family.rate_shape / family.rate_rate) + np.arange(
        -RATE_REACH, RATE_REACH + RATE_STEP / 2, RATE_STEP
    )
    prior = (
        family.rate_shape * (log_rate + math.log(family.rate_rate))
        - family.rate_rate * np.exp(log_rate)
        - gammaln(family.rate_shape)
    )
    value = prior + cells * family.shape * log_rate
    at_risk = np.log(np.exp(log_rate) + months[:, :, np.newaxis])
    value = value - np.einsum("nc,ncr->nr", power, at_risk)
    return np.asarray(constant + logsumexp(value, axis=1) + math.log(RATE_STEP))


def demand_gamma(baseline: Baseline) -> GammaFamily:
    """Return a baseline that integrates out in closed form; refuse others."""
    if not isinstance(baseline, GammaBaseline | HierarchicalGammaBaseline):
        raise ValueError(
            f"`baseline` is {baseline.kind!r}; models of a changing effect need a gamma or "
            "hierarchical gamma baseline, whose evidence has a closed form, choose one of these"
        )
    return baseline


def standard_points(size: int, *, points: int = POINTS, seed: int = 1) -> Points:
    """Where to evaluate a density about its mode, in standard coordinates.

    Parameters
    ----------
    size : int
        Dimensions.
    points : int
        Quasi-random points in pairs of opposite ones, a power of 2, in more than two dimensions.
    seed : int
        Of the scrambling; another one shows the error.
    """
    if size <= 2:
        line = np.arange(-LATTICE_REACH, LATTICE_REACH + LATTICE_STEP / 2, LATTICE_STEP)
        place = np.stack(np.meshgrid(*[line] * size), axis=-1).reshape(-1, size)
        place = place[(place**2).sum(axis=1) <= LATTICE_REACH**2]
        return Points(place, np.full(len(place), size * math.log(LATTICE_STEP)))
    uniform = qmc.Sobol(size + 1, seed=seed).random(points // 2)
    uniform = np.clip(uniform, 1e-12, 1 - 1e-12)
    scale = np.sqrt(FREEDOM / chi2.ppf(uniform[:, -1:], FREEDOM))
    half = norm.ppf(uniform[:, :-1]) * scale
    place = np.concatenate((half, -half))
    density = (
        gammaln((FREEDOM + size) / 2)
        - gammaln(FREEDOM / 2)
        - 0.5 * size * math.log(FREEDOM * math.pi)
        - 0.5 * (FREEDOM + size) * np.log1p((place**2).sum(axis=1) / FREEDOM)
    )
    normal = -0.5 * (place**2).sum(axis=1) - 0.5 * size * math.log(2 * math.pi)
    # Integrands are nearly normal: weights that integrate the normal exactly remove most error.
    return Points(place, -density - logsumexp(normal - density))


def window_weights(cuts: Sequence[float], *, window: float) -> Array:
    """Share of the months from 0 to `window` that lies in each cell, shape (F,)."""
    stops = np.minimum(interval_stops(cuts), window)
    return np.asarray(np.maximum(stops - interval_starts(cuts), 0.0) / window)


def cells_record(
    events: Array,
    exposure: Array,
    interval: NDArray[np.int64],
    baseline: GammaFamily,
    placement: Placement,
) -> Cells:
    """Pack one set of patients for the kernels.

    Parameters
    ----------
    events, exposure : numpy.ndarray, shape (2, F)
        By arm (control, RT) and cell; person-months.
    interval : numpy.ndarray of int, shape (F,)
        Interval of the baseline that each cell lies in.
    baseline : GammaBaseline or HierarchicalGammaBaseline
    placement : {"control", "symmetric"}
    """
    low, high = POSITIONS[placement]
    known = baseline.rate if isinstance(baseline, GammaBaseline) else 0.0
    prior = (1.0, 1.0)
    if isinstance(baseline, HierarchicalGammaBaseline):
        prior = baseline.rate_shape, baseline.rate_rate
    return Cells(
        exposure=exposure,
        tilt=low * events[0] + high * events[1],
        power=baseline.shape + np.bincount(interval, weights=events.sum(axis=0)),
        interval=interval,
        low=low,
        high=high,
        shape=baseline.shape,
        rate=known,
        rate_shape=prior[0],
        rate_rate=prior[1],
    )


def _by_set(values: ArrayLike) -> Array:
    """Lay the cells of each set out in one row."""
    table = np.asarray(values, dtype=float)
    return table.reshape(table.shape[0], -1)


def room_record(interval: NDArray[np.int64], size: int) -> Room:
    """Make work space for the kernels.

    Parameters
    ----------
    interval : numpy.ndarray of int, shape (F,)
        Interval of the baseline that each cell lies in.
    size : int
        Parameters, an unknown log rate among them.
    """
    effect, control, treated = (np.empty(interval.size) for _ in range(3))
    slope, step = np.empty(size), np.empty(size)
    total = np.empty(int(interval[-1]) + 1)
    return Room(effect, control, treated, total, slope, step, np.empty((size, size)))


def _moments(mass: Array, average: Array, constant: float) -> tuple[float, float, float, Array]:
    top = float(mass.max())
    share = np.exp(mass - top)
    total = float(share.sum())
    share /= total
    mean = float((share * average).sum())
    variance = float((share * (average - mean) ** 2).sum())
    return constant + top + math.log(total), mean, math.sqrt(variance), share.sum(axis=1)
