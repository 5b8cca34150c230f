"""A replayed trial as rows and as one JSON document with a schema version."""

import math
from importlib.metadata import version
from typing import Any

import pandas as pd

from simulate.design.text import design_text
from simulate.design.trial import TrialDesign
from simulate.replay.replay import Replay, ReplayedLook
from simulate.replay.several import SeveralReplay

SCHEMA_VERSION = 1


def describe_replay(trial: Replay) -> dict[str, Any]:
    """Give all that a replay shows but its patients, ready for `json.dumps`.

    Parameters
    ----------
    trial : Replay
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "replay of one simulated trial",
        "direction": "hazard ratios are RT versus control; below 1 and z above 0 favour RT",
        "design": design_text(trial.design),
        "truth": trial.truth.name,
        "seed": trial.seed,
        "replicate": trial.replicate,
        "versions": {name: version(name) for name in ("replan", "numpy", "numba", "scipy")},
        "test": trial.design.analysis.test,
        "planned_events": trial.planned_events.tolist(),
        "recruitment": {key: plain(value) for key, value in vars(trial.recruitment).items()},
        "looks": [look_row(look) for look in trial.looks],
        "outcome": trial.outcome if trial.looks else None,
    }


def describe_several_replay(trial: SeveralReplay, design: TrialDesign) -> dict[str, Any]:
    """Give all that a replay of several endpoints shows but its patients, ready for `json.dumps`.

    Parameters
    ----------
    trial : SeveralReplay
    design : TrialDesign
        All of it.
    """
    parts = {name: describe_replay(endpoint) for name, endpoint in trial.endpoints.items()}
    first = next(iter(parts.values()))
    shared = ("schema_version", "kind", "direction", "truth", "seed", "replicate", "versions")
    own = ("test", "planned_events", "recruitment", "looks", "outcome")
    return {
        **{name: first[name] for name in shared},
        "kind": "replay of one simulated trial of several endpoints",
        "design": design_text(design),
        "endpoints": {name: {key: part[key] for key in own} for name, part in parts.items()},
        "stop": trial.stop,
        "reason": trial.reason,
        "success": trial.success,
    }


def look_row(look: ReplayedLook) -> dict[str, Any]:
    """Give one look as plain values; None where there is no number.

    Parameters
    ----------
    look : ReplayedLook
    """
    estimate, lower, upper = look.hazard_ratio
    values = {key: value for key, value in vars(look).items() if key not in ("data", "decision")}
    values |= {"hazard_ratio": estimate, "hr_lower_95": lower, "hr_upper_95": upper}
    row = {key: plain(value) for key, value in values.items()}
    return {**row, "decision": look.decision}


def plain(value: float | int | None) -> float | int | None:
    """Return the value, or None where it is infinite or not a number."""
    return None if value is None or not math.isfinite(value) else value


def patient_rows(trial: Replay) -> pd.DataFrame:
    """Patients enrolled by the stop, as followed to their end, with a column for each factor.

    Parameters
    ----------
    trial : Replay
    """
    enrolled = trial.patients[trial.patients["entry"] <= trial.looks[-1].month]
    return _with_factors(trial, enrolled)


def look_data(trial: Replay) -> pd.DataFrame:
    """Give what every look saw, one below the other with its number, and the factors.

    Parameters
    ----------
    trial : Replay
    """
    parts = [look.data.assign(look=look.look) for look in trial.looks]
    whole = pd.concat(parts, ignore_index=True)
    columns = ["look", *(name for name in whole.columns if name != "look")]
    return _with_factors(trial, whole[columns])


def _with_factors(trial: Replay, rows: pd.DataFrame) -> pd.DataFrame:
    strata = trial.design.strata()
    levels = {
        f"factor: {factor.name}": [strata[place][factor.name] for place in rows["stratum"]]
        for factor in trial.design.factors
    }
    return rows.assign(**levels).reset_index(drop=True)
