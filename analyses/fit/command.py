"""Carrying out `replan fit`: fit, write, tell."""

import json
from pathlib import Path

import pandas as pd

from analyses.fit.levels import evidence_levels, read_summaries, words
from analyses.fit.run import Adjusted, Fitted, adjust, choose_cuts, compile_model, fit_patients
from analyses.fit.screen import show_fit
from analyses.fit.task import FitTask
from analyses.fit.write import describe_fit, draw_pictures, write_fit
from analyses.outputs.document import print_document
from analyses.outputs.folder import results_folder
from analyses.outputs.progress import Progress, tell_progress
from analyses.reconstruct.provenance import file_provenance
from models.settings import AnalysisSettings

LABELS = {"pfs": "Progression-free survival", "os": "Overall survival"}


def carry_out(
    task: FitTask,
    frames: list[pd.DataFrame],
    *,
    files: dict[str, Path | None],
    out: Path,
    as_json: bool,
) -> int:
    """Fit patients, write the results, and print them.

    Parameters
    ----------
    task : FitTask
    frames : list of pandas.DataFrame
        From `read_frames`.
    files : dict of str to Path
        For the provenance.
    out : Path
    as_json : bool

    Returns
    -------
    int
        0 when all is well, 1 when a gate fails.
    """
    summaries = None
    if task.summaries is not None:
        summaries = read_summaries(task.summaries, endpoint=task.endpoint)
    settings = choose_cuts(frames[0], task.settings)
    with results_folder(out) as folder, tell_progress() as tell:
        tell(Progress(stage="PyMC", done=0.0, note="compiling the model"))
        compiled = compile_model(settings)
        fitted = []
        for frame in frames:

            def told(done: int, sets: int) -> None:
                tell(Progress(stage="fits", done=done / sets, note=f"{done} of {sets} sets"))

            fitted.append(
                fit_patients(
                    frame,
                    compiled=compiled,
                    settings=settings,
                    seed=task.seed,
                    cores=task.cores,
                    progress=told,
                )
            )
        adjusted = _adjust(task, frames[0], settings)
        levels = evidence_levels(
            fitted,
            adjusted=adjusted,
            record=task.record,
            endpoint=task.endpoint,
            summaries=summaries,
            log_hr=settings.log_hr,
        )
        said = words(levels)
        attrs = file_provenance(files, seed=task.seed) | {
            "analysis": settings.name,
            "settings": json.dumps(settings.model_dump(mode="json"), sort_keys=True),
        }
        document = describe_fit(fitted, adjusted, levels, said=said, attrs=attrs)
        write_fit(
            fitted,
            adjusted,
            levels,
            folder,
            settings=settings,
            endpoint=task.endpoint,
            document=document,
        )
        draw_pictures(fitted, folder, settings=settings, label=LABELS[task.endpoint])
    _tell(fitted, adjusted, levels, document, out=out, said=said, as_json=as_json)
    return 0 if document["gates_hold"] else 1


def _adjust(task: FitTask, patients: pd.DataFrame, settings: AnalysisSettings) -> Adjusted | None:
    if not (task.effects or task.strata):
        return None
    return adjust(
        patients,
        effects=task.effects,
        strata=task.strata,
        settings=settings,
        seed=task.seed,
        cores=task.cores,
    )


def _tell(
    fitted: list[Fitted],
    adjusted: Adjusted | None,
    levels: pd.DataFrame,
    document: dict[str, object],
    *,
    out: Path,
    said: str,
    as_json: bool,
) -> None:
    if as_json:
        print_document(document)
    else:
        show_fit(fitted, adjusted, levels, out=out, said=said)
