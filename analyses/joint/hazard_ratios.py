"""Hazard ratios of endpoints and transitions as one table, RT versus control throughout."""

import numpy as np
import pandas as pd
import xarray as xr

from models.estimands.table import summarise
from models.illness_death.estimands import ENDPOINTS

COLUMNS = ("median", "lower", "upper", "p_below_1", "p_below_0.8")


def hazard_ratio_table(estimands: xr.Dataset) -> pd.DataFrame:
    """Tabulate what the posterior says of every hazard ratio.

    The hazard ratio of an endpoint of patients who progress and die is not the same at all times,
    even where that of every transition is. Its mean up to a month is the ratio of the cumulative
    hazards, log S(t) of RT to log S(t) of control.

    Parameters
    ----------
    estimands : xarray.Dataset
        From `illness_death_estimands`.

    Returns
    -------
    pandas.DataFrame
        `part` (endpoint or transition), `kind` ("up to the month", "at the month", "at all
        times"), `time_months`, `median`, `lower`, `upper` (95% central), `p_below_1`,
        `p_below_0.8` and for each figure `mcse_...`; below 1 favours RT.
    """
    cumulative: xr.DataArray = -xr.apply_ufunc(np.log, estimands["survival"])
    mean = cumulative.sel(arm="rt", drop=True) / cumulative.sel(arm="control", drop=True)
    found = []
    for name in ENDPOINTS:
        for kind, ratio in (("up to", mean), ("at", estimands["hazard_ratio"])):
            part = ratio.sel(endpoint=name, drop=True)
            found.append(_rows(part, part=name, kind=f"{kind} the month"))
    ratios = estimands["transition_hazard_ratio"]
    for name in ratios["transition"].values.tolist():
        found.append(_rows(ratios.sel(transition=name, drop=True), part=name, kind="at all times"))
    return pd.concat(found, ignore_index=True)


def _rows(ratio: xr.DataArray, *, part: str, kind: str) -> pd.DataFrame:
    table = summarise(ratio.rename("hazard_ratio").to_dataset())
    errors = [f"mcse_{name}" for name in COLUMNS]
    chosen = table[["time_months", *COLUMNS, *errors]]
    return chosen.assign(part=part, kind=kind)[["part", "kind", *chosen.columns]]
