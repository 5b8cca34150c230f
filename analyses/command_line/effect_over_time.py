"""`replan effect-over-time`: whether the hazard ratio changes, as far as printed figures tell."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyses.command_line.reanalyse import EndpointChoice, _endpoints, _settings

if TYPE_CHECKING:
    from models.time_varying.priors import TimeVaryingSettings

PATIENT_FILES = (".csv", ".parquet", ".pq")


class EffectChoice(StrEnum):
    """Which models of the effect to hold against proportional hazards."""

    random_walk = "random_walk"
    delayed = "delayed"
    waning = "waning"
    separate = "separate"
    every = "all"


def effect_over_time(
    file: Annotated[
        Path, typer.Argument(help="Record of a published trial (TOML), or patients (CSV, Parquet).")
    ],
    *,
    effect: Annotated[
        EffectChoice, typer.Option("--effect", help="Model of the effect, or all.")
    ] = EffectChoice.every,
    endpoint: Annotated[
        EndpointChoice, typer.Option("--endpoint", help="Endpoints to analyse.")
    ] = EndpointChoice.both,
    settings: Annotated[
        Path | None,
        typer.Option(
            "--settings",
            help="Settings of the analysis (TOML); default.toml beside the record if there is one.",
        ),
    ] = None,
    models: Annotated[
        Path | None,
        typer.Option("--models", help="Priors of the models and more (TOML); all have defaults."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Same seed, same numbers.")] = 2025,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="Folder; by default results/NAME-effect, after the record's.",
        ),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="A first look of less precision, marked as such.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    cores: Annotated[
        int,
        typer.Option("--cores", min=1, help="Runs at a time; results do not depend on it."),
    ] = 2,
) -> None:
    """Hold models of an effect that changes over time against proportional hazards.

    Of a record the printed figures decide, by their evidence under each model. Of patients (time,
    event, arm) the evidence is exact, and each patient is foretold by the others; sets of
    patients from `replan reconstruct` are averaged over.

    Exit code 0 when all is well, 1 when a gate fails, 2 for bad input.

    Example: replan effect-over-time analyses/sohaib2025/published.toml --effect delayed
    """
    plan = _plan(models, effect)
    folder = out or Path("results") / f"{file.resolve().parent.name}-effect"
    if file.suffix.lower() in PATIENT_FILES:
        raise typer.Exit(_of_patients(file, endpoint, settings, plan, seed, folder, json, cores))
    from models.record import load_record

    record = load_record(file)
    chosen = _endpoints(endpoint, tuple(record.endpoints))
    analysis = _settings(settings, beside=file)
    from analyses.effect_over_time.command import carry_out

    code = carry_out(
        record,
        path=file,
        endpoints=chosen,
        settings=analysis,
        plan=plan,
        seed=seed,
        out=folder,
        quick=quick,
        as_json=json,
        cores=cores,
    )
    raise typer.Exit(code)


def _plan(path: Path | None, effect: EffectChoice) -> "TimeVaryingSettings":
    """Read the models, and keep the one that was asked for."""
    from models.time_varying.priors import TimeVaryingSettings, load_time_varying

    plan = TimeVaryingSettings() if path is None else load_time_varying(path)
    if effect is EffectChoice.every:
        return plan
    kept = tuple(model for model in plan.models if model.kind == effect.value)
    if not kept:
        raise ValueError(
            f"--effect is {effect.value} but {path} has only "
            f"{', '.join(model.kind for model in plan.models)}; add the model or choose another"
        )
    return plan.model_copy(update={"models": kept})


def _of_patients(
    file: Path,
    endpoint: EndpointChoice,
    settings: Path | None,
    plan: "TimeVaryingSettings",
    seed: int,
    out: Path,
    as_json: bool,
    cores: int,
) -> int:
    from models.curves.mark import is_marked
    from models.patients import read_patients
    from models.settings import load_settings

    one = None if endpoint is EndpointChoice.both else endpoint.value
    patients = read_patients(file, endpoint=one)
    if "imputation" in patients.columns and not is_marked(file):
        raise ValueError(
            f"{file} holds sets of pseudo-patients; leaving out patients that nobody saw says "
            "nothing, give patients themselves or the reconstructed_patients.parquet of `replan "
            "reconstruct`"
        )
    analysis = None if settings is None else load_settings(settings)
    from analyses.effect_over_time.command import carry_out_patients

    return carry_out_patients(
        patients,
        path=file,
        endpoint=one or "os",
        settings=analysis,
        plan=plan,
        seed=seed,
        out=out,
        as_json=as_json,
        cores=cores,
    )
