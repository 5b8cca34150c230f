"""Writing the results of a sweep: dataset, table, document, pictures, designs to be replayed."""

import json
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from analyses.outputs.document import write_document
from analyses.outputs.files import write_table, write_tree
from analyses.outputs.folder import MANIFEST, results_folder
from analyses.sweep.document import SweepRun, describe_sweep, identity, replays
from simulate.design.text import design_text

DOCUMENT = "results.json"


def written_results(run: SweepRun, *, out: Path) -> dict[str, Any]:
    """Write everything, unless the same is there already.

    Parameters
    ----------
    run : SweepRun
    out : Path

    Returns
    -------
    dict
        The document, see `describe_sweep`.

    Raises
    ------
    ValueError
        If the folder cannot be written; results that were there before stay.
    """
    before = _already_there(run, out)
    if before is not None:
        return before
    document = describe_sweep(run, out=out)
    _write_results(run, out, document)
    return document


def _write_results(run: SweepRun, out: Path, document: dict[str, Any]) -> None:
    from analyses.sweep.pictures import draw_sweep_pictures
    from simulate.sweep.dataset import sweep_table

    with results_folder(out) as folder:
        began = perf_counter()
        write_tree(run.dataset, folder / "sweep.nc")
        write_table(sweep_table(run.dataset), folder / "sweep.csv")
        (folder / "design.toml").write_text(document["design"], encoding="utf-8")
        write_document(document, folder / DOCUMENT)
        for one in replays(run):
            (folder / one.file).parent.mkdir(exist_ok=True)
            (folder / one.file).write_text(design_text(one.design), encoding="utf-8")
        draw_sweep_pictures(run, folder)
        write_document(_log(run, perf_counter() - began), folder / "run_log.json")


def _already_there(run: SweepRun, out: Path) -> dict[str, Any] | None:
    """Give the document of the results in a folder, if they are those of this run."""
    try:
        before = json.loads((out / DOCUMENT).read_text(encoding="utf-8"))
        listed = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
        whole = all((out / name).is_file() for name in listed)
        return dict(before) if before["identity"] == identity(run) and whole else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _log(run: SweepRun, writing: float) -> dict[str, Any]:
    return {
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "workers": run.workers,
        "scheduler": run.scheduler,
        "spent": None if run.spent is None else vars(run.spent),
        "seconds_writing": writing,
    }
