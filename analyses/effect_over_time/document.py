"""A run on changing effects as one JSON document with a schema version."""

from typing import Any

from analyses.effect_over_time.comparison import comparison_table
from analyses.effect_over_time.patient_data import PatientComparison
from analyses.effect_over_time.run import EffectRun, EndpointEffect
from analyses.outputs.document import describe_check, finite, rows
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
        "models": rows(found.table, number=finite),
        "estimands": {
            kind: rows(read.table, number=finite) for kind, read in found.readings.items()
        },
        "gates": [describe_check(check, number=finite) for check in found.gates],
    }


def _endpoint(found: EndpointEffect) -> dict[str, Any]:
    return {
        "label": found.label,
        "words": found.words,
        "models": rows(comparison_table(found.answers), number=finite),
        "other_priors": rows(found.other_priors, number=finite),
        "gap_of_printed_ratios": {
            kind: {name: finite(value) for name, value in answer.discrepancy._asdict().items()}
            for kind, answer in found.answers.items()
        },
        "estimands": {
            kind: rows(answer.readings.table, number=finite)
            for kind, answer in found.answers.items()
        },
        "gates": {
            "sampler": [describe_check(check, number=finite) for check in found.sampler_gates],
            **{
                kind: [describe_check(c, number=finite) for c in answer.gates]
                for kind, answer in found.answers.items()
            },
        },
    }
