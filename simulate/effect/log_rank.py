"""Log-rank test from a risk table, stratified where the table is (compiled)."""

import math
from typing import NamedTuple

from models.compiled import lean_kernel
from simulate.engine.risk_table import RiskTable
from simulate.engine.sums import sum_of


class Score(NamedTuple):
    """Log-rank score: observed minus expected events of RT, and its hypergeometric variance."""

    observed_minus_expected: float
    variance: float


@lean_kernel
def log_rank_score(table: RiskTable, rows: int) -> Score:
    """Sum over event times of RT's events minus their expectation, and of the variance.

    Parameters
    ----------
    table : RiskTable
    rows : int

    Returns
    -------
    Score
    """
    return Score(sum_of(table.excess, rows), sum_of(table.spread, rows))


@lean_kernel
def log_rank_z(table: RiskTable, rows: int) -> float:
    """Log-rank z of a table; above 0 favours RT; not a number without variance.

    Parameters
    ----------
    table : RiskTable
    rows : int

    Returns
    -------
    float
    """
    score = log_rank_score(table, rows)
    if score.variance <= 0.0:
        return math.nan
    return -score.observed_minus_expected / math.sqrt(score.variance)
