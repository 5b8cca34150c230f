"""A calibrated threshold as one JSON document with a schema version."""

from dataclasses import asdict
from typing import Any

from analyses.power.document import provenance
from simulate.design.trial import TrialDesign
from simulate.threshold.calibrate import Calibration

SCHEMA_VERSION = 1


def describe_threshold(design: TrialDesign, found: Calibration) -> dict[str, Any]:
    """Give everything a calibration found, ready for `json.dumps`."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "posterior threshold",
        **provenance(design, seed=found.seed),
        "endpoint": found.endpoint,
        "alpha": found.alpha,
        "planned": found.planned,
        "threshold": found.rounded,
        "estimate": found.threshold._asdict(),
        "worst": asdict(found.worst),
        "error_at_worst": found.error._asdict(),
        "trials": found.trials,
        "grid": found.table.to_dict("records"),
    }
