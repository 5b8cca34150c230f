"""Writing an assurance to files."""

import json
from pathlib import Path
from typing import Any

from analyses.assurance.document import draws_dataset, prior_rows
from analyses.assurance.run import AssuranceRun
from analyses.outputs.document import write_document
from analyses.outputs.files import write_tree
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
    write_tree(draws, folder / "draws.nc")
    prior_rows(run).to_csv(folder / "priors.csv", index=False)
    (folder / "design.toml").write_text(attrs["design"], encoding="utf-8")
    write_document(document, folder / "assurance.json")
    draw_assurance_pictures(run, folder)
