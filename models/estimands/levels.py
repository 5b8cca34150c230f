"""The hazard ratio by level of evidence: one row a level, ready to stand side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.interval_estimate import CI_PROB
from models.normal_posterior import NormalPosterior

if TYPE_CHECKING:
    import pandas as pd


def level_row(level: str, table: pd.DataFrame) -> dict[str, object]:
    """Row of a level that has a table of estimands.

    Parameters
    ----------
    level : str
        Name, such as "level 1".
    table : pandas.DataFrame
        From `summarise`.

    Returns
    -------
    dict
        `level`, `hr_median`, `hr_lower`, `hr_upper` (95% central, RT versus control),
        `log_hr_mean`, `log_hr_sd`, `p_below_1`, `p_below_0.8`.
    """
    ratio = table[table["estimand"] == "hazard_ratio"].iloc[0]
    log = table[table["estimand"] == "log_hr"].iloc[0]
    return {
        "level": level,
        "hr_median": ratio["median"],
        "hr_lower": ratio["lower"],
        "hr_upper": ratio["upper"],
        "log_hr_mean": log["mean"],
        "log_hr_sd": log["sd"],
        "p_below_1": ratio["p_below_1"],
        "p_below_0.8": ratio["p_below_0.8"],
    }


def normal_row(level: str, posterior: NormalPosterior) -> dict[str, object]:
    """Row of a level with a normal posterior; columns as in `level_row`."""
    tail = (1.0 - CI_PROB) / 2.0
    return {
        "level": level,
        "hr_median": float(np.exp(posterior.mean)),
        "hr_lower": float(np.exp(posterior.quantile(tail))),
        "hr_upper": float(np.exp(posterior.quantile(1.0 - tail))),
        "log_hr_mean": posterior.mean,
        "log_hr_sd": posterior.sd,
        "p_below_1": posterior.probability_below(1.0),
        "p_below_0.8": posterior.probability_below(0.8),
    }
