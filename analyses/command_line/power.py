"""`replan power`: operating characteristics of a design by simulation."""

from pathlib import Path
from typing import Annotated

import typer

from analyses.command_line.without_dask import leave_dask_aside


def power(
    file: Annotated[
        Path, typer.Argument(help="Design of a trial (TOML); see `replan new design`.")
    ],
    *,
    truth: Annotated[
        list[str] | None,
        typer.Option("--truth", help="Truth to simulate, by name; all if not given."),
    ] = None,
    trials: Annotated[
        int, typer.Option("--trials", min=1, help="Trials to simulate under each truth.")
    ] = 10_000,
    mcse: Annotated[
        float | None,
        typer.Option(
            "--mcse",
            help="Simulate until the standard error of P(success) is at most this, not --trials.",
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", min=0, max=2**63 - 1, help="Same seed, same trials.")
    ] = 2025,
    workers: Annotated[
        int, typer.Option("--workers", min=1, help="Threads; results do not depend on them.")
    ] = 2,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for tables, dataset and pictures.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Simulate a design and print its operating characteristics with Monte Carlo errors.

    Exit code 0 when done, 2 for bad input.

    Example: replan power analyses/phase3/design.toml --trials 40000 --out results/phase3
    """
    from simulate.design.load import load_design

    design = load_design(file)
    if mcse is not None and not 1e-4 <= mcse <= 0.1:
        raise ValueError(f"--mcse is {mcse:g}; it must be from 0.0001 to 0.1, such as 0.005")
    leave_dask_aside()
    from analyses.power.command import carry_out

    code = carry_out(
        design,
        names=tuple(truth or ()),
        trials=trials,
        mcse=mcse,
        seed=seed,
        workers=workers,
        out=out,
        as_json=json,
    )
    raise typer.Exit(code)
