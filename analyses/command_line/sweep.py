"""`replan sweep`, `replan status` and `replan merge`: grids over designs and truths."""

import json as json_format
import re
from pathlib import Path
from typing import Annotated

import typer


def sweep(
    file: Annotated[
        Path, typer.Argument(help="Sweep over a design (TOML); see `replan new sweep`.")
    ],
    *,
    out: Annotated[
        Path, typer.Option("--out", help="Folder for cells and results; goes on where it was.")
    ],
    workers: Annotated[
        int, typer.Option("--workers", min=1, help="Processes; results do not depend on them.")
    ] = 2,
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", help="Address of a Dask scheduler, to run on its workers."),
    ] = None,
    trials: Annotated[
        int | None,
        typer.Option("--trials", min=1, help="Trials of each cell, in place of the sweep's."),
    ] = None,
    mcse: Annotated[
        float | None,
        typer.Option(
            "--mcse", help="Add trials until the standard error of P(success) is at most this."
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Run a very large grid, too.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Simulate every cell of a grid over fields of a design and its truth.

    Cells are stored as they finish: the same command goes on where it was stopped, and adds trials
    to a finished sweep. The seed stands in the file.

    Exit code 0 when done, 1 when cells failed, 2 for bad input.

    Example: replan sweep analyses/phase3/sweep.toml --out results/sweep
    """
    from simulate.sweep.sweep import load_sweep

    asked = load_sweep(file)
    if mcse is not None and not 1e-4 <= mcse <= 0.1:
        raise ValueError(f"--mcse is {mcse:g}; it must be from 0.0001 to 0.1, such as 0.005")
    if scheduler is not None and not re.fullmatch(r"(\w+://)?\S+:\d+(/\S*)?", scheduler):
        raise ValueError(
            f"--scheduler is {scheduler!r}; it must be an address with a port, such as "
            "tcp://127.0.0.1:8786"
        )
    from analyses.sweep.command import carry_out

    code = carry_out(
        asked,
        file=file,
        out=out,
        workers=workers,
        scheduler=scheduler,
        trials=trials,
        mcse=mcse,
        yes=yes,
        as_json=json,
    )
    raise typer.Exit(code)


def status(
    folder: Annotated[Path, typer.Argument(help="Folder of a sweep.")],
    *,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Tell how far a sweep is, running or not, and what is left of it.

    The example is of what the example of `replan sweep` writes.

    Exit code 0 when done, 2 for bad input.

    Example: replan status results/sweep
    """
    from analyses.sweep.status import describe_status, status_text, sweep_status

    found = sweep_status(folder)
    if json:
        typer.echo(json_format.dumps(describe_status(found), indent=1, ensure_ascii=False))
    else:
        typer.echo(status_text(found, folder))


def merge(
    folders: Annotated[list[Path], typer.Argument(help="Folders of sweeps.")],
    *,
    out: Annotated[Path, typer.Option("--out", help="Folder for the cells of all of them.")],
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Put the cells of several sweep folders together; they are left as they are.

    Cells go by what they are, not by the sweep they came from: `replan sweep` on the merged folder
    computes only what none of them had.

    Exit code 0 when done, 2 for bad input.

    In the example other/sweep is the same sweep, or another part of it, from another machine.

    Example: replan merge results/sweep other/sweep --out results/merged
    """
    from analyses.sweep.merge import describe_merge, merge_sweeps, merged_text

    merged = merge_sweeps(folders, out=out)
    if json:
        typer.echo(json_format.dumps(describe_merge(merged, out=out), indent=1, ensure_ascii=False))
    else:
        typer.echo(merged_text(merged, out=out))
