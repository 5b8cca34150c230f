"""Exact posterior probability that the hazard ratio is below a threshold (compiled).

Piecewise-exponential proportional hazards with independent gamma baseline hazards, which
integrate out; see `models.exact_posterior.collapsed` for the density. The prior of log HR is a
mixture of normals: each component has a log-concave posterior of its own, and the components'
evidences weigh them together.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import lean_inlined, lean_kernel
from simulate.bits import fast_exp, minus_log

Floats = NDArray[np.float64]

NODES, WEIGHTS = (np.ascontiguousarray(part) for part in np.polynomial.legendre.leggauss(8))
PANEL = 3.25
WIDEST_PANEL = 2.0
MOST_PANELS = 1600
REACH = 6.5
NEGLIGIBLE, NEEDLESS = 20.0, 30.0
FARTHEST = 690.0
MOST_STEPS = 100
NEAR = 1.0 / 30.0


class BayesModel(NamedTuple):
    """Prior of the Bayesian rule.

    Attributes
    ----------
    cuts : array (interval − 1,)
        Months.
    shape, rate : float
        Gamma prior of each baseline hazard; rate in person-months.
    control, rt : float
        Multiples of log HR in the log hazards of the arms: (0, 1) or (−1/2, 1/2).
    weight, mean, sd : array (component,)
        Normal mixture prior of log HR, RT versus control.
    """

    cuts: Floats
    shape: float
    rate: float
    control: float
    rt: float
    weight: Floats
    mean: Floats
    sd: Floats


class Nodes(NamedTuple):
    """Work space of the quadrature, one place a node."""

    beta: Floats
    control: Floats
    rt: Floats
    log_density: Floats


def new_nodes() -> Nodes:
    """Allocate the work space of one worker."""
    return Nodes(*(np.empty(MOST_PANELS * NODES.size) for _ in Nodes._fields))


class Slope(NamedTuple):
    """First derivative of the log density and negative second derivative."""

    slope: float
    curvature: float


@lean_inlined
def tilt(events: Floats, model: BayesModel) -> float:
    """Factor of log HR in the log likelihood: events weighted by the arms' multiples."""
    total = 0.0
    for k in range(model.cuts.size + 1):
        total += model.control * events[0, k] + model.rt * events[1, k]
    return total


@lean_inlined
def slope_at(
    beta: float, component: int, events: Floats, exposure: Floats, model: BayesModel
) -> Slope:
    """Differentiate log likelihood times one component of the prior."""
    precision = 1.0 / model.sd[component] ** 2
    slope = tilt(events, model) - (beta - model.mean[component]) * precision
    curvature = precision
    control, rt = fast_exp(model.control * beta), fast_exp(model.rt * beta)
    for k in range(model.cuts.size + 1):
        power = model.shape + events[0, k] + events[1, k]
        at_control, at_rt = control * exposure[0, k], rt * exposure[1, k]
        inverse = 1.0 / (model.rate + at_control + at_rt)
        mean = (model.control * at_control + model.rt * at_rt) * inverse
        square = (model.control**2 * at_control + model.rt**2 * at_rt) * inverse
        slope -= power * mean
        curvature += power * (square - mean * mean)
    return Slope(slope, curvature)


@lean_kernel
def log_densities(
    count: int,
    component: int,
    events: Floats,
    exposure: Floats,
    model: BayesModel,
    nodes: Nodes,
) -> None:
    """Log of likelihood times one component at the first `count` nodes, without constants."""
    slope, mean, scale = tilt(events, model), model.mean[component], 1.0 / model.sd[component]
    for j in range(count):
        nodes.control[j] = fast_exp(model.control * nodes.beta[j])
        nodes.rt[j] = fast_exp(model.rt * nodes.beta[j])
        deviation = (nodes.beta[j] - mean) * scale
        nodes.log_density[j] = slope * nodes.beta[j] - 0.5 * deviation * deviation
    for k in range(model.cuts.size + 1):
        power = model.shape + events[0, k] + events[1, k]
        control, rt = exposure[0, k], exposure[1, k]
        for j in range(count):
            at_risk = model.rate + nodes.control[j] * control + nodes.rt[j] * rt
            nodes.log_density[j] += power * minus_log(at_risk)


class Peak(NamedTuple):
    """Where a posterior is highest, about, and the standard deviation of a normal as curved."""

    mode: float
    width: float


@lean_kernel
def find_peak(component: int, events: Floats, exposure: Floats, model: BayesModel) -> Peak:
    """Peak of one component's posterior, by Newton's method with steps of at most 2.

    To a thirtieth of its width: it decides only where the nodes lie.
    """
    beta, width = model.mean[component], math.nan
    for _ in range(MOST_STEPS):
        here = slope_at(beta, component, events, exposure, model)
        step, width = here.slope / here.curvature, 1.0 / math.sqrt(here.curvature)
        beta += min(max(step, -2.0), 2.0)
        if abs(step) < NEAR * width:
            break
    return Peak(float(beta), width)


@lean_kernel
def lay_nodes(low: float, high: float, panel: float, first: int, nodes: Nodes) -> int:
    """Lay Gauss–Legendre panels from `low` to `high`; nodes used so far, those before included."""
    if high <= low:
        return first
    panels = min(math.ceil((high - low) / panel), MOST_PANELS // 2)
    half = 0.5 * (high - low) / panels
    place = first
    for which in range(panels):
        for j in range(NODES.size):
            nodes.beta[place] = low + (2 * which + 1 + NODES[j]) * half
            place += 1
    return place


@lean_kernel
def integral(low: float, high: float, first: int, last: int, top: float, nodes: Nodes) -> float:
    """Integral over panels laid by `lay_nodes`, of the density over exp(top)."""
    if last == first:
        return 0.0
    half = 0.5 * (high - low) * NODES.size / (last - first)
    total = 0.0
    for j in range(first, last):
        nodes.control[j] = fast_exp(max(nodes.log_density[j] - top, -700.0))
    for j in range(first, last):
        total += WEIGHTS[(j - first) % NODES.size] * nodes.control[j]
    return float(half * total)


class Edge(NamedTuple):
    """A distance from the mode, between one that is too near and one that is too far.

    Attributes
    ----------
    near, distance, far, farthest : float
    found : bool
        Whether the density is negligible there, and was not so much nearer.
    """

    near: float
    distance: float
    far: float
    farthest: float
    found: bool


@lean_inlined
def _start(width: float, farthest: float) -> Edge:
    """First try of an edge."""
    return Edge(0.0, min(REACH * width, farthest), math.inf, farthest, False)


@lean_inlined
def _better(edge: Edge, drop: float) -> Edge:
    """Next try of an edge, where the log density has dropped by so much."""
    if edge.found or not (drop > NEEDLESS or (drop < NEGLIGIBLE and edge.distance < edge.farthest)):
        return Edge(edge.near, edge.distance, edge.far, edge.farthest, True)
    near = edge.near if drop > NEEDLESS else edge.distance
    far = edge.distance if drop > NEEDLESS else edge.far
    distance = 0.5 * (near + far) if far < math.inf else min(1.2 * near, edge.farthest)
    return Edge(near, distance, far, edge.farthest, False)


class Span(NamedTuple):
    """Where a density becomes negligible below and above its mode, and its log at the mode."""

    low: float
    high: float
    top: float


@lean_kernel
def find_span(
    peak: Peak, component: int, events: Floats, exposure: Floats, model: BayesModel, nodes: Nodes
) -> Span:
    """Where the density becomes negligible on either side of its peak, and not much further out."""
    mode = peak.mode
    low, high = _start(peak.width, FARTHEST + mode), _start(peak.width, FARTHEST - mode)
    nodes.beta[0] = mode
    for _ in range(MOST_STEPS):
        nodes.beta[1], nodes.beta[2] = mode - low.distance, mode + high.distance
        log_densities(3, component, events, exposure, model, nodes)
        low = _better(low, nodes.log_density[0] - nodes.log_density[1])
        high = _better(high, nodes.log_density[0] - nodes.log_density[2])
        if low.found and high.found:
            break
    return Span(mode - low.distance, mode + high.distance, nodes.log_density[0])


@lean_kernel
def probability_below(
    threshold: float, events: Floats, exposure: Floats, model: BayesModel, nodes: Nodes
) -> float:
    """Posterior probability that log HR (RT versus control) is below a threshold.

    Parameters
    ----------
    threshold : float
        Log hazard ratio.
    events, exposure : array (arm, interval)
        From `fill_exposure`; person-months.
    model : BayesModel
    nodes : Nodes
        Work space.

    Returns
    -------
    float
        Accurate to about 1e-8.
    """
    highest = -math.inf
    below = above = 0.0
    for component in range(model.weight.size):
        peak = find_peak(component, events, exposure, model)
        low, high, top = find_span(peak, component, events, exposure, model, nodes)
        split = min(max(threshold, low), high)
        panel = min(PANEL * peak.width, WIDEST_PANEL)
        left = lay_nodes(low, split, panel, 0, nodes)
        right = lay_nodes(split, high, panel, left, nodes)
        log_densities(right, component, events, exposure, model, nodes)
        if top > highest:
            shrink = math.exp(highest - top)
            below *= shrink
            above *= shrink
            highest = top
        weight = model.weight[component] / model.sd[component] * math.exp(top - highest)
        below += weight * integral(low, split, 0, left, top, nodes)
        above += weight * integral(split, high, left, right, top, nodes)
    return below / (below + above)
