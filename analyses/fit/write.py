"""Writing a fit: posterior, tables, checks, document and pictures."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from analyses.fit.run import Adjusted, Fitted, gates_of
from analyses.outputs.document import describe_check, rows, write_document
from analyses.outputs.files import write_table, write_tree
from models.estimands import summarise
from models.settings import AnalysisSettings

SCHEMA = "replan posterior 1"
SCHEMA_VERSION = 1


def describe_fit(
    fitted: list[Fitted],
    adjusted: Adjusted | None,
    levels: pd.DataFrame,
    *,
    said: str,
    attrs: dict[str, str | int],
) -> dict[str, Any]:
    """Put tables and verdicts of a fit into one document.

    Returns
    -------
    dict
        `schema_version`; `provenance`; `hazard_ratio` (its direction); `interval` (kind and
        mass); `levels` (rows) and `words`; `estimands` (rows, by level); `coefficients` (rows, or
        null without covariates); `gates`, `findings` (level, name, passed, text); `gates_hold`.
    """
    tables = {one.level: rows(one.table) for one in fitted}
    if adjusted is not None:
        tables[adjusted.name] = rows(adjusted.table)
    gates = gates_of(fitted, adjusted)
    findings = [(one.level, check) for one in fitted for check in one.findings]
    return {
        "schema_version": SCHEMA_VERSION,
        "provenance": attrs,
        "hazard_ratio": "RT versus control, below 1 favours RT",
        "interval": {"kind": "central", "mass": 0.95},
        "levels": rows(levels),
        "words": said,
        "estimands": tables,
        "coefficients": None if adjusted is None else rows(adjusted.coefficients),
        **{
            kind: [{"level": level, **describe_check(check)} for level, check in checks]
            for kind, checks in (("gates", gates), ("findings", findings))
        },
        "gates_hold": all(check.passed is not False for _, check in gates),
    }


def write_fit(
    fitted: list[Fitted],
    adjusted: Adjusted | None,
    levels: pd.DataFrame,
    folder: Path,
    *,
    settings: AnalysisSettings,
    endpoint: str,
    document: dict[str, Any],
) -> None:
    """Write everything to a folder that exists."""
    for one in fitted:
        name = one.level.replace(" ", "_")
        write_tree(_tree(one, settings, endpoint, document), folder / f"posterior_{name}.nc")
        write_table(one.table, folder / f"estimands_{name}.csv")
    if adjusted is not None:
        tree = adjusted.fit.tree.copy()
        tree["estimands"] = xr.DataTree(adjusted.estimands)
        tree.attrs |= document["provenance"]
        write_tree(tree, folder / "posterior_adjusted.nc")
        write_table(adjusted.table, folder / "estimands_adjusted.csv")
        write_table(adjusted.coefficients, folder / "coefficients.csv")
    write_table(levels, folder / "evidence_levels.csv")
    _draw_levels(levels, folder / "evidence_levels", endpoint=endpoint)
    checks = pd.DataFrame(
        {"kind": kind, **{key: row[key] for key in ("level", "name", "passed", "text")}}
        for kind in ("gates", "findings")
        for row in document[kind]
    )
    write_table(checks, folder / "checks.csv")
    write_document(document, folder / "results.json")


def _tree(
    one: Fitted, settings: AnalysisSettings, endpoint: str, document: dict[str, Any]
) -> xr.DataTree:
    """Posterior by (chain, draw), pooled over the sets, as planning reads it."""
    pooled = _pooled(one.regression["posterior"].to_dataset())
    tree = xr.DataTree.from_dict(
        {
            "posterior": pooled,
            "estimands": _pooled(one.estimands),
            "sample_stats_by_set": one.regression["sample_stats"].to_dataset(),
            "convergence_by_set": one.regression["convergence"].to_dataset(),
            "constant_data": xr.Dataset({"cuts": ("cut", np.asarray(settings.cuts))}),
        }
    )
    tree.attrs = {
        "schema": SCHEMA,
        "endpoint": endpoint,
        "evidence": one.level,
        "time_unit": "months",
        "hazard_unit": "per month",
        "hazard_ratio": "RT versus control, below 1 favours RT",
        **document["provenance"],
    }
    return tree


def _pooled(draws: xr.Dataset) -> xr.Dataset:
    """Draws of all sets one after the other within each chain."""
    sets, length = draws.sizes["imputation"], draws.sizes["draw"]
    plain_draws = draws.drop_vars(["imputation", "draw"], errors="ignore")
    stacked = plain_draws.stack(pooled=("imputation", "draw"), create_index=False)
    found = stacked.rename(pooled="draw").assign_coords(draw=np.arange(sets * length))
    return found.transpose("chain", "draw", ...)


def draw_pictures(
    fitted: list[Fitted], folder: Path, *, settings: AnalysisSettings, label: str
) -> None:
    """Draw and save Kaplan–Meier curves, posterior survival and estimands of each level."""
    from analyses.outputs.pictures import save_picture
    from models.plots.estimand_forest import plot_estimands
    from models.plots.kaplan_meier import plot_kaplan_meier
    from models.plots.survival_bands import plot_survival_bands
    from models.plots.survival_quantiles import survival_quantiles

    for one in fitted:
        name = one.level.replace(" ", "_")
        months = np.linspace(0.0, float(one.patients["time"].max()), 73)
        hazard = one.regression["posterior"]["hazard"]
        quantiles = survival_quantiles(
            hazard.transpose("imputation", "chain", "draw", "arm", "interval").values,
            months,
            cuts=settings.cuts,
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


def _draw_levels(levels: pd.DataFrame, path: Path, *, endpoint: str) -> None:
    from analyses.outputs.pictures import save_picture
    from models.plots.evidence_levels import plot_levels

    save_picture(plot_levels(levels, endpoint_label=endpoint.upper()), path)
