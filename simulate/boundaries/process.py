"""The score process between looks: probabilities by recursive integration (compiled).

The efficient score S is followed at the information I of each look. Under a drift theta it is a
Brownian motion with drift: S(I) ~ N(theta I, I) with independent increments, and z = S / sqrt(I)
(Jennison & Turnbull 2000, section 3.1). z above 0 favours RT, so theta = -log HR where HR is RT
versus control.

The trial that has not stopped has at each look a density on its continuation region. It is kept at
the nodes of composite Gauss-Legendre quadrature, and carried from look to look by integration over
the normal increment (Armitage, McPherson & Rowe 1969, doi 10.2307/2343787; Jennison & Turnbull
2000, chapter 19). A look's nodes are chosen when the next information is known: their spacing
follows the narrower of the two steps around it.
"""

import math
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from models.compiled import kernel
from simulate.boundaries.normal import ROOT_TWO_PI, density, upper_quantile, upper_tail

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LOOKS = 20
PANEL = 16
PANELS = 100
POINTS = PANEL * PANELS
PANEL_WIDTH = 8.0
REACH = 8.0
SMALLEST_STEP = 4e-4
SMALLEST_PROBABILITY = 1e-14
NEWTON_STEPS = 60
TOLERANCE = 1e-12

ABSCISSA, GAUSS_WEIGHT = np.polynomial.legendre.leggauss(PANEL)


class Process(Protocol):
    """A score process and what is known of it at each step; row 0 is the start.

    Attributes
    ----------
    drift : float
        theta, per unit of information.
    information : array (step,)
        Information reached.
    lower, upper : array (step,)
        Continuation region on the z scale; infinite where there is no bound.
    points : array (step,)
        Number of quadrature nodes.
    node, weight : array (step, point)
        Score, and quadrature weight times density of the trials that go on.
    """

    drift: float
    information: Floats
    lower: Floats
    upper: Floats
    points: Integers
    node: Floats
    weight: Floats


PROCESS = np.dtype(
    [
        ("drift", np.float64),
        ("information", np.float64, LOOKS + 1),
        ("lower", np.float64, LOOKS + 1),
        ("upper", np.float64, LOOKS + 1),
        ("points", np.int64, LOOKS + 1),
        ("node", np.float64, (LOOKS + 1, POINTS)),
        ("weight", np.float64, (LOOKS + 1, POINTS)),
    ],
    align=True,
)


class Tail(NamedTuple):
    """Probability beyond a score, and the density there."""

    probability: float
    density: float


@kernel
def restart(process: Process, drift: float) -> None:
    """Put the process back to its start: score 0 at information 0."""
    process.drift = drift
    process.information[0] = process.lower[0] = process.upper[0] = 0.0
    process.points[0] = 1
    process.node[0, 0] = 0.0
    process.weight[0, 0] = 1.0


class Height(NamedTuple):
    """Density of a score, and the first earlier node that matters to it or any larger score."""

    density: float
    first: int


@kernel
def density_at(process: Process, step: int, score: float, first: int) -> Height:
    """Density of the score at `step`, from the nodes of the step before it, `first` onwards."""
    change = process.information[step] - process.information[step - 1]
    scale = 1.0 / math.sqrt(change)
    centre = score - process.drift * change
    low, high = centre - REACH / scale, centre + REACH / scale
    while first < process.points[step - 1] and process.node[step - 1, first] < low:
        first += 1
    total = 0.0
    for j in range(first, process.points[step - 1]):
        if process.node[step - 1, j] > high:
            break
        x = (centre - process.node[step - 1, j]) * scale
        total += process.weight[step - 1, j] * math.exp(-0.5 * x * x)
    return Height(total * scale / ROOT_TWO_PI, first)


@kernel
def resolve(process: Process, step: int, information: float) -> None:
    """Place the nodes of `step` for a following look at `information`, and their densities."""
    if step == 0:
        return
    reached = process.information[step]
    before, after = reached - process.information[step - 1], information - reached
    root = math.sqrt(reached)
    low = max(process.lower[step], process.drift * root - REACH) * root
    high = min(process.upper[step], process.drift * root + REACH) * root
    scale = math.sqrt(before * after / (before + after))
    if not high > low:
        process.points[step] = 0
        return
    panels = min(PANELS, int((high - low) / (PANEL_WIDTH * scale)) + 1)
    half = 0.5 * (high - low) / panels
    first = 0
    for panel in range(panels):
        for i in range(PANEL):
            j = panel * PANEL + i
            process.node[step, j] = low + half * (2.0 * panel + 1.0 + ABSCISSA[i])
            height, first = density_at(process, step, process.node[step, j], first)
            process.weight[step, j] = half * GAUSS_WEIGHT[i] * height
    process.points[step] = panels * PANEL


@kernel
def beyond(process: Process, step: int, information: float, score: float, side: float) -> Tail:
    """Probability of going on after `step` and then being beyond a score, at `information`.

    Parameters
    ----------
    side : float
        1 for above the score, -1 for below it.
    """
    change = information - process.information[step]
    scale = 1.0 / math.sqrt(change)
    centre = score - process.drift * change
    probability, height = 0.0, 0.0
    for j in range(process.points[step]):
        x = (centre - process.node[step, j]) * scale
        probability += process.weight[step, j] * upper_tail(side * x)
        height += process.weight[step, j] * density(x)
    return Tail(probability, height * scale)


@kernel
def going_on(process: Process, step: int) -> float:
    """Probability of going on after `step`; its nodes must have been placed."""
    total = 0.0
    for j in range(process.points[step]):
        total += process.weight[step, j]
    return total


@kernel
def bound_beyond(
    process: Process, step: int, information: float, probability: float, side: float
) -> float:
    """Bound z at `information` beyond which the trial, going on after `step`, lies this likely.

    Densities of trials that go on are log-concave (Prekopa's theorem), hence so are their tails:
    Newton's method on the log tail comes down to the root from any point beyond it.

    Returns
    -------
    float
        `side` times infinity for a probability below 1e-14 or when no trial goes on, the opposite
        for a probability that the trials that go on do not have.
    """
    left = going_on(process, step)
    if not (probability > SMALLEST_PROBABILITY and left > 0.0):
        return side * math.inf
    if probability >= left:
        return -side * math.inf
    change = information - process.information[step]
    root = math.sqrt(information)
    quantile = upper_quantile(probability)
    edge = process.upper[step] if side > 0.0 else -process.lower[step]
    if edge < math.inf:
        edge *= math.sqrt(process.information[step])
    score = min(
        side * process.drift * information + quantile * root,
        side * process.drift * change + quantile * math.sqrt(change) + edge,
    )
    for _ in range(NEWTON_STEPS):
        tail = beyond(process, step, information, side * score, side)
        move = math.log(tail.probability / probability) * tail.probability / tail.density
        score += move
        if abs(move) < TOLERANCE * root:
            break
    return float(side * score / root)


@kernel
def go_on(process: Process, step: int, information: float, lower: float, upper: float) -> None:
    """Record the continuation region (z scale) of `step`."""
    process.information[step] = information
    process.lower[step] = lower
    process.upper[step] = upper
