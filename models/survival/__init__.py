"""Survival mathematics: piecewise-constant hazards, curves, tests and exposure tables.

Times are months, hazards per month; arm index 0 is control, 1 is RT.
"""

from models.survival.cox import CoxFit, HazardRatio, cox, hazard_ratio
from models.survival.exposure import Exposure, exposure_dataset, exposure_table, tabulate
from models.survival.hazard import (
    cumulative_hazard,
    median,
    quantile,
    rmst,
    survival,
    time_at_cumulative_hazard,
)
from models.survival.intervals import (
    ARMS,
    check_cuts,
    interval_labels,
    interval_of,
    interval_starts,
    interval_stops,
    time_in_intervals,
)
from models.survival.kaplan_meier import (
    KaplanMeierCurve,
    follow_up_median,
    kaplan_meier,
    median_time,
    numbers_at_risk,
    survival_at,
)
from models.survival.log_rank import LogRank, log_rank

__all__ = [
    "ARMS",
    "CoxFit",
    "Exposure",
    "HazardRatio",
    "KaplanMeierCurve",
    "LogRank",
    "check_cuts",
    "cox",
    "cumulative_hazard",
    "exposure_dataset",
    "exposure_table",
    "follow_up_median",
    "hazard_ratio",
    "interval_labels",
    "interval_of",
    "interval_starts",
    "interval_stops",
    "kaplan_meier",
    "log_rank",
    "median",
    "median_time",
    "numbers_at_risk",
    "quantile",
    "rmst",
    "survival",
    "survival_at",
    "tabulate",
    "time_at_cumulative_hazard",
    "time_in_intervals",
]
