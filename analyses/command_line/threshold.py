"""`replan calibrate-threshold`: the posterior threshold that holds the type I error."""

from pathlib import Path
from typing import Annotated

import typer


def calibrate_threshold(
    file: Annotated[
        Path, typer.Argument(help="Design of a trial (TOML) decided by the Bayesian rule.")
    ],
    *,
    alpha: Annotated[
        float | None,
        typer.Option("--alpha", help="Type I error to hold, one-sided; the design's if not given."),
    ] = None,
    grid: Annotated[
        list[str] | None,
        typer.Option(
            "--grid",
            help="Nuisance values: hazard=0.67,1,1.5 and accrual=0.5,1,2 (factors), "
            "drop_out=0,0.05,0.2 (within 12 months); once a name.",
        ),
    ] = None,
    endpoint: Annotated[
        str | None,
        typer.Option("--endpoint", help="Which endpoint's rule, where several have one."),
    ] = None,
    trials: Annotated[
        int,
        typer.Option(
            "--trials", min=1000, help="Trials at each point; the worst get five times as many."
        ),
    ] = 10_000,
    seed: Annotated[
        int, typer.Option("--seed", min=0, max=2**63 - 1, help="Same seed, same threshold.")
    ] = 2025,
    workers: Annotated[
        int, typer.Option("--workers", min=1, help="Threads; results do not depend on them.")
    ] = 2,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for table, design and picture.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Find the posterior threshold that holds the type I error over nuisance values.

    Exit code 0 when done, 2 for bad input.

    Example: replan calibrate-threshold analyses/phase3/os_bayes.toml --grid hazard=0.5,1,2 --out
    results/threshold
    """
    from simulate.design.load import load_design

    design = load_design(file)
    from analyses.threshold.grid import read_grid

    nuisance = read_grid(grid or [])
    level = design.alpha if alpha is None else alpha
    if not 0.001 <= level <= 0.2:
        raise ValueError(f"--alpha is {level:g}; it must be from 0.001 to 0.2, such as 0.025")
    from analyses.threshold.command import carry_out

    code = carry_out(
        design,
        nuisance,
        endpoint=endpoint,
        alpha=level,
        trials=trials,
        seed=seed,
        workers=workers,
        out=out,
        as_json=json,
    )
    raise typer.Exit(code)
