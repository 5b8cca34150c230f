"""Tests for late effects at one look, as many as are wanted, from one risk table (compiled)."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import lean_kernel
from simulate.boundaries.normal import upper_quantile
from simulate.effect.difference import CurveSummary
from simulate.effect.known_curves import KnownCurves, fill_known_curves
from simulate.effect.max_combo import largest_z, max_combo_bounds, max_combo_z
from simulate.effect.median_difference import median_difference
from simulate.effect.milestone import milestone_difference, milestone_log_log_z
from simulate.effect.restricted_mean import restricted_mean_difference
from simulate.effect.weighted_log_rank import fill_weighted_scores, fill_z
from simulate.effect.weights import Weights
from simulate.engine.fields import (
    FLEMING_HARRINGTON_Z,
    MAX_COMBO_Z,
    MEDIAN,
    MEDIAN_LOWER,
    MEDIAN_UPPER,
    MEDIAN_Z,
    MILESTONE,
    MILESTONE_ERROR,
    MILESTONE_LOG_LOG_Z,
    MODESTLY_WEIGHTED_Z,
    RMST,
    RMST_ERROR,
)
from simulate.engine.late_room import LateRoom
from simulate.engine.risk_table import RiskTable
from simulate.engine.see import Seen

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

NONE = -1
EXACT_ALWAYS = 2


class LatePlan(NamedTuple):
    """Which tests for late effects are wanted of an endpoint.

    Attributes
    ----------
    weights : Weights
        All weightings that any test needs, each once.
    fleming_harrington, modestly_weighted : int
        Which of them a test takes, `NONE` where it is not wanted.
    combination : array (component,)
        Those of MaxCombo; empty where it is not wanted.
    alpha : float
        Level beyond which the p-value of MaxCombo need not be known exactly.
    stratified : int
    rmst_until, milestone, milestone_log_log : float
        Months; 0 where the test is not wanted.
    median : int
        1 where the difference of medians is wanted.
    """

    weights: Weights
    fleming_harrington: int
    modestly_weighted: int
    combination: Integers
    alpha: float
    stratified: int
    rmst_until: float
    milestone: float
    milestone_log_log: float
    median: int


@lean_kernel
def test_late(
    seen: Seen, table: RiskTable, rows: int, plan: LatePlan, room: LateRoom, found: Floats
) -> None:
    """Compute the wanted tests; z above 0 favours RT, differences are RT minus control.

    Parameters
    ----------
    seen : Seen
    table : RiskTable
        Stratified where the plan is.
    rows : int
    plan : LatePlan
    room : LateRoom
    found : array (field,)
        The result.
    """
    if plan.weights.kind.size > 0:
        test_weighted(table, rows, plan, room, found)
    if plan.rmst_until + plan.milestone + plan.milestone_log_log > 0.0:
        strata = room.known.until.shape[0] if plan.stratified else 1
        known = KnownCurves(room.known.until[:strata], room.known.patients[:strata])
        summary = CurveSummary(
            room.summary.value[:strata], room.summary.variance[:strata], room.summary.month[:strata]
        )
        fill_known_curves(seen, known)
        test_curves(table, rows, plan, known, summary, found)
    if plan.median:
        median = median_difference(table, rows)
        found[MEDIAN], found[MEDIAN_Z] = median.value, median.z
        found[MEDIAN_LOWER], found[MEDIAN_UPPER] = median.lower, median.upper


@lean_kernel
def test_weighted(
    table: RiskTable, rows: int, plan: LatePlan, room: LateRoom, found: Floats
) -> None:
    """Compute the weighted log-rank tests and MaxCombo in one pass."""
    count = plan.weights.kind.size
    score, z = room.score[:count], room.z[:count]
    covariance = room.covariance[:count, :count]
    correlation = room.correlation[:count, :count]
    state = room.state[:, : count + 1]
    fill_weighted_scores(table, rows, plan.weights, state, score, covariance)
    fill_z(score, covariance, z, correlation)
    if plan.fleming_harrington != NONE:
        found[FLEMING_HARRINGTON_Z] = z[plan.fleming_harrington]
    if plan.modestly_weighted != NONE:
        found[MODESTLY_WEIGHTED_Z] = z[plan.modestly_weighted]
    if plan.combination.size > 0:
        found[MAX_COMBO_Z] = combined_z(plan, z, correlation, room)


@lean_kernel
def combined_z(plan: LatePlan, z: Floats, correlation: Floats, room: LateRoom) -> float:
    """Give MaxCombo's p-value as a z.

    With three components or more and not even the largest of them alone significant, it is that of
    Bonferroni's bound: the trial is lost either way, and the integral is spared.
    """
    count = plan.combination.size
    chosen, part = room.score[:count], room.covariance[:count, :count]
    for i in range(count):
        here = plan.combination[i]
        chosen[i] = z[here]
        for j in range(count):
            part[i, j] = correlation[here, plan.combination[j]]
    largest = largest_z(chosen)
    if math.isnan(largest):
        return math.nan
    bounds = max_combo_bounds(largest, count)
    if count > EXACT_ALWAYS and bounds.lower > plan.alpha:
        return upper_quantile(bounds.upper) if bounds.upper < 1.0 else -math.inf
    return max_combo_z(largest, part)


@lean_kernel
def test_curves(
    table: RiskTable,
    rows: int,
    plan: LatePlan,
    known: KnownCurves,
    summary: CurveSummary,
    found: Floats,
) -> None:
    """Compare restricted means and milestones."""
    if plan.rmst_until > 0.0:
        rmst = restricted_mean_difference(table, rows, plan.rmst_until, known, summary)
        found[RMST], found[RMST_ERROR] = rmst.value, rmst.standard_error
    if plan.milestone > 0.0:
        alive = milestone_difference(table, rows, plan.milestone, known, summary)
        found[MILESTONE], found[MILESTONE_ERROR] = alive.value, alive.standard_error
    if plan.milestone_log_log > 0.0:
        found[MILESTONE_LOG_LOG_Z] = milestone_log_log_z(
            table, rows, plan.milestone_log_log, known, summary
        )
