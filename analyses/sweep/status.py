"""`replan status`: what a folder holds of its sweep, and what is left."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analyses.sweep.lock import is_held
from analyses.sweep.plan_file import SweepPlan, read_plan
from analyses.sweep.store import load_cells, stored_addresses
from simulate.sweep.result import CellResult


@dataclass(frozen=True, kw_only=True)
class SweepStatus:
    """How far the sweep of a folder is.

    Attributes
    ----------
    plan : SweepPlan
    running : bool
    finished, begun, cells : int
        Cells at their aim, cells with trials short of it, and all.
    trials, left : int
        Of all cells; left as far as is known with a standard error to be reached.
    worst : float or None
        Largest Monte Carlo standard error of success among cells with trials.
    damaged : tuple of str
        Addresses of files to be computed again.
    others : int
        Stored cells that belong to other settings, code or seeds.
    """

    plan: SweepPlan
    running: bool
    finished: int
    begun: int
    cells: int
    trials: int
    left: int
    worst: float | None
    damaged: tuple[str, ...]
    others: int


def sweep_status(folder: Path) -> SweepStatus:
    """Look at a folder; a sweep may be running in it.

    Raises
    ------
    ValueError
        If there is no sweep in it.
    """
    plan = read_plan(folder)
    if plan is None:
        raise ValueError(
            f"{folder} holds no sweep; give the folder that `replan sweep` was told with --out"
        )
    stored = load_cells(folder, plan.addresses)
    results = {name: CellResult.from_arrays(cell.arrays) for name, cell in stored.cells.items()}
    trials = [results[name].trials if name in results else 0 for name in plan.addresses]
    aims = [
        plan.aim.of(results.get(name), stored.cells[name].aim if name in results else 0)
        for name in plan.addresses
    ]
    left = [0 if aim is None else aim - have for aim, have in zip(aims, trials, strict=True)]
    return SweepStatus(
        plan=plan,
        running=is_held(folder),
        finished=aims.count(None),
        begun=sum(bool(have and more) for have, more in zip(trials, left, strict=True)),
        cells=len(plan.addresses),
        trials=sum(trials),
        left=sum(left),
        worst=max((result.success_error() for result in results.values()), default=None),
        damaged=stored.damaged,
        others=len(set(stored_addresses(folder)) - set(plan.addresses)),
    )


def describe_status(status: SweepStatus) -> dict[str, Any]:
    """Give a status as plain values for `json.dumps`."""
    counts = {
        name: getattr(status, name)
        for name in ("running", "finished", "begun", "cells", "trials", "left", "others")
    }
    worst = status.worst
    return {
        "name": status.plan.name,
        **counts,
        "largest_error": None if worst is None or math.isinf(worst) else worst,
        "damaged": list(status.damaged),
    }


def status_text(status: SweepStatus, folder: Path) -> str:
    """Put a status in words."""
    untouched = status.cells - status.finished - status.begun
    lines = [
        f"{status.plan.name}: {'running' if status.running else 'not running'}",
        f"cells   {status.finished:,} of {status.cells:,} finished, {status.begun:,} begun, "
        f"{untouched:,} not begun",
        f"trials  {status.trials:,} stored, {status.left:,} left{_at_least(status)}",
    ]
    if status.worst is not None:
        lines.append(f"largest Monte Carlo error of success  {status.worst:.4f}")
    if status.damaged:
        lines.append(f"{len(status.damaged):,} damaged files, computed again when it goes on")
    if status.others:
        lines.append(f"{status.others:,} stored cells of other settings, kept for when they return")
    if not status.running and status.left:
        lines.append(f"go on with: replan sweep {status.plan.file} --out {folder}")
    return "\n".join(lines)


def _at_least(status: SweepStatus) -> str:
    mcse = status.plan.aim.mcse
    if mcse is None or not status.left:
        return ""
    return f" at least, until the Monte Carlo error is {mcse:g} in every cell"
