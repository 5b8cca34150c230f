"""Where the posterior of the log hazard ratio lies: modes, ranges, nodes of the rate."""

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from models.exact_posterior.collapsed import Collapsed, expand_given_rate
from models.settings import HierarchicalGammaBaseline

Array = NDArray[np.float64]

# exp(-36) is 2e-16: what lies further below the mode cannot be seen in double precision.
DROP = 36.0
MODE_STEPS = 100
EDGE_STEPS = 12
RANGE_STEPS = 60
LARGEST_STEP = 3.0
COARSE_NODES = 48
WIDEST_NODE_STEP = 0.5


class Support(NamedTuple):
    """Mode of the log hazard ratio and the range that holds its mass, shape (N,) each."""

    lower: Array
    mode: Array
    upper: Array


def find_support(collapsed: Collapsed) -> Support:
    """Find mode and range of the posterior of each set.

    Parameters
    ----------
    collapsed : Collapsed
        N sets whose posteriors are proper.

    Returns
    -------
    Support
        Outside [lower, upper] the joint density of beta and rate is below exp(-36) of its
        largest value.
    """
    modes = _modes(collapsed)
    peaks = expand_given_rate(collapsed, modes)
    floor = peaks.value.max(axis=1, keepdims=True) - DROP
    best = peaks.value.argmax(axis=1)[:, np.newaxis]
    width = 1 / np.sqrt(-peaks.curvature)
    edges = [
        _edge(collapsed, modes + side * 9 * width, level=np.minimum(floor, peaks.value - 1))
        for side in (-1, 1)
    ]
    return Support(
        lower=edges[0].min(axis=1),
        mode=np.take_along_axis(modes, best, axis=1)[:, 0],
        upper=edges[1].max(axis=1),
    )


def with_rate_nodes(collapsed: Collapsed, *, baseline: HierarchicalGammaBaseline) -> Collapsed:
    """Replace the rate by trapezoid nodes over the log rate and its gamma prior.

    Parameters
    ----------
    collapsed : Collapsed
        N sets; their rate is ignored.
    baseline : HierarchicalGammaBaseline
        Prior of the common rate.

    Returns
    -------
    Collapsed
        The trapezoid rule is exact to rounding here: the integrand is analytic near the real
        line and vanishes at both ends.
    """
    power = collapsed.events.shape[1] * collapsed.shape + baseline.rate_shape
    room = DROP / power
    farthest = (1 + room + math.sqrt(room**2 + 2 * room)) * power / baseline.rate_rate
    upper = np.full(collapsed.tilt.shape, math.log(farthest))
    lower, upper = _rate_range(collapsed, baseline=baseline, upper=upper)
    count = max(COARSE_NODES, math.ceil(float((upper - lower).max()) / WIDEST_NODE_STEP))
    return _at_rates(collapsed, lower, upper, count=count, baseline=baseline)


def _rate_range(
    collapsed: Collapsed, *, baseline: HierarchicalGammaBaseline, upper: Array
) -> tuple[Array, Array]:
    """Narrow the log rate to where its profile is within `DROP` of the top (it is concave)."""
    lower = upper - 8.0
    for _ in range(RANGE_STEPS):
        grid = _at_rates(collapsed, lower, upper, count=COARSE_NODES, baseline=baseline)
        profile = expand_given_rate(grid, _modes(grid)).value
        within = profile > profile.max(axis=1, keepdims=True) - DROP
        if within[:, 0].any():
            lower = upper - 2 * (upper - lower)
            continue
        first = within.argmax(axis=1) - 1
        last = np.minimum(COARSE_NODES - within[:, ::-1].argmax(axis=1), COARSE_NODES - 1)
        sets = np.arange(len(grid.log_rate))
        lower, upper = grid.log_rate[sets, first], grid.log_rate[sets, last]
        if within.sum(axis=1).min() > COARSE_NODES / 3:
            break
    return lower, upper


def _at_rates(
    collapsed: Collapsed,
    lower: Array,
    upper: Array,
    *,
    count: int,
    baseline: HierarchicalGammaBaseline,
) -> Collapsed:
    log_rate = np.linspace(lower, upper, count, axis=1)
    step = (upper - lower) / (count - 1)
    shape, rate = baseline.rate_shape, baseline.rate_rate
    log_prior = shape * log_rate - rate * np.exp(log_rate) + shape * np.log(rate) - gammaln(shape)
    hazards = collapsed.events.shape[1] * collapsed.shape * log_rate
    return replace(
        collapsed,
        log_rate=log_rate,
        log_weight=log_prior + hazards + np.log(step)[:, np.newaxis],
    )


def _modes(collapsed: Collapsed) -> Array:
    """Newton on the decreasing slope, bracketed: a step that leaves the bracket bisects it."""
    beta = np.zeros(collapsed.log_rate.shape)
    low, high = np.full_like(beta, -np.inf), np.full_like(beta, np.inf)
    for _ in range(MODE_STEPS):
        here = expand_given_rate(collapsed, beta)
        rising = here.slope > 0
        low, high = np.where(rising, beta, low), np.where(rising, high, beta)
        step = np.clip(-here.slope / here.curvature, -LARGEST_STEP, LARGEST_STEP)
        following = beta + step
        inside = (following >= low) & (following <= high)
        with np.errstate(invalid="ignore"):
            following = np.where(inside, following, (low + high) / 2)
        settled = np.abs(following - beta) <= 1e-8 / np.sqrt(-here.curvature)
        beta = following
        if settled.all():
            break
    return beta


def _edge(collapsed: Collapsed, start: Array, *, level: Array) -> Array:
    """Newton towards a level below the top: a concave function is met from outside at once."""
    beta = start
    for _ in range(EDGE_STEPS):
        here = expand_given_rate(collapsed, beta)
        beta = beta + (level - here.value) / here.slope
    return beta
