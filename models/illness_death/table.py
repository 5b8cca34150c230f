"""One tidy table of what an illness-death posterior says, endpoint by endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.estimands.table import summarise
from models.illness_death.estimands import ENDPOINTS
from models.interval_estimate import CI_PROB

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

OF_ENDPOINTS = ("hazard_ratio", "survival", "survival_difference", "median", "median_difference",
                "rmst", "rmst_difference")  # fmt: skip


def summarise_illness_death(estimands: xr.Dataset, *, ci_prob: float = CI_PROB) -> pd.DataFrame:
    """Summarise draws of estimands of progression and death.

    Parameters
    ----------
    estimands : xarray.Dataset
        From `illness_death_estimands`.
    ci_prob : float
        Mass of the central interval, strictly between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        Columns of `models.estimands.summarise` after a first one, `part`: "pfs" or "os" (hazard
        ratios are those at a month), "after_progression" (median months from progression to
        death), "both" (correlation of the two times up to a horizon), or a transition (its
        hazard ratio, at all times).

    Examples
    --------
    >>> import numpy as np
    >>> from models import (
    ...     IllnessDeathPriors,
    ...     draw_illness_death_prior,
    ...     illness_death_estimands,
    ...     summarise_illness_death,
    ... )
    >>> tree = draw_illness_death_prior(
    ...     IllnessDeathPriors(), draws=100, rng=np.random.default_rng(1)
    ... )
    >>> found = illness_death_estimands(tree, survival_months=(12.0,), rmst_months=(24.0,))
    >>> summarise_illness_death(found)["part"].unique()[:4].tolist()
    ['pfs', 'os', 'after_progression', 'both']
    """
    import pandas as pd

    parts = {
        name: estimands[list(OF_ENDPOINTS)].sel(endpoint=name, drop=True) for name in ENDPOINTS
    }
    later = {f"median_after_progression{end}": f"median{end}" for end in ("", "_difference")}
    parts["after_progression"] = estimands[list(later)].rename(later)
    parts["both"] = estimands[["correlation"]]
    ratios = estimands[["transition_hazard_ratio"]].rename(transition_hazard_ratio="hazard_ratio")
    for name in estimands["transition"].values.tolist():
        parts[name] = ratios.sel(transition=name, drop=True)
    tables = []
    for name, part in parts.items():
        table = summarise(part, ci_prob=ci_prob)
        table.insert(0, "part", name)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)
