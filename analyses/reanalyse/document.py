"""The run as one JSON document with a schema version."""

from typing import Any

from analyses.outputs.document import describe_check, rows
from analyses.reanalyse.endpoint import EndpointAnalysis
from analyses.reanalyse.run import Reanalysis
from analyses.reanalyse.sensitivity import Sensitivity
from models.audit import audit_json

SCHEMA_VERSION = 1


def describe_run(
    run: Reanalysis, *, attrs: dict[str, str | int], sensitivity: Sensitivity | None = None
) -> dict[str, Any]:
    """Put all tables and verdicts of a run into one document.

    Returns
    -------
    dict
        `schema_version`; `quick`; `provenance`; `hazard_ratio` (its direction); `interval` (kind
        and mass); `gates_hold`, `findings_clear`; `audit` as `replan audit --json` prints it; and
        for each endpoint under `endpoints` the tables `estimands`, `pooled_estimands`, `levels`,
        `reproduction`, `prior_predictive`, `posterior_predictive`, `set_agreement`,
        `pooled_agreement` (lists of rows; what is not a number is null), `words`, `gates`,
        `findings` (name, passed, values, text) and the sampler's `acceptance` and `exchange`;
        `sensitivity` (rows, or null when it was not asked for).
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "quick": run.quick,
        "provenance": attrs,
        "hazard_ratio": "RT versus control, below 1 favours RT",
        "interval": {"kind": "central", "mass": 0.95},
        "gates_hold": run.gates_hold,
        "findings_clear": run.findings_clear,
        "audit": audit_json(run.audit),
        "endpoints": {name: _endpoint(result) for name, result in run.endpoints.items()},
        "sensitivity": None if sensitivity is None else rows(sensitivity.table),
    }


def _endpoint(result: EndpointAnalysis) -> dict[str, Any]:
    return {
        "label": result.label,
        "words": result.words,
        "estimands": rows(result.table),
        "pooled_estimands": rows(result.pooled_table),
        "levels": rows(result.levels),
        "reproduction": rows(result.reproduction),
        "prior_predictive": rows(result.prior_predictive.table),
        "posterior_predictive": rows(result.posterior_predictive.table),
        "set_agreement": rows(result.sets),
        "pooled_agreement": rows(result.pooled),
        "gates": [describe_check(check) for check in result.gates],
        "findings": [describe_check(check) for check in result.findings],
        "sampler": {
            "scans": result.sample.scans,
            "acceptance": result.sample.acceptance.mean(axis=0).tolist(),
            "exchange": result.sample.exchange.mean(axis=0).tolist(),
        },
    }
