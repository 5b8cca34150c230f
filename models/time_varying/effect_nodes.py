"""Models of a changing effect as mixtures of linear ones: log HR(t) linear in normal parameters.

Given its node (a delay, a half-life, a standard deviation of steps), the log hazard ratio of each
cell of time is a linear function of a few independent normal parameters. Cells are the intervals
between all cut points, of the baseline and of the effect; times are months.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.settings import NormalPrior
from models.survival.intervals import interval_starts
from models.time_varying.priors import (
    DelayedEffect,
    RandomWalkEffect,
    SeparateArms,
    WaningEffect,
)

Array = NDArray[np.float64]

SCALE_NODES = 16
LARGEST_SCALE = 4.5
HALF_LIFE_NODES = 16


@dataclass(frozen=True, kw_only=True)
class EffectNodes:
    """J nodes of a model whose log hazard ratios by F cells are linear in P parameters.

    Attributes
    ----------
    cuts : tuple of float, length F - 1
        Interior cut points of the cells, months.
    interval : numpy.ndarray of int, shape (F,)
        Interval of the baseline that each cell lies in.
    basis : numpy.ndarray, shape (J, F, P)
        Log hazard ratios of cells are this times the parameters.
    log_weight : numpy.ndarray, shape (J,)
        Log prior weights of the nodes; the weights sum to 1 up to the error of quadrature.
    node : numpy.ndarray, shape (J,)
        Delay or half-life in months, or standard deviation of the steps; 0 where there is none.
    mean, sd : numpy.ndarray, shape (P,)
        Normal priors of the parameters.
    """

    cuts: tuple[float, ...]
    interval: NDArray[np.int64]
    basis: Array
    log_weight: Array
    node: Array
    mean: Array
    sd: Array


def proportional_nodes(cuts: Sequence[float], *, log_hr: NormalPrior) -> EffectNodes:
    """Proportional hazards: one node, one parameter.

    Parameters
    ----------
    cuts : sequence of float
        Interior cut points of the baseline, months.
    log_hr : NormalPrior
        Prior of the log hazard ratio.
    """
    cells = len(cuts) + 1
    return _one_effect(cuts, cuts, np.ones((1, cells)), np.zeros(1), np.zeros(1), log_hr)


def effect_nodes(
    model: RandomWalkEffect | DelayedEffect | WaningEffect,
    *,
    cuts: Sequence[float],
    log_hr: NormalPrior,
) -> EffectNodes:
    """Lay a model out over its nodes.

    Parameters
    ----------
    model : RandomWalkEffect, DelayedEffect or WaningEffect
    cuts : sequence of float
        Interior cut points of the baseline, months.
    log_hr : NormalPrior
        Prior of the log hazard ratio: of the average over intervals, after the delay, or at
        randomisation.

    Returns
    -------
    EffectNodes
    """
    if isinstance(model, RandomWalkEffect):
        return _walk(model, cuts=cuts, log_hr=log_hr)
    if isinstance(model, DelayedEffect):
        months = np.array(model.months)
        cells = cell_cuts(model, cuts=cuts)
        basis = (interval_starts(cells) >= months[:, np.newaxis]).astype(float)
        weight = np.full(months.size, -np.log(months.size))
        return _one_effect(cells, cuts, basis, weight, months, log_hr)
    points, weights = np.polynomial.hermite_e.hermegauss(HALF_LIFE_NODES)
    months = model.half_life * np.exp(model.log_sd * points)
    cells = cell_cuts(model, cuts=cuts)
    basis = np.asarray(np.exp2(-waning_months(model, cuts=cuts) / months[:, np.newaxis]))
    log_weight = np.log(weights / weights.sum())
    return _one_effect(cells, cuts, basis, log_weight, months, log_hr)


def cell_cuts(
    model: RandomWalkEffect | DelayedEffect | WaningEffect | SeparateArms,
    *,
    cuts: Sequence[float],
) -> tuple[float, ...]:
    """Cut points of the cells of a model: those of the baseline and those of the effect."""
    own: Sequence[float] = ()
    if isinstance(model, DelayedEffect):
        own = model.months
    if isinstance(model, WaningEffect):
        steps = int(np.floor(model.until / model.step + 1e-9))
        own = [float(model.step * i) for i in range(1, steps + 1)]
    return tuple(sorted({float(cut) for cut in (*cuts, *own)}))


def waning_months(model: WaningEffect, *, cuts: Sequence[float]) -> Array:
    """Months since randomisation at which the waning effect of each cell is taken, shape (F,).

    Parameters
    ----------
    model : WaningEffect
    cuts : sequence of float
        Interior cut points of the baseline, months.

    Returns
    -------
    numpy.ndarray
        The middle of the cell; for the last, open one its start.
    """
    starts = interval_starts(cell_cuts(model, cuts=cuts))
    middle = np.append((starts[:-1] + starts[1:]) / 2, starts[-1])
    return np.asarray(np.minimum(middle, model.until))


def walk_basis(intervals: int) -> Array:
    """Accumulate unit steps, less their average over the intervals; shape (K, K - 1)."""
    sums = np.tril(np.ones((intervals, intervals - 1)), k=-1)
    return np.asarray(sums - sums.mean(axis=0))


def baseline_interval(cells: Sequence[float], *, cuts: Sequence[float]) -> NDArray[np.int64]:
    """Interval of the baseline that each cell lies in, shape (F,)."""
    starts = interval_starts(cells)
    return np.searchsorted(np.asarray(cuts, dtype=float), starts, side="right").astype(np.int64)


def _walk(model: RandomWalkEffect, *, cuts: Sequence[float], log_hr: NormalPrior) -> EffectNodes:
    """Parameters are the average and K - 1 standard steps; nodes are the steps' sd."""
    intervals = len(cuts) + 1
    points, weights = np.polynomial.legendre.leggauss(SCALE_NODES)
    standard = LARGEST_SCALE * (points + 1) / 2
    density = np.sqrt(2 / np.pi) * np.exp(-0.5 * standard**2) * LARGEST_SCALE / 2 * weights
    steps = walk_basis(intervals)
    basis = np.empty((SCALE_NODES, intervals, intervals))
    basis[:, :, 0] = 1.0
    basis[:, :, 1:] = model.scale * standard[:, np.newaxis, np.newaxis] * steps
    return EffectNodes(
        cuts=tuple(float(cut) for cut in cuts),
        interval=np.arange(intervals),
        basis=basis,
        log_weight=np.log(density),
        node=model.scale * standard,
        mean=np.array([log_hr.mean] + [0.0] * (intervals - 1)),
        sd=np.array([log_hr.sd] + [1.0] * (intervals - 1)),
    )


def _one_effect(
    cells: Sequence[float],
    cuts: Sequence[float],
    basis: Array,
    log_weight: Array,
    node: Array,
    log_hr: NormalPrior,
) -> EffectNodes:
    return EffectNodes(
        cuts=tuple(float(cut) for cut in cells),
        interval=baseline_interval(cells, cuts=cuts),
        basis=np.ascontiguousarray(basis[:, :, np.newaxis]),
        log_weight=log_weight,
        node=node,
        mean=np.array([log_hr.mean]),
        sd=np.array([log_hr.sd]),
    )
