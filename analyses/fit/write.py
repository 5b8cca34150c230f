"""Writing a fit: posterior, tables, checks, document and pictures."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from analyses.fit.result import FitResult
from analyses.fit.run import Adjusted, Fitted
from analyses.outputs.document import describe_check, rows, write_document
from analyses.outputs.files import write_table, write_tree
from models.check_result import CheckResult
from models.estimands import summarise

SCHEMA = "replan posterior 1"
SCHEMA_VERSION = 1
LABELS = {"pfs": "Progression-free survival", "os": "Overall survival"}


def describe_fit(result: FitResult, *, attrs: dict[str, str | int]) -> dict[str, Any]:
    """Put tables and verdicts of a fit into one document.

    Returns
    -------
    dict
        `schema_version`; `provenance`; `hazard_ratio` (its direction); `interval` (kind and
        mass); `levels` (rows) and `words`; `estimands` (rows, by level); `coefficients` (rows, or
        null without covariates); `gates`, `findings` (level, name, passed, text); `gates_hold`.
    """
    adjusted = result.adjusted
    tables = {one.level: rows(one.table) for one in result.fitted}
    if adjusted is not None:
        tables[adjusted.name] = rows(adjusted.table)
    return {
        "schema_version": SCHEMA_VERSION,
        "provenance": attrs,
        "hazard_ratio": "RT versus control, below 1 favours RT",
        "interval": {"kind": "central", "mass": 0.95},
        "levels": rows(result.levels),
        "words": result.words,
        "estimands": tables,
        "coefficients": None if adjusted is None else rows(adjusted.coefficients),
        "gates": _checks(result.gates),
        "findings": _checks(result.findings),
        "gates_hold": result.gates_hold,
    }


def _checks(checks: list[tuple[str, CheckResult]]) -> list[dict[str, Any]]:
    return [{"level": level, **describe_check(check)} for level, check in checks]


def write_fit(result: FitResult, folder: Path, *, document: dict[str, Any]) -> None:
    """Write everything but the pictures of each level to a folder that exists."""
    attrs = document["provenance"]
    for one in result.fitted:
        name = one.level.replace(" ", "_")
        write_tree(_tree(one, result, attrs), folder / f"posterior_{name}.nc")
        write_table(one.table, folder / f"estimands_{name}.csv")
    if result.adjusted is not None:
        _write_adjusted(result.adjusted, folder, attrs)
    write_table(result.levels, folder / "evidence_levels.csv")
    _draw_levels(result, folder / "evidence_levels")
    checks = pd.DataFrame(
        {"kind": kind, **{key: row[key] for key in ("level", "name", "passed", "text")}}
        for kind in ("gates", "findings")
        for row in document[kind]
    )
    write_table(checks, folder / "checks.csv")
    write_document(document, folder / "results.json")


def _write_adjusted(adjusted: Adjusted, folder: Path, attrs: dict[str, str | int]) -> None:
    tree = adjusted.fit.tree.copy()
    tree["estimands"] = xr.DataTree(adjusted.estimands)
    tree.attrs |= attrs
    write_tree(tree, folder / "posterior_adjusted.nc")
    write_table(adjusted.table, folder / "estimands_adjusted.csv")
    write_table(adjusted.coefficients, folder / "coefficients.csv")


def _tree(one: Fitted, result: FitResult, attrs: dict[str, str | int]) -> xr.DataTree:
    """Posterior by (chain, draw), pooled over the sets, as planning reads it."""
    pooled = _pooled(one.regression["posterior"].to_dataset())
    tree = xr.DataTree.from_dict(
        {
            "posterior": pooled,
            "estimands": _pooled(one.estimands),
            "sample_stats_by_set": one.regression["sample_stats"].to_dataset(),
            "convergence_by_set": one.regression["convergence"].to_dataset(),
            "constant_data": xr.Dataset({"cuts": ("cut", np.asarray(result.settings.cuts))}),
        }
    )
    tree.attrs = {
        "schema": SCHEMA,
        "endpoint": result.endpoint,
        "evidence": one.level,
        "time_unit": "months",
        "hazard_unit": "per month",
        "hazard_ratio": "RT versus control, below 1 favours RT",
        **attrs,
    }
    return tree


def _pooled(draws: xr.Dataset) -> xr.Dataset:
    """Draws of all sets one after the other within each chain."""
    sets, length = draws.sizes["imputation"], draws.sizes["draw"]
    plain_draws = draws.drop_vars(["imputation", "draw"], errors="ignore")
    stacked = plain_draws.stack(pooled=("imputation", "draw"), create_index=False)
    found = stacked.rename(pooled="draw").assign_coords(draw=np.arange(sets * length))
    return found.transpose("chain", "draw", ...)


def draw_pictures(result: FitResult, folder: Path) -> None:
    """Draw and save Kaplan–Meier curves, posterior survival and estimands of each level."""
    from analyses.outputs.pictures import save_picture
    from models.plots.estimand_forest import plot_estimands
    from models.plots.kaplan_meier import plot_kaplan_meier
    from models.plots.survival_bands import plot_survival_bands
    from models.plots.survival_quantiles import survival_quantiles

    label = LABELS[result.endpoint]
    for one in result.fitted:
        name = one.level.replace(" ", "_")
        months = np.linspace(0.0, float(one.patients["time"].max()), 73)
        hazard = one.regression["posterior"]["hazard"]
        quantiles = survival_quantiles(
            hazard.transpose("imputation", "chain", "draw", "arm", "interval").values,
            months,
            cuts=result.settings.cuts,
        )
        inner = summarise(one.estimands, ci_prob=0.5)
        figures = {
            "kaplan_meier": plot_kaplan_meier(
                one.patients, printed_medians={}, endpoint_label=label
            ).curve,
            "survival": plot_survival_bands(quantiles, printed_medians={}, endpoint_label=label),
            "estimands": plot_estimands(one.table, inner=inner, endpoint_label=label)[0],
        }
        for picture, ax in figures.items():
            save_picture(ax, folder / f"{picture}_{name}")


def _draw_levels(result: FitResult, path: Path) -> None:
    from analyses.outputs.pictures import save_picture
    from models.plots.evidence_levels import plot_levels

    save_picture(plot_levels(result.levels, endpoint_label=result.endpoint.upper()), path)
