"""Writing a run on changing effects: document, tables, a posterior for each model, pictures."""

from pathlib import Path
from typing import Any

import pandas as pd

from analyses.effect_over_time.answer import ModelAnswer
from analyses.effect_over_time.comparison import comparison_table
from analyses.effect_over_time.patient_data import PatientComparison
from analyses.effect_over_time.pictures import draw_patient_pictures, draw_pictures
from analyses.effect_over_time.run import EffectRun
from analyses.outputs.document import write_document
from analyses.outputs.files import write_table, write_tree


def write_effect(
    run: EffectRun, folder: Path, *, attrs: dict[str, str | int], document: dict[str, Any]
) -> None:
    """Write everything.

    Parameters
    ----------
    run : EffectRun
    folder : Path
        Holds, for each endpoint, `models.csv`, `estimands.csv`, `other_priors.csv`,
        `hazard_ratio.csv`, pictures,
        and for each model a folder with its `posterior.nc`.
    attrs : dict
        Provenance.
    document : dict
        Written as `effect_over_time.json`.
    """
    for name, found in run.endpoints.items():
        place = folder / name
        place.mkdir()
        write_table(comparison_table(found.answers), place / "models.csv")
        write_table(_estimands(found.answers), place / "estimands.csv")
        write_table(found.other_priors, place / "other_priors.csv")
        write_table(_ratios(found.answers), place / "hazard_ratio.csv")
        for kind, answer in found.answers.items():
            if answer.tree is None:
                continue
            (place / kind).mkdir()
            tree = answer.tree.copy()
            tree.attrs = {**answer.tree.attrs, "endpoint": name, **attrs}
            write_tree(tree, place / kind / "posterior.nc")
        draw_pictures(found, run.plan, place)
    write_document(document, folder / "effect_over_time.json")


def write_patients(
    found: PatientComparison,
    folder: Path,
    *,
    endpoint: str,
    attrs: dict[str, str | int],
    document: dict[str, Any],
) -> None:
    """Write what was found on patient data.

    Parameters
    ----------
    found : PatientComparison
    folder : Path
        Holds `models.csv`, HR(t) as a picture, and for each model a folder with `posterior.nc`.
    endpoint : str
        "pfs" or "os".
    attrs : dict
        Provenance.
    document : dict
        Written as `effect_over_time.json`.
    """
    write_table(found.table, folder / "models.csv")
    for kind, tree in found.trees.items():
        (folder / kind).mkdir()
        stored = tree.copy()
        stored.attrs = {**tree.attrs, "endpoint": endpoint, **attrs}
        write_tree(stored, folder / kind / "posterior.nc")
    draw_patient_pictures(found, folder, endpoint=endpoint)
    write_document(document, folder / "effect_over_time.json")


def _estimands(answers: dict[str, ModelAnswer]) -> pd.DataFrame:
    parts = [answer.readings.table.assign(model=kind) for kind, answer in answers.items()]
    return pd.concat(parts, ignore_index=True)


def _ratios(answers: dict[str, ModelAnswer]) -> pd.DataFrame:
    """Quantiles of HR(t) by model and month."""
    rows = []
    for kind, answer in answers.items():
        bands = answer.readings.bands["hazard_ratio"].transpose("quantile", "time")
        columns = {
            f"quantile_{share:g}": bands.values[place]
            for place, share in enumerate(bands["quantile"].values)
        }
        rows.append(pd.DataFrame({"model": kind, "months": bands["time"].values, **columns}))
    return pd.concat(rows, ignore_index=True)
