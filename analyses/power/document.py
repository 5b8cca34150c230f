"""Operating characteristics as tidy rows and as one JSON document with a schema version."""

import math
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from analyses.power.boundaries import boundary_rows
from analyses.power.run import PowerRun
from simulate.design.text import design_text

SCHEMA_VERSION = 1


def tidy(table: xr.Dataset) -> pd.DataFrame:
    """Lay a dataset out as rows: variable, its coordinates, value, Monte Carlo standard error.

    Parameters
    ----------
    table : xarray.Dataset
        From `characteristics`.
    """
    parts = []
    for name in [str(name) for name in table.data_vars if not str(name).endswith("_mcse")]:
        rows = table[name].to_dataframe(name="value").reset_index()
        if f"{name}_mcse" in table:
            rows["mcse"] = table[f"{name}_mcse"].to_dataframe(name="mcse")["mcse"].to_numpy()
        parts.append(rows.assign(variable=name))
    columns = ["variable", "truth", "test", "look", "outcome", "measure", "quantile"]
    columns += ["arm", "milestone", "horizon"]
    whole = pd.concat(parts, ignore_index=True).reindex(columns=[*columns, "value", "mcse"])
    return whole.astype({"look": "Int64"})


def describe_power(run: PowerRun) -> dict[str, Any]:
    """Give everything a run found, ready for `json.dumps`."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "operating characteristics",
        "direction": "hazard ratios are RT versus control; below 1 favours RT",
        **provenance(run),
        "boundaries": boundary_rows(run.bounds).to_dict("records"),
        "closed_forms": {
            name: {key: _plain(value) for key, value in vars(forms).items()}
            for name, forms in run.closed_forms.items()
        },
        "undefined_replicates": {
            one.truth.name: one.tallies[run.design.analysis.test].undefined_trials
            for one in run.simulated
        },
        "characteristics": [
            {key: _plain(value) for key, value in row.items() if not _missing(value)}
            for row in tidy(run.table).to_dict("records")
        ],
    }


def provenance(run: PowerRun) -> dict[str, Any]:
    """Seed, versions and the design as it was read; no clock times."""
    return {
        "design": design_text(run.design),
        "seed": run.seed,
        "versions": {name: version(name) for name in ("replan", "numpy", "numba", "scipy")},
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a table holds
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else None
    return int(value) if isinstance(value, np.integer) else value


def _missing(value: Any) -> bool:  # noqa: ANN401 - whatever a table holds
    return value is pd.NA or (isinstance(value, float) and math.isnan(value))
