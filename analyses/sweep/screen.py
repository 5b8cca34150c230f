"""The table on the screen: success, duration and patients of each cell."""

import sys
from pathlib import Path

import numpy as np
from rich.console import Console

from analyses.power.screen import new_table, with_error
from analyses.sweep.document import SweepRun, replays

MOST_ROWS = 60
MOST_NAMED = 5


def show_sweep(run: SweepRun, *, out: Path) -> None:
    """Print the cells, at most so many, and what failed.

    Parameters
    ----------
    run : SweepRun
    out : Path
        Results folder.
    """
    console = Console(highlight=False, width=None if Console().is_terminal else 120)
    sweep, cells = run.prepared.sweep, run.prepared.cells
    console.print(sweep.name, style="bold", markup=False)
    console.print(
        f"{run.prepared.design.name}; {len(cells):,} cells, seed {sweep.seed}; hazard ratios are "
        "RT versus control, below 1 favours RT",
        markup=False,
    )
    table = new_table(
        "Means (Monte Carlo standard error)", *sweep.grid, *sweep.derived, "trials", "success",
        "months", "patients",
    )  # fmt: skip
    flat = {
        name: np.asarray(run.dataset[name]).reshape(len(cells))
        for shown in ("success", "duration", "enrolled")
        for name in (shown, f"{shown}_se")
    }
    trials = run.trials()
    for place, cell in enumerate(cells[:MOST_ROWS]):
        table.add_row(
            *(_value(value) for value in (*cell.point.values(), *cell.derived.values())),
            f"{trials[place]:,}",
            with_error(flat["success"][place], flat["success_se"][place]),
            with_error(flat["duration"][place], flat["duration_se"][place], digits=1),
            with_error(flat["enrolled"][place], flat["enrolled_se"][place], digits=1),
        )
    console.print(table)
    if len(cells) > MOST_ROWS:
        console.print(f"and {len(cells) - MOST_ROWS:,} more cells in {out / 'sweep.csv'}")
    _say_failures(run, out)
    _say_spent(console, run, out)


def _say_failures(run: SweepRun, out: Path) -> None:
    found = replays(run)
    for one in found[:MOST_NAMED]:
        print(f"cell {one.cell}: {one.reason}; see {one.command(out)}", file=sys.stderr)
    if len(found) > MOST_NAMED:
        print(f"and {len(found) - MOST_NAMED} more cells in results.json", file=sys.stderr)


def _say_spent(console: Console, run: SweepRun, out: Path) -> None:
    if run.spent is None:
        console.print(f"nothing was left to do; results in {out}", markup=False)
        return
    spent = run.spent
    console.print(
        f"{spent.trials:,} trials of cells added in {spent.seconds:.1f} s; results in {out}",
        markup=False,
    )


def _value(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
