"""`replan effect-over-time`: whether the hazard ratio changes, as far as printed figures tell."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from analyses.command_line.reanalyse import EndpointChoice, _endpoints, _settings


class EffectChoice(StrEnum):
    """Which models of the effect to hold against proportional hazards."""

    random_walk = "random_walk"
    delayed = "delayed"
    waning = "waning"
    separate = "separate"
    every = "all"


def effect_over_time(
    file: Annotated[Path, typer.Argument(help="Record of a published trial (TOML).")],
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
        typer.Option("--out", help="Folder; results/NAME of the record's folder-effect."),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="A first look of less precision, marked as such.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    cores: Annotated[
        int, typer.Option("--cores", min=1, help="Runs at the same time; results do not depend.")
    ] = 2,
) -> None:
    """Hold models of an effect that changes over time against proportional hazards.

    Exit code 0 when all is well, 1 when a gate fails, 2 for bad input.
    """
    from models.record import load_record
    from models.time_varying.priors import TimeVaryingSettings, load_time_varying

    record = load_record(file)
    chosen = _endpoints(endpoint, tuple(record.endpoints))
    analysis = _settings(settings, beside=file)
    plan = TimeVaryingSettings() if models is None else load_time_varying(models)
    if effect is not EffectChoice.every:
        kept = tuple(model for model in plan.models if model.kind == effect.value)
        if not kept:
            raise ValueError(
                f"--effect is {effect.value} but {models} has no such model; add it or choose "
                f"among {', '.join(model.kind for model in plan.models)}"
            )
        plan = plan.model_copy(update={"models": kept})
    from analyses.effect_over_time.command import carry_out

    code = carry_out(
        record,
        path=file,
        endpoints=chosen,
        settings=analysis,
        plan=plan,
        seed=seed,
        out=out or Path("results") / f"{file.resolve().parent.name}-effect",
        quick=quick,
        as_json=json,
        cores=cores,
    )
    raise typer.Exit(code)
