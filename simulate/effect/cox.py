"""Cox regression on treatment from a risk table; stratified where the table is (compiled).

Ties by Breslow's or Efron's rule. The score test takes the same likelihood at 0.
"""

import math
from typing import NamedTuple

from models.compiled import lean_kernel
from simulate.engine.risk_table import RiskTable

BRESLOW, EFRON = 0, 1
MOST_STEPS = 30
TOLERANCE = 1e-10
FARTHEST = 20.0


class Slope(NamedTuple):
    """First derivative and negative second derivative of the log partial likelihood."""

    score: float
    information: float


class CoxFit(NamedTuple):
    """Cox fit of RT versus control.

    Attributes
    ----------
    log_hr : float
        Not a number when the likelihood has no maximum.
    standard_error : float
    """

    log_hr: float
    standard_error: float


@lean_kernel
def breslow_slope(log_hr: float, table: RiskTable, rows: int) -> Slope:
    """Score and information at a log hazard ratio, ties by Breslow's rule."""
    ratio = math.exp(log_hr)
    score = 0.0
    information = 0.0
    for row in range(rows):
        weight = ratio * table.at_risk_rt[row]
        share = weight / (weight + table.at_risk_control[row])
        score += table.deaths_rt[row] - table.deaths[row] * share
        information += table.deaths[row] * share * (1.0 - share)
    return Slope(score, information)


@lean_kernel
def efron_slope(log_hr: float, table: RiskTable, rows: int) -> Slope:
    """Score and information at a log hazard ratio, ties by Efron's rule."""
    ratio = math.exp(log_hr)
    score = 0.0
    information = 0.0
    for row in range(rows):
        deaths, deaths_rt = table.deaths[row], table.deaths_rt[row]
        score += deaths_rt
        for tied in range(int(deaths)):
            gone = tied / deaths
            weight = ratio * (table.at_risk_rt[row] - gone * deaths_rt)
            rest = table.at_risk_control[row] - gone * (deaths - deaths_rt)
            share = weight / (weight + rest)
            score -= share
            information += share * (1.0 - share)
    return Slope(score, information)


@lean_kernel
def cox_slope(log_hr: float, table: RiskTable, rows: int, ties: int) -> Slope:
    """Score and information at a log hazard ratio, by `BRESLOW` or `EFRON`."""
    if ties == EFRON:
        return efron_slope(log_hr, table, rows)
    return breslow_slope(log_hr, table, rows)


@lean_kernel
def cox_fit(table: RiskTable, rows: int, ties: int) -> CoxFit:
    """Maximise the partial likelihood; see `cox_fit_from`."""
    return cox_fit_from(cox_slope(0.0, table, rows, ties), table, rows, ties)


@lean_kernel
def cox_fit_from(slope: Slope, table: RiskTable, rows: int, ties: int) -> CoxFit:
    """Maximise the partial likelihood by Newton's method, each step at most 2.

    Parameters
    ----------
    slope : Slope
        At log HR 0, where it starts.
    table : RiskTable
    rows : int
    ties : int
        `BRESLOW` or `EFRON`.

    Returns
    -------
    CoxFit
        Not a number when one arm alone has events while both are at risk.
    """
    log_hr = 0.0
    for _ in range(MOST_STEPS):
        if slope.information <= 0.0 or abs(log_hr) > FARTHEST:
            return CoxFit(math.nan, math.nan)
        step = slope.score / slope.information
        log_hr += min(max(step, -2.0), 2.0)
        if abs(step) < TOLERANCE:
            return CoxFit(log_hr, 1.0 / math.sqrt(slope.information))
        slope = cox_slope(log_hr, table, rows, ties)
    return CoxFit(math.nan, math.nan)


@lean_kernel
def cox_score_z(table: RiskTable, rows: int, ties: int) -> float:
    """Score test z; above 0 favours RT; not a number without information."""
    slope = cox_slope(0.0, table, rows, ties)
    if slope.information <= 0.0:
        return math.nan
    return -slope.score / math.sqrt(slope.information)
