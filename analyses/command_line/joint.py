"""`replan joint`: progression and death of the same patients behind a published record."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from models.joint.settings import JointSettings

BESIDE = "joint.toml"


def joint(
    file: Annotated[Path, typer.Argument(help="Record of a published trial (TOML).")],
    *,
    settings: Annotated[
        Path | None,
        typer.Option(
            "--settings", help="Settings of the analysis (TOML); joint.toml beside the record."
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Same seed, same numbers.")] = 2025,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="Folder; by default results/NAME/joint, after the record's.",
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
    """Re-analyse progression-free and overall survival of a published trial together.

    One set of patients stands behind every printed figure of both endpoints, under a model of
    progression, death without and death after it.

    Exit code 0 when all is well, 1 when a gate fails (convergence, agreement, reproduction of the
    printed figures), 2 for bad input.

    Example: replan joint analyses/sohaib2025/published.toml --out results/joint
    """
    from models.record import load_record

    record = load_record(file)
    plan = _settings(settings, beside=file)
    folder = out or Path("results") / file.resolve().parent.name / "joint"
    from analyses.joint.command import carry_out

    code = carry_out(
        record,
        path=file,
        settings=plan,
        seed=seed,
        out=folder,
        quick=quick,
        as_json=json,
        cores=cores,
    )
    raise typer.Exit(code)


def _settings(path: Path | None, *, beside: Path) -> "JointSettings":
    from models.joint.settings import load_joint_settings

    found = beside.parent / BESIDE if path is None else path
    if path is None and not found.is_file():
        raise ValueError(
            f"{found} does not exist; a joint analysis needs cut points and priors of three "
            "transitions, name them with --settings (`replan new joint` writes settings to edit)"
        )
    return load_joint_settings(found)
