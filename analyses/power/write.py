"""Writing operating characteristics to files."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from analyses.outputs.document import write_document
from analyses.outputs.files import write_tree
from analyses.power.boundaries import boundary_rows
from analyses.power.document import OF_TRIALS, provenance, tidy
from analyses.power.run import PowerRun
from analyses.power.several import SeveralRun


def write_power(run: PowerRun, folder: Path, *, document: dict[str, Any]) -> None:
    """Write dataset, tables, document and pictures into a folder.

    Parameters
    ----------
    run : PowerRun
    folder : Path
    document : dict
        From `describe_power`.
    """
    from analyses.power.pictures import draw_power_pictures

    attrs = provenance(run.design, seed=run.seed)
    table = run.table.assign_attrs(
        design=attrs["design"], seed=run.seed, versions=json.dumps(attrs["versions"])
    )
    write_tree(table, folder / "characteristics.nc")
    tidy(run.table).to_csv(folder / "characteristics.csv", index=False)
    boundary_rows(run.bounds).to_csv(folder / "boundaries.csv", index=False)
    (folder / "design.toml").write_text(attrs["design"], encoding="utf-8")
    write_document(document, folder / "power.json")
    draw_power_pictures(run, folder)


def write_several(run: SeveralRun, folder: Path, *, document: dict[str, Any]) -> None:
    """Write datasets, tables, document and pictures of several endpoints into a folder.

    Parameters
    ----------
    run : SeveralRun
    folder : Path
    document : dict
        From `describe_several`.
    """
    from analyses.power.several_pictures import draw_several_pictures

    attrs = provenance(run.design, seed=run.seed)
    shown = {
        "design": attrs["design"], "seed": run.seed, "versions": json.dumps(attrs["versions"])
    }  # fmt: skip
    write_tree(run.trial.assign_attrs(shown), folder / "trial.nc")
    write_tree(run.table().assign_attrs(shown), folder / "characteristics.nc")
    tidy(run.trial, coordinates=OF_TRIALS).to_csv(folder / "trial.csv", index=False)
    for name, part in run.endpoints.items():
        looks = [place + 1 for place in run.design.looks_at(name)]
        tidy(part.table).to_csv(folder / f"characteristics_{name}.csv", index=False)
        parts = [
            boundary_rows(bounds, looks=looks).assign(alpha=level)
            for level, bounds in run.bounds[name].items()
        ]
        pd.concat(parts).to_csv(folder / f"boundaries_{name}.csv", index=False)
    (folder / "design.toml").write_text(attrs["design"], encoding="utf-8")
    write_document(document, folder / "power.json")
    draw_several_pictures(run, folder)
