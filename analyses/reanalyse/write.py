"""Writing a run's results to files: posterior, patients, tables, document, pictures, run log."""

from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd

from analyses.outputs.document import write_document
from analyses.outputs.files import mark_quick, write_log, write_table, write_tree
from analyses.reanalyse.endpoint import EndpointAnalysis
from analyses.reanalyse.pictures import draw_pictures
from analyses.reanalyse.run import Reanalysis
from analyses.reanalyse.sensitivity import Sensitivity
from analyses.reanalyse.tree import posterior_tree

TABLES = {
    "estimands": "table",
    "estimands_pooled": "pooled_table",
    "evidence_levels": "levels",
    "reproduction": "reproduction",
    "set_agreement": "sets",
    "pooled_agreement": "pooled",
}


def write_run(
    run: Reanalysis,
    folder: Path,
    *,
    attrs: dict[str, str | int],
    document: dict[str, Any],
    sensitivity: Sensitivity | None,
) -> None:
    """Write everything to a folder: one subfolder an endpoint, the rest beside them.

    Parameters
    ----------
    run : Reanalysis
    folder : Path
        Exists.
    attrs : dict
        Provenance.
    document : dict
        From `describe_run`.
    sensitivity : Sensitivity or None
        From `run_sensitivity`.
    """
    for name, result in run.endpoints.items():
        (folder / name).mkdir()
        _write_endpoint(result, run, folder / name, attrs=attrs)
    audit_rows = document["audit"]["checks"]
    write_table(pd.DataFrame(audit_rows), folder / "audit.csv")
    if sensitivity is not None:
        write_table(sensitivity.table, folder / "sensitivity.csv", quick=run.quick)
        estimands = folder / "sensitivity_estimands.csv"
        write_table(sensitivity.estimands, estimands, quick=run.quick)
    write_document(document, folder / "results.json")
    began = perf_counter()
    draw_pictures(run, folder, sensitivity=sensitivity)
    run.seconds["pictures"] = perf_counter() - began
    write_log(run.seconds, folder / "run_log.json")


def _write_endpoint(
    result: EndpointAnalysis, run: Reanalysis, folder: Path, *, attrs: dict[str, str | int]
) -> None:
    tree = posterior_tree(result, run.settings, attrs=attrs)
    write_tree(tree, folder / "posterior.nc")
    patients = mark_quick(result.patients, quick=run.quick)
    patients.to_parquet(folder / "pseudo_patients.parquet", index=False)
    tables = {name: getattr(result, attribute) for name, attribute in TABLES.items()}
    tables["prior_predictive"] = result.prior_predictive.table
    tables["posterior_predictive"] = result.posterior_predictive.table
    tables["checks"] = pd.DataFrame(
        {"kind": kind, "name": check.name, "passed": check.passed, "text": check.text}
        for kind, checks in (("gate", result.gates), ("finding", result.findings))
        for check in checks
    )
    for name, table in tables.items():
        write_table(table, folder / f"{name}.csv", quick=run.quick)
