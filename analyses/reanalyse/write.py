"""Writing a run's results to files: posterior, patients, tables, document, pictures, run log."""

import json
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd
import xarray as xr

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
    pd.DataFrame(audit_rows).to_csv(folder / "audit.csv", index=False, lineterminator="\n")
    if sensitivity is not None:
        _write_csv(sensitivity.table, folder / "sensitivity.csv", run)
        _write_csv(sensitivity.estimands, folder / "sensitivity_estimands.csv", run)
    _write_json(folder / "results.json", document)
    began = perf_counter()
    draw_pictures(run, folder, sensitivity=sensitivity)
    run.seconds["pictures"] = perf_counter() - began
    log = {"finished": datetime.now(UTC).isoformat(timespec="seconds"), "seconds": run.seconds}
    _write_json(folder / "run_log.json", log)


def _write_endpoint(
    result: EndpointAnalysis, run: Reanalysis, folder: Path, *, attrs: dict[str, str | int]
) -> None:
    tree = posterior_tree(result, run.settings, attrs=attrs)
    write_tree(tree, folder / "posterior.nc")
    mark_quick(result.patients, run).to_parquet(folder / "pseudo_patients.parquet", index=False)
    for name, attribute in TABLES.items():
        _write_csv(getattr(result, attribute), folder / f"{name}.csv", run)
    _write_csv(result.prior_predictive.table, folder / "prior_predictive.csv", run)
    _write_csv(result.posterior_predictive.table, folder / "posterior_predictive.csv", run)
    checks = pd.DataFrame(
        {"kind": kind, "name": check.name, "passed": check.passed, "text": check.text}
        for kind, checks in (("gate", result.gates), ("finding", result.findings))
        for check in checks
    )
    _write_csv(checks, folder / "checks.csv", run)


def write_tree(tree: xr.DataTree, path: Path) -> None:
    """Write a tree as netCDF, by way of memory: HDF5 can crash when the disk is full.

    Parameters
    ----------
    tree : xarray.DataTree
    path : Path
        File to write.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    content = bytes(tree.to_netcdf(engine="h5netcdf"))
    path.write_bytes(content)


def mark_quick(table: pd.DataFrame, run: Reanalysis) -> pd.DataFrame:
    """Add a column that says so to every table of a quick look."""
    return table.assign(quick=True) if run.quick else table


def _write_csv(table: pd.DataFrame, path: Path, run: Reanalysis) -> None:
    mark_quick(table, run).to_csv(path, index=False, lineterminator="\n")


def _write_json(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
