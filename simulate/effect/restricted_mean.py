"""Difference of restricted mean survival times from a risk table (compiled)."""

from models.compiled import lean_inlined, lean_kernel
from simulate.effect.difference import CurveSummary, Difference, combined_difference
from simulate.effect.known_curves import KnownCurves
from simulate.engine.risk_table import RiskTable


@lean_kernel
def restricted_mean_difference(
    table: RiskTable, rows: int, horizon: float, known: KnownCurves, summary: CurveSummary
) -> Difference:
    """Difference of the areas below the Kaplan–Meier curves up to a horizon.

    Parameters
    ----------
    table : RiskTable
        Stratified if `known` and `summary` have more than one stratum; strata then count by their
        share of the patients seen.
    rows : int
    horizon : float
        Months, above 0.
    known : KnownCurves
    summary : CurveSummary
        Work space.

    Returns
    -------
    Difference
        Months, RT minus control. Not a number unless each curve is followed to the horizon or
        falls to 0 before. The variance is a sum over events of (area beyond)² d / (Y (Y − d)),
        without a factor for small samples, as R's survival package has it.

    References
    ----------
    Klein & Moeschberger 2003, doi 10.1007/b97377, equations 4.5.1 and 4.5.2.
    """
    value, variance, month = summary.value, summary.variance, summary.month
    value[:] = 0.0
    variance[:] = 0.0
    month[:] = horizon
    for row in range(rows - 1, -1, -1):
        if table.months[row] < horizon:
            stratum = table.stratum[row]
            # Figures are kept per unit of survival just after the row: nothing divides by 0.
            passed = month[stratum] - table.months[row]
            value[stratum, 0] += passed
            value[stratum, 1] += passed
            month[stratum] = table.months[row]
            rt = table.deaths_rt[row]
            _leave(stratum, 0, table.deaths[row] - rt, table.at_risk_control[row], summary)
            _leave(stratum, 1, rt, table.at_risk_rt[row], summary)
    for stratum in range(month.size):
        value[stratum, 0] += month[stratum]
        value[stratum, 1] += month[stratum]
    return combined_difference(horizon, known, summary)


@lean_inlined
def _leave(stratum: int, arm: int, deaths: float, at_risk: float, summary: CurveSummary) -> None:
    """Carry area and variance of one curve back over its deaths at one time."""
    at_risk = max(at_risk, 1.0)
    survived, area = 1.0 - deaths / at_risk, summary.value[stratum, arm]
    spread = area * area * survived * deaths / (at_risk * at_risk)
    summary.variance[stratum, arm] = summary.variance[stratum, arm] * survived * survived + spread
    summary.value[stratum, arm] = survived * area
