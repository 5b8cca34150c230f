"""A reconstruction as one JSON document with a schema version."""

import math
from typing import Any

import numpy as np

from analyses.outputs.document import describe_check, rows
from analyses.reconstruct.run import Reconstruction
from models.interval_estimate import CI_PROB
from models.survival.intervals import ARMS

SCHEMA_VERSION = 1
ASSUMED = (
    "between two numbers at risk censoring times have a linear density of unknown slope; one "
    "patient of each arm is followed to the end of its curve; behind the last number at risk "
    "nothing is known but the curve"
)


def describe_reconstruction(run: Reconstruction, *, attrs: dict[str, str | int]) -> dict[str, Any]:
    """Put fit, checks and hazard ratios of a reconstruction into one document.

    Returns
    -------
    dict
        `schema_version`; `provenance`; `hazard_ratio` (its direction); `endpoint`, `label`;
        `reading_error` (`survival`, `time_months`); `assumed`; `sets`; `hr` (over the sets:
        `median`, `lower`, `upper`, 95% central, `lowest`, `highest`; `guyot` is that of the one
        answer); `tail` (by arm: `last_count_month`, `at_risk`, `curve_ends`, `events` over the
        sets behind the last number at risk); `fit` (a row a set); `checks` (name, passed, values,
        text); `checks_hold`; `unmet` (printed figures that were left out, and why).
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "provenance": attrs,
        "hazard_ratio": "RT versus control, below 1 favours RT",
        "endpoint": run.task.endpoint,
        "label": run.label,
        "reading_error": {
            "survival": run.published.error.survival,
            "time_months": run.published.error.time,
        },
        "assumed": ASSUMED,
        "sets": run.ensemble.sets,
        "hr": hazard_ratios(run),
        "tail": {arm: _tail(run, arm) for arm in ARMS},
        "fit": rows(run.table),
        "checks": [describe_check(check) for check in run.checks],
        "checks_hold": run.checks_hold,
        "unmet": dict(run.ensemble.unmet),
    }


def hazard_ratios(run: Reconstruction) -> dict[str, float]:
    """Hazard ratio over the sets, and that of Guyot's answer; RT versus control."""
    ratio = run.table["hr"].to_numpy()
    tail = (1 - CI_PROB) / 2
    lower, median, upper = np.quantile(ratio, (tail, 0.5, 1 - tail), method="inverted_cdf")
    return {
        "median": float(median),
        "lower": float(lower),
        "upper": float(upper),
        "lowest": float(ratio.min()),
        "highest": float(ratio.max()),
        "guyot": math.exp(run.guyot_fit.log_hr),
    }


def _tail(run: Reconstruction, arm: str) -> dict[str, float | int | list[int]]:
    """Say what lies behind the last number at risk, where only the curve speaks."""
    curve, sets = run.published.curves[arm], run.ensemble.arms[arm]
    last = float(curve.risk_time[-1])
    events = (sets.event & (sets.time >= last)).sum(axis=1)
    return {
        "last_count_month": last,
        "at_risk": int(curve.at_risk[-1]),
        "curve_ends": curve.end,
        "events": [int(events.min()), int(events.max())],
    }
