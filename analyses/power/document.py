"""Operating characteristics as tidy rows and as one JSON document with a schema version."""

import math
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import pandas as pd
import xarray as xr

from analyses.outputs.document import finite
from analyses.power.boundaries import boundary_rows
from analyses.power.run import PowerRun
from analyses.power.several import SeveralRun
from simulate.design.text import design_text
from simulate.design.trial import TrialDesign

SCHEMA_VERSION = 1


COORDINATES = ["truth", "test", "look", "outcome", "measure", "quantile"]
COORDINATES += ["arm", "milestone", "horizon"]
OF_TRIALS = ["truth", "endpoint", "look", "reason", "measure", "quantile", "won"]


def tidy(table: xr.Dataset, *, coordinates: Sequence[str] = COORDINATES) -> pd.DataFrame:
    """Lay a dataset out as rows: variable, its coordinates, value, Monte Carlo standard error.

    What is true or false is 1 or 0.

    Parameters
    ----------
    table : xarray.Dataset
        From `characteristics`.
    coordinates : sequence of str
        Columns between variable and value.
    """
    parts = []
    for name in [str(name) for name in table.data_vars if not str(name).endswith("_mcse")]:
        rows = table[name].astype(float).to_dataframe(name="value").reset_index()
        if f"{name}_mcse" in table:
            rows["mcse"] = table[f"{name}_mcse"].to_dataframe(name="mcse")["mcse"].to_numpy()
        parts.append(rows.assign(variable=name))
    columns = ["variable", *coordinates, "value", "mcse"]
    whole = pd.concat(parts, ignore_index=True).reindex(columns=columns)
    return whole.astype({"look": "Int64"})


def describe_power(run: PowerRun) -> dict[str, Any]:
    """Give everything a run found, ready for `json.dumps`."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "operating characteristics",
        "direction": "hazard ratios are RT versus control; below 1 favours RT",
        **provenance(run.design, seed=run.seed),
        "boundaries": boundary_rows(run.bounds).to_dict("records"),
        **_endpoint(run),
    }


def describe_several(run: SeveralRun) -> dict[str, Any]:
    """Give everything a run of several endpoints found, ready for `json.dumps`."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "operating characteristics of several endpoints",
        "direction": "hazard ratios are RT versus control; below 1 favours RT",
        **provenance(run.design, seed=run.seed),
        "without_effect": endpoints_without_effect(run),
        "trial": rows_of(tidy(run.trial, coordinates=OF_TRIALS)),
        "endpoints": {
            name: {
                "boundaries": [
                    {"alpha": level, "looks": boundary_rows(bounds, looks=looks).to_dict("records")}
                    for level, bounds in run.bounds[name].items()
                ],
                **_endpoint(part),
            }
            for name, part in run.endpoints.items()
            if (looks := [place + 1 for place in run.design.looks_at(name)])
        },
    }


def endpoints_without_effect(run: SeveralRun) -> dict[str, list[str]]:
    """Names of the endpoints without effect, by truth."""
    return {
        one.truth.name: [name for name, null in zip(run.endpoints, one.null, strict=True) if null]
        for one in run.simulated
    }


def _endpoint(run: PowerRun) -> dict[str, Any]:
    return {
        "closed_forms": {
            name: {key: finite(value) for key, value in vars(forms).items()}
            for name, forms in run.closed_forms.items()
        },
        "undefined_replicates": {
            one.truth.name: one.tallies[run.design.analysis.test].undefined_trials
            for one in run.simulated
        },
        "disagreements": {
            one.truth.name: {
                test: replicates
                for test, replicates in one.agreement.replicates.items()
                if replicates
            }
            for one in run.simulated
        },
        "characteristics": rows_of(tidy(run.table)),
    }


def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows of a table as plain values, what is missing left out."""
    return [
        {str(key): finite(value) for key, value in row.items() if not _missing(value)}
        for row in table.to_dict("records")
    ]


def provenance(design: TrialDesign, *, seed: int) -> dict[str, Any]:
    """Seed, versions and the design as it was read; no clock times."""
    return {
        "design": design_text(design),
        "seed": seed,
        "versions": {name: version(name) for name in ("replan", "numpy", "numba", "scipy")},
    }


def _missing(value: Any) -> bool:  # noqa: ANN401 - whatever a table holds
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))
