"""`replan calibrate`: prove the patient sampler on simulated trials."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from simulate.phase2 import Kind


class KindChoice(StrEnum):
    """How simulated trials are published."""

    os = "os"
    pfs = "pfs"
    both = "both"


def calibrate(
    file: Annotated[
        Path,
        typer.Argument(help="Record (TOML), for sizes of arms and months of accrual."),
    ],
    *,
    settings: Annotated[
        Path | None,
        typer.Option(
            "--settings",
            help="Analysis (TOML); by default reference.toml beside the record.",
        ),
    ] = None,
    trials: Annotated[
        int, typer.Option("--trials", min=2, help="Simulated trials, all kinds together.")
    ] = 200,
    kind: Annotated[
        KindChoice,
        typer.Option("--kind", help="Published with follow-up (os) or bounds on events (pfs)."),
    ] = KindChoice.both,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Same seed, same ranks.")] = 2025,
    out: Annotated[Path, typer.Option("--out", help="Folder for the result.")] = Path(
        "results/calibration"
    ),
    cores: Annotated[
        int,
        typer.Option("--cores", min=1, help="Trials at a time; ranks do not depend on it."),
    ] = 2,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Draw trials from the prior, publish them, analyse them again: ranks must be uniform.

    Then a second, unrelated sampler is held against the first on the published figures.

    200 trials take about half an hour on 2 cores. A run that was stopped goes on where it was.
    Exit code 0 when calibrated, 1 when not, 2 for bad input.

    Example: replan calibrate analyses/sohaib2025/published.toml --trials 200 --out
    results/calibration
    """
    from models.record import load_record
    from models.settings import load_settings

    record = load_record(file)
    analysis = load_settings(settings or file.parent / "reference.toml")
    from analyses.calibrate.command import carry_out
    from analyses.calibrate.plan import plan_calibration

    code = carry_out(
        plan_calibration(record, analysis, seed=seed),
        trials=trials,
        kinds=_kinds(kind),
        out=out,
        workers=cores,
        as_json=json,
        record=record,
    )
    raise typer.Exit(code)


def _kinds(choice: KindChoice) -> "tuple[Kind, ...]":
    from simulate.phase2 import KINDS

    return tuple(kind for kind in KINDS if choice.value in (kind, "both"))
