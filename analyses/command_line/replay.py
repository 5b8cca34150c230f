"""`replan replay`: one simulated trial again, patient by patient and look by look."""

from pathlib import Path
from typing import Annotated

import typer

LARGEST = 2**63 - 1


def replay(
    file: Annotated[
        Path, typer.Argument(help="Design of a trial (TOML); see `replan new design`.")
    ],
    *,
    replicate: Annotated[
        int, typer.Option("--replicate", min=0, max=LARGEST, help="Number of the trial, from 0.")
    ],
    truth: Annotated[
        str | None, typer.Option("--truth", help="Its truth, by name; the first if not given.")
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", min=0, max=LARGEST, help="Seed of the simulation.")
    ] = 2025,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for patients, tables and pictures.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Show one trial of a simulation: recruitment, and what each look saw and decided.

    It is the same trial as number K of `replan power` with this seed.

    Exit code 0 when done, 2 for bad input.

    Example: replan replay analyses/phase3/design.toml --replicate 17 --out results/trial17
    """
    from simulate.design.load import load_design

    design = load_design(file)
    from analyses.replay.command import carry_out

    code = carry_out(design, name=truth, replicate=replicate, seed=seed, out=out, as_json=json)
    raise typer.Exit(code)
