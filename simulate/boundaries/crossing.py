"""Probabilities of stopping at each look, by recursive integration."""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.compiled import kernel
from simulate.boundaries.process import (
    LOOKS,
    PROCESS,
    SMALLEST_STEP,
    Process,
    beyond,
    go_on,
    resolve,
    restart,
)

Floats = NDArray[np.float64]


class Crossing(NamedTuple):
    """Probability of stopping at each look.

    Attributes
    ----------
    above, below : array (look,)
        At or above the upper bound; below the lower bound.
    """

    above: Floats
    below: Floats


@kernel
def fill_crossing(
    process: Process,
    drift: float,
    information: Floats,
    lower: Floats,
    upper: Floats,
    above: Floats,
    below: Floats,
) -> None:
    """Write the probabilities of `crossing_probabilities`; steps too small to see are skipped."""
    restart(process, drift)
    step = 0
    for look in range(len(information)):
        above[look] = below[look] = 0.0
        reached = information[look]
        smallest = process.information[step] * (1.0 + SMALLEST_STEP)
        if not reached >= smallest:
            reached = smallest
        if reached <= 0.0 or (lower[look] == -math.inf and upper[look] == math.inf):
            continue
        resolve(process, step, reached)
        root = math.sqrt(reached)
        if upper[look] < math.inf:
            above[look] = beyond(process, step, reached, upper[look] * root, 1.0).probability
        if lower[look] > -math.inf:
            below[look] = beyond(process, step, reached, lower[look] * root, -1.0).probability
        step += 1
        go_on(process, step, reached, lower[look], upper[look])


def crossing_probabilities(
    information: ArrayLike, *, lower: ArrayLike, upper: ArrayLike, drift: float
) -> Crossing:
    """Probabilities of stopping at each look.

    Parameters
    ----------
    information : array_like, shape (look,)
        On log HR (events / 4 for 1:1), positive and not decreasing.
    lower, upper : array_like, shape (look,)
        Bounds on the z scale, `lower` at most `upper`; infinite where there is none.
    drift : float
        -log HR (RT versus control): positive favours RT.

    Returns
    -------
    Crossing

    Raises
    ------
    ValueError
        If lengths differ, information decreases or bounds are in the wrong order.
    """
    reached = checked_information(information)
    low, high = (np.array(bound, np.float64) for bound in (lower, upper))
    if low.shape != reached.shape or high.shape != reached.shape:
        raise ValueError(
            f"`lower` and `upper` need one bound per look, got {low.size} and {high.size} for "
            f"{reached.size} looks"
        )
    if not (low <= high).all():
        raise ValueError(f"`lower` must be at most `upper`, got {low.tolist()}, {high.tolist()}")
    crossing = Crossing(np.zeros(len(reached)), np.zeros(len(reached)))
    process: Any = np.zeros(1, PROCESS)[0]
    fill_crossing(process, drift, reached, low, high, crossing.above, crossing.below)
    return crossing


def checked_information(information: ArrayLike, *, name: str = "information") -> Floats:
    """One positive number a look, not decreasing, for as many looks as the kernels hold."""
    reached = np.atleast_1d(np.array(information, np.float64))
    if reached.ndim != 1 or not 1 <= len(reached) <= LOOKS:
        raise ValueError(
            f"`{name}` must be a list of 1 to {LOOKS} looks, got shape {reached.shape}"
        )
    if not (np.isfinite(reached).all() and reached[0] > 0 and (np.diff(reached) >= 0).all()):
        raise ValueError(
            f"`{name}` must be positive and not decrease from look to look, got {reached.tolist()}"
        )
    return reached
