"""Difference of median survival times from a risk table, with its interval (compiled)."""

import math
from typing import NamedTuple

from models.compiled import lean_inlined, lean_kernel
from models.interval_estimate import Z_95
from models.survival.kaplan_meier import MEDIAN_TOLERANCE
from simulate.engine.risk_table import RiskTable

HALF = 0.5 + MEDIAN_TOLERANCE
LOG_LOG_2 = math.log(math.log(2.0))


class Median(NamedTuple):
    """Kaplan–Meier median in months and its 95% limits; infinite where not reached."""

    estimate: float
    lower: float
    upper: float


class MedianDifference(NamedTuple):
    """Difference of medians in months, RT minus control, and its 95% limits.

    Attributes
    ----------
    value : float
        Not a number unless both medians are reached.
    lower, upper : float
        Not a number unless the limits of the medians that they need are reached.
    z : float
        Above 0 favours RT; at least 1.959964 exactly when `lower` is at least 0, and the same
        below with `upper`. Infinite where that limit is the difference itself, which heavy ties
        bring about. Not a number where the limit nearer to 0 is not.
    """

    value: float
    lower: float
    upper: float
    z: float


@lean_inlined
def _beyond(survival: float, greenwood: float, side: float) -> bool:
    """Whether a log-log limit of survival is at most one half; side 1 is the upper limit."""
    if survival >= 1.0:
        return False
    if survival <= 0.0:
        return side < 0.0
    hazard = -math.log(survival)
    margin = Z_95 * math.sqrt(greenwood) / hazard
    return math.log(hazard) - side * margin >= LOG_LOG_2


@lean_kernel
def arm_median(table: RiskTable, rows: int, arm: int) -> Median:
    """Median of one arm with limits by the log-log transformation, all patients together.

    Parameters
    ----------
    table : RiskTable
        Not stratified.
    rows : int
    arm : int

    Returns
    -------
    Median
        First months at which the curve and its lower and upper limits are at most one half. A fall
        to 0 leaves the upper limit of survival undefined, and that of the median not reached.

    References
    ----------
    Brookmeyer & Crowley 1982, doi 10.2307/2530286.
    """
    estimate = lower = math.inf
    survival, greenwood = 1.0, 0.0
    for row in range(rows):
        rt = table.deaths_rt[row]
        deaths = rt if arm else table.deaths[row] - rt
        if deaths > 0.0:
            at_risk = table.at_risk_rt[row] if arm else table.at_risk_control[row]
            survival *= 1.0 - deaths / at_risk
            greenwood += deaths / (at_risk * (at_risk - deaths))
            month = table.months[row]
            if lower == math.inf and _beyond(survival, greenwood, -1.0):
                lower = month
            if survival <= HALF:
                estimate = min(estimate, month)
                if _beyond(survival, greenwood, 1.0):
                    return Median(estimate, lower, month)
    return Median(estimate, lower, math.inf)


@lean_inlined
def _distance(first: float, second: float) -> float:
    """Root of the sum of squares; not a number unless both are finite."""
    square = first * first + second * second
    return math.sqrt(square) if square < math.inf else math.nan


@lean_kernel
def median_difference(table: RiskTable, rows: int) -> MedianDifference:
    """Difference of the arms' medians with limits from those of each (MOVER).

    Parameters
    ----------
    table : RiskTable
        Not stratified.
    rows : int

    Returns
    -------
    MedianDifference

    References
    ----------
    Zou & Donner 2008, doi 10.1002/sim.3095.
    """
    control, rt = arm_median(table, rows, 0), arm_median(table, rows, 1)
    if math.isinf(control.estimate) or math.isinf(rt.estimate):
        return MedianDifference(math.nan, math.nan, math.nan, math.nan)
    value = rt.estimate - control.estimate
    down = _distance(rt.estimate - rt.lower, control.upper - control.estimate)
    up = _distance(rt.upper - rt.estimate, control.estimate - control.lower)
    nearer = down if value > 0.0 else up
    z = Z_95 * value / nearer if value != 0.0 else 0.0
    return MedianDifference(value, value - down, value + up, z)
