"""Make the documents in this folder: those of real runs, without the rows that a report leaves out.

    python tests/data/report/slim.py RESULTS

RESULTS holds what `replan power analyses/phase3/design.toml`, `power`, `size` and `assurance` of
`os_alone.toml`, `reanalyse --sensitivity`, `joint --quick`, `effect-over-time`, `fit`, `sweep`,
`priors` and `findings` wrote, under the names that these documents have here.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
TRUTHS = {"planning", "no effect"}
VARIABLES = {
    "bias", "coverage", "endpoint_success", "family_wise_error", "rmse", "success", "trial_success",
    "trials", "trial_stop_mean", "trial_stop_quantile", "at_stop_mean", "at_stop_quantile",
}  # fmt: skip
SHORT = {"joint", "effect_over_time"}
WHOLE = {"prior_predictive", "posterior_predictive"}
MEASURES = {"month", "patients", "events", None}


def kept(rows):
    return [
        row
        for row in rows
        if row["variable"] in VARIABLES
        and row.get("truth") in TRUTHS
        and row.get("measure") in MEASURES
    ]


def shortened(part):
    if isinstance(part, dict):
        return {name: one if name in WHOLE else shortened(one) for name, one in part.items()}
    return [shortened(one) for one in part[:4]] if isinstance(part, list) else part


def slim(document):
    if document.get("kind") in SHORT or "levels" in document:
        return shortened(document)
    for part in (document, *(document.get("endpoints") or {}).values()):
        for name in ("characteristics", "trial"):
            if isinstance(part.get(name), list):
                part[name] = kept(part[name])
        for name in ("closed_forms", "undefined_replicates"):
            if part.get(name, {}).keys() >= TRUTHS:
                part[name] = {truth: part[name][truth] for truth in sorted(TRUTHS, reverse=True)}
        part.pop("disagreements", None)
        for name in ("set_agreement", "pooled_estimands", "pooled_agreement", "curve", "grid"):
            if isinstance(part.get(name), list):
                part[name] = part[name][:2]
        if isinstance(part.get("sampler"), dict):
            part["sampler"] = {"scans": part["sampler"]["scans"]}
    if "audit" in document:
        checks = document["audit"]["checks"]
        document["audit"]["checks"] = [one for one in checks if one["verdict"] != "passed"][:12]
    if isinstance(document.get("evidence"), dict):
        document["evidence"] = {"name": document["evidence"]["name"]}
    if "cells" in document:
        document["cells"] = document["cells"][:12]
    return document


def main():
    results = Path(sys.argv[1])
    for path in sorted(results.rglob("*.json")):
        if path.name in {"files.json", "run_log.json", "sweep.json"} or "replay" in path.parts:
            continue
        to = HERE / path.relative_to(results)
        to.parent.mkdir(parents=True, exist_ok=True)
        document = slim(json.loads(path.read_text(encoding="utf-8")))
        to.write_text(json.dumps(document, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
