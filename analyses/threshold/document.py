"""A calibrated threshold as rows, and as one JSON document with a schema version."""

from dataclasses import asdict
from typing import Any

import pandas as pd

from analyses.power.document import provenance
from simulate.design.trial import TrialDesign
from simulate.threshold.calibrate import Calibration

SCHEMA_VERSION = 1


def table_of(found: Calibration) -> pd.DataFrame:
    """Lay the grid out as rows, one a point."""
    return pd.DataFrame(
        [
            {
                **asdict(point.nuisance),
                "threshold": point.threshold.value,
                "lower": point.threshold.lower,
                "upper": point.threshold.upper,
                "error_planned": point.planned.value,
                "error_planned_mcse": point.planned.mcse,
                "error_calibrated": point.calibrated.value,
                "error_calibrated_mcse": point.calibrated.mcse,
                "finalist": point.finalist,
                "worst": point.nuisance == found.worst,
            }
            for point in found.points
        ]
    )


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
        "grid": table_of(found).to_dict("records"),
    }
