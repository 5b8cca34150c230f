"""A run on changing effects as one JSON document with a schema version."""

import math
from typing import Any

import pandas as pd

from analyses.effect_over_time.comparison import comparison_table
from analyses.effect_over_time.patient_data import PatientComparison
from analyses.effect_over_time.run import EffectRun, EndpointEffect
from models.check_result import CheckResult
from models.time_varying.priors import TimeVaryingSettings

SCHEMA_VERSION = 1


def describe_effect(run: EffectRun, *, attrs: dict[str, str | int]) -> dict[str, Any]:
    """Give everything that was found, ready for `json.dumps`.

    Parameters
    ----------
    run : EffectRun
    attrs : dict
        Provenance.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "effect_over_time",
        "direction": "hazard ratios are RT versus control; below 1 favours RT",
        "plan": run.plan.model_dump(mode="json"),
        "provenance": dict(attrs),
        "gates_hold": run.gates_hold,
        "endpoints": {name: _endpoint(found) for name, found in run.endpoints.items()},
    }


def describe_patients(
    found: PatientComparison, plan: TimeVaryingSettings, *, attrs: dict[str, str | int]
) -> dict[str, Any]:
    """Give everything that was found on patient data, ready for `json.dumps`.

    Parameters
    ----------
    found : PatientComparison
    plan : TimeVaryingSettings
    attrs : dict
        Provenance.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "effect_over_time_on_patients",
        "direction": "hazard ratios are RT versus control; below 1 favours RT",
        "left_out": "one patient at a time",
        "level": 2 if found.sets else 3,
        "sets": found.sets or 1,
        "caveat": found.caveat,
        "plan": plan.model_dump(mode="json"),
        "provenance": dict(attrs),
        "gates_hold": found.gates_hold,
        "models": _rows(found.table),
        "estimands": {kind: _rows(read.table) for kind, read in found.readings.items()},
        "gates": [_check(check) for check in found.gates],
    }


def _endpoint(found: EndpointEffect) -> dict[str, Any]:
    return {
        "label": found.label,
        "words": found.words,
        "models": _rows(comparison_table(found.answers)),
        "other_priors": _rows(found.other_priors),
        "gap_of_printed_ratios": {
            kind: {name: _number(value) for name, value in answer.discrepancy._asdict().items()}
            for kind, answer in found.answers.items()
        },
        "estimands": {kind: _rows(answer.readings.table) for kind, answer in found.answers.items()},
        "gates": {
            "sampler": [_check(check) for check in found.sampler_gates],
            **{kind: [_check(c) for c in answer.gates] for kind, answer in found.answers.items()},
        },
    }


def _check(check: CheckResult) -> dict[str, Any]:
    values = {name: _number(value) for name, value in check.values.items()}
    return {"name": check.name, "passed": check.passed, "values": values, "text": check.text}


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(name): _number(value) for name, value in row.items()}
        for row in table.to_dict("records")
    ]


def _number(value: Any) -> Any:  # noqa: ANN401 - cells of a table
    """JSON knows no infinity and no not-a-number: null stands for both."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
