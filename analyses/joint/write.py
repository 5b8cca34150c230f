"""Writing a joint re-analysis to files: posterior, patients, tables, document, pictures."""

import json
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd

from analyses.joint.pictures import draw_pictures
from analyses.joint.run import JointAnalysis
from analyses.joint.tree import joint_tree
from analyses.reanalyse.write import write_tree

TABLES = {
    "hazard_ratios": "hazard_ratios",
    "estimands": "table",
    "estimands_pooled": "pooled_table",
    "benefit": "benefit",
    "events": "events",
    "reproduction": "reproduction",
    "set_agreement": "sets",
    "pooled_agreement": "pooled",
}


def write_joint(
    run: JointAnalysis, folder: Path, *, attrs: dict[str, str | int], document: dict[str, Any]
) -> None:
    """Write everything to a folder.

    Parameters
    ----------
    run : JointAnalysis
    folder : Path
        Exists.
    attrs : dict
        Provenance.
    document : dict
        From `describe_joint`; written as `summary.json`.
    """
    write_tree(joint_tree(run, attrs=attrs), folder / "posterior.nc")
    marked(run.patients, run).to_parquet(folder / "pseudo_patients.parquet", index=False)
    for name, attribute in TABLES.items():
        _write_csv(getattr(run, attribute), folder / f"{name}.csv", run)
    checks = pd.DataFrame(
        {"name": check.name, "passed": check.passed, "text": check.text} for check in run.gates
    )
    _write_csv(checks, folder / "checks.csv", run)
    _write_json(folder / "summary.json", document)
    began = perf_counter()
    draw_pictures(run, folder)
    run.seconds["pictures"] = perf_counter() - began
    log = {"finished": datetime.now(UTC).isoformat(timespec="seconds"), "seconds": run.seconds}
    _write_json(folder / "run_log.json", log)


def marked(table: pd.DataFrame, run: JointAnalysis) -> pd.DataFrame:
    """Add a column that says so to every table of a quick look."""
    return table.assign(quick=True) if run.quick else table


def _write_csv(table: pd.DataFrame, path: Path, run: JointAnalysis) -> None:
    marked(table, run).to_csv(path, index=False, lineterminator="\n")


def _write_json(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
