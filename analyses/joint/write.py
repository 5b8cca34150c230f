"""Writing a joint re-analysis to files: posterior, patients, tables, document, pictures."""

from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd

from analyses.joint.analysis import JointAnalysis
from analyses.joint.pictures import draw_pictures
from analyses.joint.tree import joint_tree
from analyses.outputs.document import write_document
from analyses.outputs.files import mark_quick, write_log, write_table, write_tree

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
    patients = mark_quick(run.patients, quick=run.quick)
    patients.to_parquet(folder / "pseudo_patients.parquet", index=False)
    for name, attribute in TABLES.items():
        write_table(getattr(run, attribute), folder / f"{name}.csv", quick=run.quick)
    for name, held in (("prior", run.predicted.before), ("posterior", run.predicted.after)):
        write_table(held.table, folder / f"{name}_predictive.csv", quick=run.quick)
    checks = pd.DataFrame(
        {"name": check.name, "passed": check.passed, "text": check.text} for check in run.gates
    )
    write_table(checks, folder / "checks.csv", quick=run.quick)
    write_document(document, folder / "summary.json")
    began = perf_counter()
    draw_pictures(run, folder)
    run.seconds["pictures"] = perf_counter() - began
    write_log(run.seconds, folder / "run_log.json")
