"""`replan reanalyse`: from a published record to a posterior, tables and pictures."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from models.settings import AnalysisSettings


class EndpointChoice(StrEnum):
    """Which endpoints to analyse."""

    pfs = "pfs"
    os = "os"
    both = "both"


def reanalyse(
    file: Annotated[Path, typer.Argument(help="Record of a published trial (TOML).")],
    *,
    endpoint: Annotated[
        EndpointChoice, typer.Option("--endpoint", help="Endpoints to analyse.")
    ] = EndpointChoice.both,
    settings: Annotated[
        Path | None,
        typer.Option(
            "--settings",
            help="Settings (TOML); default.toml beside the record if there is one.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Same seed, same numbers.")] = 2025,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="Folder; by default results/NAME, after the record's folder.",
        ),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="A first look of less precision, marked as such.")
    ] = False,
    sensitivity: Annotated[
        bool,
        typer.Option("--sensitivity", help="Also vary priors, follow-up, cut points and times."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit code 1 when the audit or a check finds a fault.")
    ] = False,
    cores: Annotated[
        int,
        typer.Option("--cores", min=1, help="Runs at a time; results do not depend on it."),
    ] = 2,
) -> None:
    """Re-analyse a published trial from its printed figures.

    Exit code 0 when all is well, 1 when a gate fails (convergence, agreement, reproduction of the
    printed figures) or, with --strict, when there are findings, 2 for bad input.

    Example: replan reanalyse analyses/sohaib2025/published.toml --out results/sohaib2025
    """
    from models.record import load_record

    record = load_record(file)
    chosen = _endpoints(endpoint, tuple(record.endpoints))
    plan = _settings(settings, beside=file)
    folder = out or Path("results") / file.resolve().parent.name
    from analyses.reanalyse.command import carry_out

    code = carry_out(
        record,
        path=file,
        endpoints=chosen,
        settings=plan,
        seed=seed,
        out=folder,
        quick=quick,
        sensitivity=sensitivity,
        as_json=json,
        strict=strict,
        cores=cores,
    )
    raise typer.Exit(code)


def _endpoints(choice: EndpointChoice, known: tuple[str, ...]) -> tuple[str, ...]:
    if choice is EndpointChoice.both:
        return known
    if choice.value not in known:
        raise ValueError(
            f"--endpoint is {choice.value} but the record has only {', '.join(known)}; "
            "choose an endpoint of the record"
        )
    return (choice.value,)


def _settings(path: Path | None, *, beside: Path) -> "AnalysisSettings":
    from models.settings import AnalysisSettings, load_settings

    default = beside.parent / "default.toml"
    if path is not None:
        return load_settings(path)
    if default.is_file():
        return load_settings(default)
    return AnalysisSettings(name="default")
