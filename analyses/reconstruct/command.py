"""Carrying out `replan reconstruct`: reconstruct, write, tell."""

from pathlib import Path
from typing import Any

import pandas as pd

from analyses.outputs.document import print_document, write_document
from analyses.outputs.files import write_table
from analyses.outputs.folder import results_folder
from analyses.reconstruct.document import describe_reconstruction
from analyses.reconstruct.provenance import file_provenance
from analyses.reconstruct.run import Reconstruction, Task, read_task, run_reconstruction
from analyses.reconstruct.screen import show_reconstruction
from models.curves.mark import mark_sets


def carry_out(task: Task, *, record_path: Path | None, out: Path, as_json: bool) -> int:
    """Reconstruct the patients behind a curve, write the results, and print them.

    Returns
    -------
    int
        0 when all is well, 1 when a check fails.
    """
    # Once before a folder is made: what cannot be used leaves no trace.
    read_task(task)
    with results_folder(out) as folder:
        run = run_reconstruction(task)
        files = {"curves": task.curves, "at_risk": task.at_risk, "record": record_path}
        document = describe_reconstruction(run, attrs=file_provenance(files, seed=task.seed))
        write_reconstruction(run, folder, document=document)
    if as_json:
        print_document(document)
    else:
        show_reconstruction(run, out=out)
    return 0 if run.checks_hold else 1


def write_reconstruction(run: Reconstruction, folder: Path, *, document: dict[str, Any]) -> None:
    """Write patients, fit, checks, document and picture to a folder that exists."""
    mark_sets(run.patients).to_parquet(folder / "reconstructed_patients.parquet", index=False)
    write_table(run.guyot, folder / "guyot.csv")
    write_table(run.table, folder / "fit.csv")
    checks = pd.DataFrame(
        {"name": check.name, "passed": check.passed, "text": check.text} for check in run.checks
    )
    write_table(checks, folder / "checks.csv")
    write_document(document, folder / "results.json")
    draw_reconstruction(run, folder / "curves")


def draw_reconstruction(run: Reconstruction, path: Path) -> None:
    """Draw and save the picture of the curves."""
    from analyses.outputs.pictures import save_picture
    from models.plots.reconstructed_curves import plot_reconstruction
    from models.plots.wording import ARM_LABELS

    record, endpoint = run.task.record, run.task.endpoint
    medians = {}
    labels = ARM_LABELS
    if record is not None:
        medians = {
            arm: None if figure is None else figure.text
            for arm, figure in record.endpoints[endpoint].median.items()
        }
        labels = {arm: details.label for arm, details in record.arms.items()}
    axes = plot_reconstruction(
        run.patients,
        run.published.curves,
        printed_medians=medians,
        endpoint_label=run.label,
        arm_labels=labels,
    )
    save_picture(axes.curve, path)
