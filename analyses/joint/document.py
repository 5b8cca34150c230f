"""A joint re-analysis as one JSON document with a schema version."""

from typing import Any

from analyses.joint.analysis import JointAnalysis
from analyses.joint.words import what_it_says
from analyses.outputs.document import describe_check, rows
from models.joint.ladder import MOVES

SCHEMA_VERSION = 1


def describe_joint(run: JointAnalysis, *, attrs: dict[str, str | int]) -> dict[str, Any]:
    """Put all tables and verdicts of a run into one document.

    Parameters
    ----------
    run : JointAnalysis
    attrs : dict
        Provenance.

    Returns
    -------
    dict
        `schema_version`; `kind`; `quick`; `provenance`; `hazard_ratio` (its direction);
        `interval` (kind and mass); `gates_hold`; `words`; the tables `hazard_ratios`,
        `estimands`, `pooled_estimands`, `benefit`, `events`, `reproduction`, `prior_predictive`,
        `posterior_predictive`, `set_agreement`, `pooled_agreement` (lists of rows; what is not a
        number is null); `gates` and `findings` (name, passed, values, text); and `sampler`.
    """
    sample = run.sample
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "joint",
        "quick": run.quick,
        "provenance": attrs,
        "hazard_ratio": "RT versus control, below 1 favours RT",
        "interval": {"kind": "central", "mass": 0.95},
        "gates_hold": run.gates_hold,
        "words": what_it_says(run),
        "hazard_ratios": rows(run.hazard_ratios),
        "estimands": rows(run.table),
        "pooled_estimands": rows(run.pooled_table),
        "benefit": rows(run.benefit),
        "events": rows(run.events),
        "reproduction": rows(run.reproduction),
        "prior_predictive": rows(run.predicted.before.table),
        "posterior_predictive": rows(run.predicted.after.table),
        "set_agreement": rows(run.sets),
        "pooled_agreement": rows(run.pooled),
        "gates": [describe_check(check) for check in run.gates],
        "findings": [describe_check(check) for check in run.findings],
        "sampler": {
            "scans": sample.scans,
            "round_trips": sample.trips.tolist(),
            "exchange": sample.exchange.mean(axis=0).tolist(),
            "acceptance": dict(zip(MOVES, sample.acceptance.mean(axis=0).T.tolist(), strict=True)),
        },
    }
