"""A search for a size as one JSON document with a schema version."""

from dataclasses import asdict
from typing import Any

from analyses.power.document import provenance
from analyses.size.run import SizeRun
from simulate.size.forms import WHY_SIZES_DIFFER

SCHEMA_VERSION = 1


def describe_size(run: SizeRun) -> dict[str, Any]:
    """Give everything a search found, ready for `json.dumps`."""
    estimate = run.found.estimate
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "sample size",
        "direction": "hazard ratios are RT versus control; below 1 favours RT",
        **provenance(run.asked, seed=run.seed),
        "question": {
            **asdict(run.question),
            "truth": run.truth.name,
            "unit": run.variation.unit,
            "planned": run.variation.planned,
        },
        "answer": {
            "size": run.answer,
            "estimate": estimate.size,
            "lower": estimate.lower,
            "upper": estimate.upper,
            "events": {name: list(counts) for name, counts in run.events.items()},
        },
        "confirmed": asdict(run.confirmed),
        "closed_forms": {name: asdict(forms) for name, forms in run.forms.items()},
        "why_they_differ": WHY_SIZES_DIFFER,
        "search": {
            "trials": run.found.trials,
            "replicates": run.found.replicates,
            "fitted": "statistic" if run.found.modelled else "wins",
        },
        "points": run.points().to_dict("records"),
        "curve": run.curve().to_dict("records"),
    }
