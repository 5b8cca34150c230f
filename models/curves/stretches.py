"""Where a curve that was read off is flat and where it may fall, as far as its noise tells.

A run is a stretch of points that do not differ by more than their noise. Inside a long run the
curve is flat. Close to the ends of a run, where noise may hide a step by a point or two, and in
short runs, it may fall at every point.
"""

import math
from typing import NamedTuple

import numpy as np

from models.compiled import kernel
from models.curves.curve import ArmCurve, Array, Integers, ReadingError

FINENESS = (2.0, 1.0, 0.0, -1.0)
"""Standard errors that tell neighbouring runs apart, from long flat stretches to none; see
`find_falls` for the last."""
EDGE = 3


class Stretches(NamedTuple):
    """Stretches of one curve without a fall inside, in the order of time.

    Attributes
    ----------
    start : numpy.ndarray, shape (K,)
        Months of the first point of each stretch; 0 for the first, where the level is 1.
    before : numpy.ndarray, shape (K,)
        Months after which the fall to this stretch took place; it was complete at `start`.
    low, high : numpy.ndarray, shape (K,)
        Between these all its points allow its level.
    level : numpy.ndarray, shape (K,)
        Mean of the points of the run that it belongs to; never rising.
    """

    start: Array
    before: Array
    low: Array
    high: Array
    level: Array


def find_stretches(curve: ArmCurve, *, error: ReadingError, apart: float) -> Stretches:
    """Cut a curve into stretches without a fall inside.

    The points are made to fall by pooling neighbours that rise, and then the two neighbouring
    runs that differ least are joined, again and again, until all differ by `apart` standard
    errors. Reading errors count as uniform up to the largest.

    Parameters
    ----------
    curve : ArmCurve
        Cleaned.
    error : ReadingError
    apart : float
        Standard errors between the levels of neighbouring runs, at least; at 0 the curve may fall
        at every point.

    Returns
    -------
    Stretches
        A step that a point shows was taken within the reading error of time before it, and after
        the point before it.

    References
    ----------
    Ayer, Brunk, Ewing, Reid & Silverman 1955, doi 10.1214/aoms/1177728423 (pooling).
    """
    run_first, run_level = _runs(curve.survival, error.survival, apart)
    points = np.arange(curve.time.size)
    run = np.searchsorted(run_first, points, side="right") - 1
    to_next = np.append(run_first, points.size)[run + 1] - points
    first = points[(points - run_first[run] <= EDGE) | (to_next <= EDGE) | (apart <= 0)]
    low = np.maximum.reduceat(np.maximum(curve.survival - error.survival, 0.0), first)
    high = np.minimum.reduceat(np.minimum(curve.survival + error.survival, 1.0), first)
    low[0], high[0] = 1.0, 1.0
    start = curve.time[first]
    return Stretches(
        start=start,
        before=np.maximum(start - error.time, curve.time[np.maximum(first - 1, 0)]),
        low=low,
        high=np.maximum(high, low),
        level=run_level[run[first]],
    )


@kernel
def _runs(survival: Array, error: float, apart: float) -> tuple[Integers, Array]:
    """First point and level of each run; the first run has the level 1."""
    points = survival.size
    first, size = np.arange(points), np.ones(points, np.int64)
    level = survival.copy()
    low, high = survival - error, survival + error
    level[0], low[0], high[0] = 1.0, 1.0, 1.0
    runs = 1
    for j in range(1, points):
        first[runs], size[runs], level[runs] = j, 1, survival[j]
        low[runs], high[runs] = survival[j] - error, survival[j] + error
        runs += 1
        while runs > 1 and level[runs - 2] <= level[runs - 1]:
            _join(runs - 2, first, size, level, low, high)
            runs -= 1
    while runs > 1:
        nearest, least = -1, apart
        for run in range(runs - 1):
            distance = _apart(run, size, level, error)
            fits = max(low[run], low[run + 1]) <= min(high[run], high[run + 1])
            if fits and distance < least:
                nearest, least = run, distance
        if nearest < 0:
            break
        _join(nearest, first, size, level, low, high)
        for run in range(nearest + 1, runs - 1):
            first[run], size[run], level[run] = first[run + 1], size[run + 1], level[run + 1]
            low[run], high[run] = low[run + 1], high[run + 1]
        runs -= 1
    return first[:runs], level[:runs]


@kernel
def _apart(run: int, size: Integers, level: Array, error: float) -> float:
    """Difference from the next run in standard errors; the level 1 of the first run is certain."""
    certain = 0.0 if run == 0 else 1.0 / size[run]
    spread = error * math.sqrt((certain + 1.0 / size[run + 1]) / 3.0)
    return float((level[run] - level[run + 1]) / spread)


@kernel
def _join(run: int, first: Integers, size: Integers, level: Array, low: Array, high: Array) -> None:
    """Join a run with the next one; the first run keeps the level 1."""
    both = size[run] + size[run + 1]
    if run > 0:
        level[run] = (size[run] * level[run] + size[run + 1] * level[run + 1]) / both
    size[run] = both
    low[run] = max(low[run], low[run + 1])
    high[run] = min(high[run], high[run + 1])
