"""Carrying out `replan effect-over-time`: run, write, tell."""

from pathlib import Path

import pandas as pd

from analyses.effect_over_time.document import describe_effect, describe_patients
from analyses.effect_over_time.patient_data import compare_on_patients
from analyses.effect_over_time.run import run_effect_over_time
from analyses.effect_over_time.screen import show_effect, show_patients
from analyses.effect_over_time.write import write_effect, write_patients
from analyses.outputs.document import print_document
from analyses.outputs.folder import results_folder
from analyses.outputs.progress import Progress, tell_progress
from analyses.outputs.provenance import provenance
from models.reanalysis.quick import quick_settings
from models.record.record import Record
from models.settings import AnalysisSettings
from models.time_varying.priors import TimeVaryingSettings

QUICK_SETS = 10


def carry_out(
    record: Record,
    *,
    path: Path,
    endpoints: tuple[str, ...],
    settings: AnalysisSettings,
    plan: TimeVaryingSettings,
    seed: int,
    out: Path,
    quick: bool,
    as_json: bool,
    cores: int,
) -> int:
    """Weigh and fit the models, write the results, and print them.

    Returns
    -------
    int
        0 when all is well, 1 when a gate fails.
    """
    if quick:
        settings = quick_settings(settings)
        plan = plan.model_copy(
            update={
                "sets": min(plan.sets, QUICK_SETS),
                "least_size": min(plan.least_size, settings.sampler.ess_needed),
            }
        )
    with results_folder(out) as folder, tell_progress() as progress:
        run = run_effect_over_time(
            record,
            endpoints=endpoints,
            settings=settings,
            plan=plan,
            seed=seed,
            cores=cores,
            progress=progress,
        )
        attrs = provenance(path, settings=settings, seed=seed, quick=quick)
        document = describe_effect(run, attrs=attrs)
        write_effect(run, folder, attrs=attrs, document=document)
    if as_json:
        print_document(document)
    else:
        show_effect(run, out=out)
    return 0 if run.gates_hold else 1


def carry_out_patients(
    patients: pd.DataFrame,
    *,
    path: Path,
    endpoint: str,
    settings: AnalysisSettings | None,
    plan: TimeVaryingSettings,
    seed: int,
    out: Path,
    as_json: bool,
    cores: int,
) -> int:
    """Compare the models on patients or reconstructed sets, write the results, and print them.

    Returns
    -------
    int
        0 when all is well, 1 when a gate fails.
    """
    with results_folder(out) as folder, tell_progress() as progress:
        found = compare_on_patients(
            patients,
            settings=settings,
            plan=plan,
            seed=seed,
            cores=cores,
            progress=lambda name, done: progress(Progress(stage="models", done=done, note=name)),
        )
        attrs = provenance(path, settings=found.settings, seed=seed, quick=False)
        document = describe_patients(found, plan, attrs=attrs)
        write_patients(found, folder, endpoint=endpoint, attrs=attrs, document=document)
    if as_json:
        print_document(document)
    else:
        show_patients(found, plan, out=out)
    return 0 if found.gates_hold else 1
