"""Carrying out `replan fit`: fit, write, tell."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analyses.fit.levels import evidence_levels, read_summaries, words
from analyses.fit.run import Adjusted, Fitted, adjust, choose_cuts, compile_model, fit_patients
from analyses.fit.screen import show_fit
from analyses.fit.write import describe_fit, draw_pictures, write_fit
from analyses.reanalyse.folder import results_folder
from analyses.reanalyse.progress import Progress, tell_progress
from analyses.reconstruct.provenance import file_provenance
from models.patients.covariates import encode_covariates
from models.patients.read import read_patients
from models.record.record import Record
from models.settings import AnalysisSettings

LABELS = {"pfs": "Progression-free survival", "os": "Overall survival"}


@dataclass(frozen=True, kw_only=True)
class FitTask:
    """What is to be fitted.

    Attributes
    ----------
    patients : Path
        Patient data, or reconstructed sets.
    curve_sets : Path or None
        Reconstructed sets to stand beside patient data.
    record : Record or None
        For level 0.
    summaries : Path or None
        Results folder of `replan reanalyse`, for level 1.
    endpoint : str
        "pfs" or "os".
    effects, strata : tuple of str
        Covariates of either kind.
    arm_names : mapping of str to str
        How the file calls the arms.
    settings : AnalysisSettings or None
        Defaults, with cut points by events, where none are given.
    seed, cores : int
    """

    patients: Path
    curve_sets: Path | None
    record: Record | None
    summaries: Path | None
    endpoint: str
    effects: tuple[str, ...]
    strata: tuple[str, ...]
    arm_names: Mapping[str, str]
    settings: AnalysisSettings | None
    seed: int
    cores: int


def carry_out(task: FitTask, *, files: dict[str, Path | None], out: Path, as_json: bool) -> int:
    """Fit patients, write the results, and print them.

    Returns
    -------
    int
        0 when all is well, 1 when a gate fails.
    """
    frames = _read(task)
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


def _read(task: FitTask) -> list[pd.DataFrame]:
    """Patients first, then the reconstructed sets that stand beside them."""
    covariates = (*task.effects, *task.strata)
    first = read_patients(
        task.patients, endpoint=task.endpoint, arm_names=task.arm_names, covariates=covariates
    )
    if "imputation" in first.columns and (covariates or task.curve_sets is not None):
        raise ValueError(
            f"{task.patients} holds sets of reconstructed patients; covariates and --curve-sets "
            "need patient data, leave them out or give another file"
        )
    if covariates:
        encode_covariates(first, effects=task.effects, strata=task.strata)
    if task.curve_sets is None:
        return [first]
    second = read_patients(task.curve_sets)
    if "imputation" not in second.columns:
        raise ValueError(
            f"{task.curve_sets} lacks the column 'imputation'; --curve-sets must be the "
            "reconstructed_patients.parquet of `replan reconstruct`, check the path"
        )
    return [first, second]


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
        json.dump(document, sys.stdout, indent=1, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        show_fit(fitted, adjusted, levels, out=out, said=said)
