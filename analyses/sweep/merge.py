"""`replan merge`: the cells of several folders put together in one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from analyses.sweep.cell_file import StoredCell
from analyses.sweep.lock import alone
from analyses.sweep.plan_file import SweepPlan, read_plan, write_plan
from analyses.sweep.store import CELLS, load_cells, prepare_store, save_cell, stored_addresses
from simulate.sweep.result import CellResult


@dataclass(frozen=True, kw_only=True)
class Merged:
    """What a merge did.

    Attributes
    ----------
    cells, trials : int
        In the merged folder.
    taken : int
        Cells that were written.
    damaged : int
        Files left out because they do not hold what was written.
    differing : int
        Cells with equally many trials and unequal results: computed on machines whose arithmetic
        differs.
    plan : SweepPlan or None
        Of the sweep, when all folders have the same.
    """

    cells: int
    trials: int
    taken: int
    damaged: int
    differing: int
    plan: SweepPlan | None


def merge_sweeps(folders: Sequence[Path], *, out: Path) -> Merged:
    """Put cells of folders together; of each cell the result of the most trials.

    Parameters
    ----------
    folders : sequence of Path
        They are read only, and a sweep may be running in them.
    out : Path
        A new folder, or one of a sweep that is to have their cells, too.

    Raises
    ------
    ValueError
        If a folder holds no cells, or `out` cannot be written or is in use.
    """
    for folder in folders:
        if not (folder / CELLS).is_dir():
            raise ValueError(
                f"{folder} holds no cells of a sweep; give folders that `replan sweep` was told "
                "with --out"
            )
    with alone(out):
        prepare_store(out)
        merger = _Merger(out)
        for folder in folders:
            merger.take(folder)
        plan = _same_plan([folder for folder in (*folders, out) if (folder / CELLS).is_dir()])
        if plan is not None:
            write_plan(out, plan)
    return Merged(
        cells=len(merger.trials),
        trials=sum(merger.trials.values()),
        taken=len(merger.taken),
        damaged=merger.damaged,
        differing=merger.differing,
        plan=plan,
    )


class _Merger:
    """Counts trials of what is in the merged folder, and takes what has more."""

    def __init__(self, out: Path) -> None:
        self.out, self.taken = out, set[str]()
        self.damaged = self.differing = 0
        here = load_cells(out, stored_addresses(out)).cells
        self.trials = {address: _trials(cell) for address, cell in here.items()}

    def take(self, folder: Path) -> None:
        for address in stored_addresses(folder):
            found = load_cells(folder, [address])
            self.damaged += len(found.damaged)
            for cell in found.cells.values():
                self._take_one(address, cell)

    def _take_one(self, address: str, cell: StoredCell) -> None:
        trials, there = _trials(cell), self.trials.get(address, -1)
        if trials > there:
            save_cell(self.out, address, cell)
            self.trials[address] = trials
            self.taken.add(address)
        elif trials == there:
            (mine,) = load_cells(self.out, [address]).cells.values()
            self.differing += not _alike(mine, cell)


def _trials(cell: StoredCell) -> int:
    return CellResult.from_arrays(cell.arrays).trials if cell.arrays else 0


def _alike(one: StoredCell, other: StoredCell) -> bool:
    return {name: array.tobytes() for name, array in one.arrays.items()} == {
        name: array.tobytes() for name, array in other.arrays.items()
    }


def _same_plan(folders: Sequence[Path]) -> SweepPlan | None:
    """Give the plan of the sweep that all folders are of, with the larger aim."""
    plans = [plan for plan in map(read_plan, folders) if plan is not None]
    if not plans or any(plan.addresses != plans[0].addresses for plan in plans):
        return None
    return replace(plans[0], aim=max((plan.aim for plan in plans), key=lambda aim: aim.trials))


def describe_merge(merged: Merged, *, out: Path) -> dict[str, object]:
    """Give what a merge did, ready for `json.dumps`."""
    return {
        "schema_version": 1,
        "kind": "merge",
        "folder": str(out),
        "cells": merged.cells,
        "trials": merged.trials,
        "taken": merged.taken,
        "damaged": merged.damaged,
        "differing": merged.differing,
        "sweep": None if merged.plan is None else merged.plan.file,
    }


def merged_text(merged: Merged, *, out: Path) -> str:
    """Put a merge in words."""
    lines = [
        f"{out}: {merged.cells:,} cells with {merged.trials:,} trials, {merged.taken:,} cells new "
        "or with more trials"
    ]
    if merged.damaged:
        lines.append(f"{merged.damaged:,} damaged files were left out")
    if merged.differing:
        lines.append(
            f"{merged.differing:,} cells have equally many trials and unequal results, as from "
            "machines whose arithmetic differs; those of the folder named first were kept"
        )
    file = "SWEEP.toml" if merged.plan is None else merged.plan.file
    lines.append(f"tables and pictures: replan sweep {file} --out {out}")
    return "\n".join(lines)
