"""Writing an assurance to files."""

import json
from pathlib import Path
from typing import Any

from analyses.assurance.document import draws_dataset, prior_rows
from analyses.assurance.run import AssuranceRun
from analyses.power.document import provenance


def write_assurance(run: AssuranceRun, folder: Path, *, document: dict[str, Any]) -> None:
    """Write draws, table, document and pictures into a folder.

    Parameters
    ----------
    run : AssuranceRun
    folder : Path
    document : dict
        From `describe_assurance`.
    """
    from analyses.assurance.pictures import draw_assurance_pictures

    attrs = provenance(run.design, seed=run.seed)
    draws = draws_dataset(run).assign_attrs(
        design=attrs["design"],
        seed=run.seed,
        versions=json.dumps(attrs["versions"]),
        posterior=run.file,
        posterior_sha256=run.sha256,
    )
    draws.to_netcdf(folder / "draws.nc", engine="h5netcdf")
    prior_rows(run).to_csv(folder / "priors.csv", index=False)
    (folder / "design.toml").write_text(attrs["design"], encoding="utf-8")
    (folder / "assurance.json").write_text(
        json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    draw_assurance_pictures(run, folder)
