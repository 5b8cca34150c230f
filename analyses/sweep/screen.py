"""The table on the screen: success, duration and patients of each cell."""

import math
import sys
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from analyses.sweep.document import SweepRun

MOST_ROWS = 60
MOST_NAMED = 5


def show_sweep(run: SweepRun, document: dict[str, Any], *, out: Path) -> None:
    """Print the cells, at most so many, and what failed.

    Parameters
    ----------
    run : SweepRun
    document : dict
        From `describe_sweep`.
    out : Path
        Results folder.
    """
    console = Console(highlight=False, width=None if Console().is_terminal else 120)
    sweep, rows = run.prepared.sweep, document["cells"]
    console.print(sweep.name, style="bold", markup=False)
    console.print(
        f"{run.prepared.design.name}; {len(rows):,} cells, seed {sweep.seed}; hazard ratios are "
        "RT versus control, below 1 favours RT",
        markup=False,
    )
    console.print(_table((*sweep.grid, *sweep.derived), rows[:MOST_ROWS]))
    if len(rows) > MOST_ROWS:
        console.print(f"and {len(rows) - MOST_ROWS:,} more cells in {out / 'sweep.csv'}")
    _say_failures(document["replays"])
    console.print(_spent(run, out), markup=False)


def _table(names: tuple[str, ...], rows: list[dict[str, Any]]) -> Table:
    table = Table(
        title="Means (Monte Carlo standard error)", title_justify="left", box=box.SIMPLE_HEAD
    )
    for name in (*names, "trials", "success", "months", "patients"):
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(
            *(_value(value) for value in (*row["point"].values(), *row["derived"].values())),
            f"{row['trials']:,}",
            _with_error(row, "success", 4),
            _with_error(row, "duration", 1),
            _with_error(row, "enrolled", 1),
        )
    return table


def _with_error(row: dict[str, Any], name: str, digits: int) -> str:
    value, error = row[name], row[f"{name}_se"]
    if value is None:
        return ""
    told = "–" if error is None or math.isnan(error) else f"{error:.{digits}f}"
    return f"{value:.{digits}f} ({told})"


def _say_failures(found: list[dict[str, Any]]) -> None:
    for one in found[:MOST_NAMED]:
        print(f"cell {one['cell']}: {one['reason']}; see {one['command']}", file=sys.stderr)
    if len(found) > MOST_NAMED:
        print(f"and {len(found) - MOST_NAMED} more cells in results.json", file=sys.stderr)


def _spent(run: SweepRun, out: Path) -> str:
    if run.spent is None:
        return f"nothing was left to do; results in {out}"
    trials, seconds = run.spent.trials, run.spent.seconds
    return f"{trials:,} trials of cells added in {seconds:.1f} s; results in {out}"


def _value(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
