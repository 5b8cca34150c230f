"""Carrying out `replan fit`: fit, write, tell."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from analyses.fit.levels import evidence_levels, read_summaries, words
from analyses.fit.result import FitResult
from analyses.fit.run import Adjusted, adjust, choose_cuts, compile_model, fit_patients
from analyses.fit.screen import show_fit
from analyses.fit.task import FitTask
from analyses.fit.write import describe_fit, draw_pictures, write_fit
from analyses.outputs.document import print_document
from analyses.outputs.folder import results_folder
from analyses.outputs.progress import Progress, tell_progress
from analyses.reconstruct.provenance import file_provenance
from models.settings import AnalysisSettings


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
        result = _fit(task, frames, settings, summaries, tell)
        stated = json.dumps(settings.model_dump(mode="json"), sort_keys=True)
        attrs = file_provenance(files, seed=task.seed) | {
            "analysis": settings.name,
            "settings": stated,
        }
        document = describe_fit(result, attrs=attrs)
        write_fit(result, folder, document=document)
        draw_pictures(result, folder)
    if as_json:
        print_document(document)
    else:
        show_fit(result, out=out)
    return 0 if result.gates_hold else 1


def _fit(
    task: FitTask,
    frames: list[pd.DataFrame],
    settings: AnalysisSettings,
    summaries: pd.DataFrame | None,
    tell: Callable[[Progress], None],
) -> FitResult:
    """Fit every file of patients, then covariates, and put the levels of evidence side by side."""
    tell(Progress(stage="PyMC", done=0.0, note="compiling the model"))
    compiled = compile_model(settings)
    fitted = [
        fit_patients(
            frame,
            compiled=compiled,
            settings=settings,
            seed=task.seed,
            cores=task.cores,
            progress=lambda done, sets: tell(
                Progress(stage="fits", done=done / sets, note=f"{done} of {sets} sets")
            ),
        )
        for frame in frames
    ]
    adjusted = _adjust(task, frames[0], settings)
    levels = evidence_levels(
        fitted,
        adjusted=adjusted,
        record=task.record,
        endpoint=task.endpoint,
        summaries=summaries,
        log_hr=settings.log_hr,
    )
    return FitResult(
        endpoint=task.endpoint,
        settings=settings,
        fitted=fitted,
        adjusted=adjusted,
        levels=levels,
        words=words(levels),
    )


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
