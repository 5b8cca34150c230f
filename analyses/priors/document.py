"""The priors and what they do, as one JSON document with a schema version."""

from importlib.metadata import version
from pathlib import Path
from typing import Any

from analyses.outputs.document import describe_check, finite, rows
from analyses.outputs.provenance import PACKAGES, record_hash
from analyses.priors.run import Answers, EndpointPriors
from models.priors.evidence import Evidence

SCHEMA_VERSION = 1


def describe_priors(
    runs: list[EndpointPriors], evidence: Evidence, *, path: Path, seed: int
) -> dict[str, Any]:
    """Give everything that was found, ready for `json.dumps`.

    Parameters
    ----------
    runs : list of EndpointPriors
    evidence : Evidence
    path : Path
        Of the evidence.
    seed : int
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "priors",
        "direction": "hazard ratios are RT versus control; below 1 favours RT",
        "evidence": evidence.model_dump(mode="json"),
        "evidence_file": path.name,
        "evidence_sha256": record_hash(path),
        "seed": seed,
        "versions": {name: version(name) for name in PACKAGES},
        "endpoints": {run.endpoint: _endpoint(run) for run in runs},
    }


def _endpoint(run: EndpointPriors) -> dict[str, Any]:
    return {
        "label": run.label,
        "trial_at_hand": None if run.trial is None else run.trial.origin,
        "trials": rows(run.trials, number=finite),
        "priors": rows(run.priors, number=finite),
        "heterogeneity": {
            name: {
                f"quantile_{level:g}": prior.pooled.tau_quantile(level)
                for level in (0.025, 0.5, 0.975)
            }
            for name, prior in run.found.predictive.items()
        },
        "gates": [describe_check(check, number=finite) for check in run.gates],
        "findings": [describe_check(check, number=finite) for check in run.findings],
        **({} if run.answers is None else _answers(run.answers)),
    }


def _answers(answers: Answers) -> dict[str, Any]:
    tipping, grid = answers.tipping, answers.grid
    return {
        "winners_curse": answers.winners_curse,
        "conflicts": [describe_check(check, number=finite) for check in answers.conflicts],
        "tipping_point": {
            "text": tipping.text,
            "wanted": tipping.wanted,
            "sd": tipping.tipping_sd,
            "events": tipping.events,
            "curve": [
                {"sd": float(sd), "p_below_1": finite(float(p))}
                for sd, p in zip(tipping.sd, tipping.p_below_1, strict=True)
            ],
        },
        "grid": [
            {"prior_median": float(m), "prior_sd": float(s), "p_below_1": finite(float(p))}
            for m, row in zip(grid.median, grid.p_below_1, strict=True)
            for s, p in zip(grid.sd, row, strict=True)
        ],
    }
