"""An assurance as tables and as one JSON document with a schema version."""

import math
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from analyses.assurance.run import AssuranceRun, quantiles
from analyses.assurance.words import definitions, split_sentence
from analyses.outputs.document import finite, rows
from analyses.power.document import provenance

SCHEMA_VERSION = 1
SHARES = (0.5, 0.8, 0.9)


def prior_rows(run: AssuranceRun) -> pd.DataFrame:
    """One row a prior or level of evidence; not a number where the draws were too thin."""
    rows = []
    for row in run.found.rows:
        mean, says = row.assurance, row.says
        entry: dict[str, Any] = {
            "prior": row.draws.exchange.name,
            "meaning": row.draws.exchange.words,
            "effective_draws": row.draws.effective_size,
            "pareto_k": row.draws.pareto_k,
            "refused": mean is None,
            "hr_mean": row.hr_mean,
            "hr_lower": row.hr_lower,
            "hr_upper": row.hr_upper,
            "assurance": math.nan if mean is None else mean.value,
            "mcse": math.nan if mean is None else mean.mcse,
            "mcse_draws": math.nan if mean is None else mean.mcse_draws,
            "mcse_trials": math.nan if mean is None else mean.mcse_trials,
        }
        for name in ESTIMATES:
            estimate = None if says is None else getattr(says, name)
            entry[name] = math.nan if estimate is None else estimate.value
            entry[f"{name}_mcse"] = math.nan if estimate is None else estimate.mcse
        rows.append(entry)
    return pd.DataFrame(rows)


ESTIMATES = (
    "benefit",
    "benefit_given_success",
    "success_without_effect",
    "success_given_no_effect",
)


def draws_dataset(run: AssuranceRun) -> xr.Dataset:
    """Every draw that was used, with its trials' successes and its weights under each prior."""
    found = run.found
    endpoints = list(run.posterior.endpoints)
    weights = {
        row.draws.exchange.name: row.draws.weights
        for row in found.rows
        if row.draws.weights is not None
    }
    return xr.Dataset(
        {
            "successes": ("draw", found.simulated.success.sum(axis=1)),
            "power": ("draw", found.power),
            "log_hr": (("draw", "endpoint"), found.effects.log_hr),
            "log_hazard": (("draw", "endpoint"), found.effects.log_hazard),
            "question_log_hr": ("draw", found.log_hr),
            "weight": (("prior", "draw"), np.stack(list(weights.values()))),
        },
        coords={
            "draw": found.simulated.numbers,
            "endpoint": endpoints,
            "prior": list(weights),
        },
        attrs={"trials": found.split.trials},
    )


def describe_assurance(run: AssuranceRun) -> dict[str, Any]:
    """Give everything a run found, ready for `json.dumps`."""
    found = run.found
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "assurance",
        "direction": "hazard ratios are RT versus control; below 1 favours RT",
        **provenance(run.design, seed=run.seed),
        "posterior": _posterior(run),
        "question": {
            "target": found.question.target,
            "endpoints": list(found.question.endpoints),
            "benefit": found.benefit,
        },
        "definitions": definitions(run),
        "planning_values": run.values,
        "split": _split(run),
        "priors": rows(prior_rows(run), number=finite),
        "left_out": [*run.left_out, *refusals(run)],
        "fixed_power": [
            {"at": one.name, "hazard_ratio": one.hazard_ratio, "power": one.power, "mcse": one.mcse}
            for one in found.fixed
        ],
        "by_target": {
            name: {"assurance": mean.value, "mcse": mean.mcse}
            for name, mean in found.by_target.items()
        },
        "closed_form": run.closed_form,
        "power_over_draws": power_over_draws(run),
        "success_by_effect": [
            {"hazard_ratio": hr, "success": share, "mcse": error}
            for hr, share, error in zip(*(part.tolist() for part in run.by_effect), strict=True)
        ],
    }


def _posterior(run: AssuranceRun) -> dict[str, Any]:
    """Where the draws come from."""
    posterior = run.posterior
    return {
        "file": run.file,
        "sha256": run.sha256,
        "kind": posterior.kind,
        "endpoints": list(posterior.endpoints),
        "draws": posterior.size,
        "analysis": posterior.analysis,
        "quick": posterior.quick,
    }


def _split(run: AssuranceRun) -> dict[str, Any]:
    """How trials are shared out over draws, and why."""
    split = run.found.split
    return {
        "draws": split.draws,
        "trials_a_draw": split.trials,
        "best_trials_a_draw": finite(split.best),
        "cost_of_a_draw": split.cost,
        "variance_between": split.between,
        "variance_within": split.within,
        "chosen": split.chosen,
        "text": split_sentence(run),
    }


def power_over_draws(run: AssuranceRun) -> dict[str, Any]:
    """Distribution of smoothed power, and its spread without a model beside its spread with one."""
    power, first = run.found.power, run.found.rows[0].assurance
    return {
        "mean": float(power.mean()),
        "sd": float(power.std()),
        "sd_from_trials": None if first is None else math.sqrt(first.between),
        "quantiles": quantiles(run),
        "share_at_least": {f"{share:g}": float((power >= share).mean()) for share in SHARES},
    }


def refusals(run: AssuranceRun) -> list[str]:
    """Say for which priors the draws were too thin."""
    return [row.draws.refusal for row in run.found.rows if row.draws.refusal is not None]
