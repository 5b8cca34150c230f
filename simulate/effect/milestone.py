"""Survival at a milestone, compared between the arms, from a risk table (compiled)."""

import math

from models.compiled import lean_inlined, lean_kernel
from simulate.effect.difference import CurveSummary, Difference, combined_difference
from simulate.effect.known_curves import KnownCurves, reaches
from simulate.engine.risk_table import RiskTable


@lean_kernel
def fill_survival_at(table: RiskTable, rows: int, month: float, summary: CurveSummary) -> None:
    """Kaplan–Meier estimates at a month with Greenwood's variance, by stratum and arm.

    Parameters
    ----------
    table : RiskTable
    rows : int
    month : float
        Events at this month count.
    summary : CurveSummary
        The result. The variance is 0 where a curve is 1 or 0.
    """
    summary.value[:] = 1.0
    summary.variance[:] = 0.0
    for row in range(rows):
        if table.months[row] <= month:
            stratum, rt = table.stratum[row], table.deaths_rt[row]
            _fall(stratum, 0, table.deaths[row] - rt, table.at_risk_control[row], summary)
            _fall(stratum, 1, rt, table.at_risk_rt[row], summary)


@lean_inlined
def _fall(stratum: int, arm: int, deaths: float, at_risk: float, summary: CurveSummary) -> None:
    """Carry survival and variance of one curve over its deaths at one time."""
    at_risk = max(at_risk, 1.0)
    survived, survival = 1.0 - deaths / at_risk, summary.value[stratum, arm]
    spread = survival * survival * survived * deaths / (at_risk * at_risk)
    summary.variance[stratum, arm] = summary.variance[stratum, arm] * survived * survived + spread
    summary.value[stratum, arm] = survived * survival


@lean_kernel
def milestone_difference(
    table: RiskTable, rows: int, month: float, known: KnownCurves, summary: CurveSummary
) -> Difference:
    """Difference of Kaplan–Meier survival at a month.

    Parameters
    ----------
    table : RiskTable
        Stratified if `known` and `summary` have more than one stratum; strata then count by their
        share of the patients seen.
    rows : int
    month : float
    known : KnownCurves
    summary : CurveSummary
        Work space.

    Returns
    -------
    Difference
        RT minus control. Not a number unless each curve is followed to the month or falls to 0
        before.

    References
    ----------
    Klein & Moeschberger 2003, doi 10.1007/b97377, equations 4.2.1, 4.2.2 and section 7.8.
    """
    fill_survival_at(table, rows, month, summary)
    return combined_difference(month, known, summary)


@lean_kernel
def milestone_log_log_z(
    table: RiskTable, rows: int, month: float, known: KnownCurves, summary: CurveSummary
) -> float:
    """Compare log(−log S) of the arms at a month, of all patients together.

    Parameters
    ----------
    table : RiskTable
        Not stratified.
    rows : int
    month : float
    known : KnownCurves
    summary : CurveSummary
        Work space.

    Returns
    -------
    float
        z, above 0 where RT survives better. Not a number unless both curves are followed to the
        month and lie between 0 and 1 there.

    References
    ----------
    Klein et al. 2007, doi 10.1002/sim.2864.
    """
    fill_survival_at(table, rows, month, summary)
    gap = variance = 0.0
    for arm in range(2):
        survival = summary.value[0, arm]
        if not (reaches(known.until[0, arm], month) and 0.0 < survival < 1.0):
            return math.nan
        hazard = -math.log(survival)
        gap += (1 - 2 * arm) * math.log(hazard)
        variance += summary.variance[0, arm] / (survival * hazard) ** 2
    return gap / math.sqrt(variance)
