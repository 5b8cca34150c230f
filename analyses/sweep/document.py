"""The result of a sweep: as a dataset, as one JSON document, and trials to be replayed."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analyses.outputs.document import finite
from analyses.sweep.prepare import PreparedSweep
from analyses.sweep.run import Spent
from simulate.design.text import design_text
from simulate.design.trial import TrialDesign
from simulate.sweep.cells import Cell
from simulate.sweep.code_version import code_version
from simulate.sweep.result import CellResult

if TYPE_CHECKING:
    import xarray as xr

SCHEMA_VERSION = 1
PACKAGES = ("replan", "numpy", "numba", "scipy")
IN_FORCE = "in force"
SHOWN = ("success", "duration", "enrolled")
MOST_REPLAYED = 100


@dataclass(frozen=True, kw_only=True)
class SweepRun:
    """All that a sweep has come to.

    Attributes
    ----------
    prepared : PreparedSweep
    results : list of CellResult or None
        One a cell.
    failures : list of str
        Why a cell has no more trials; empty where nothing failed.
    spent : Spent or None
        None when everything was stored before.
    workers : int
    scheduler : str or None
    """

    prepared: PreparedSweep
    results: list[CellResult | None]
    failures: list[str]
    spent: Spent | None
    workers: int
    scheduler: str | None

    def trials(self) -> list[int]:
        """Count the trials of each cell."""
        return [0 if result is None else result.trials for result in self.results]

    @cached_property
    def dataset(self) -> "xr.Dataset":
        """What the cells found, with its provenance."""
        from simulate.sweep.dataset import sweep_dataset

        prepared = self.prepared
        table = sweep_dataset(prepared.sweep, prepared.cells, self.results)
        return table.assign_attrs(
            design_text=design_text(prepared.design),
            code=code_version(),
            versions=json.dumps(_versions()),
        )


def describe_sweep(run: SweepRun, *, out: Path) -> dict[str, Any]:
    """Give what a sweep found, ready for `json.dumps`; every figure is in the tables.

    Parameters
    ----------
    run : SweepRun
    out : Path
        Results folder, for the commands that replay trials.
    """
    prepared = run.prepared
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "sweep",
        "direction": "hazard ratios are RT versus control; below 1 favours RT",
        "identity": identity(run),
        "sweep": prepared.sweep.model_dump(mode="json", exclude_none=True),
        "design": design_text(prepared.design),
        "seed": prepared.sweep.seed,
        "code": code_version(),
        "versions": _versions(),
        "cells": _cell_rows(run),
        "replays": [
            {key: value for key, value in vars(one).items() if key != "design"}
            | {"command": one.command(out)}
            for one in replays(run)
        ],
    }


@dataclass(frozen=True, kw_only=True)
class CellReplay:
    """Replicates of a cell that are worth looking at, and what shows them.

    Attributes
    ----------
    cell : int
        Number from 1.
    reason : str
    replicates : tuple of int
        The first of them.
    file : str
        Design of the cell, in the results folder.
    truth : str
        Its name in that file.
    seed : int
    design : TrialDesign
        What the file holds.
    """

    cell: int
    reason: str
    replicates: tuple[int, ...]
    file: str
    truth: str
    seed: int
    design: TrialDesign

    def command(self, out: Path) -> str:
        """Replay the first of the replicates."""
        return (
            f"replan replay {out / self.file} --truth {json.dumps(self.truth)} "
            f"--replicate {self.replicates[0]} --seed {self.seed}"
        )


def replays(run: SweepRun) -> list[CellReplay]:
    """List cells with failures or undefined statistics, at most so many."""
    found: list[CellReplay] = []
    for place, (cell, result) in enumerate(zip(run.prepared.cells, run.results, strict=True)):
        undefined = () if result is None else result.undefined
        failure = run.failures[place]
        if (not failure and not undefined) or len(found) == MOST_REPLAYED:
            continue
        design, truth = replayable(cell)
        trials = 0 if result is None else result.trials
        found.append(
            CellReplay(
                cell=place + 1,
                reason=failure or "the statistic is undefined at a look",
                replicates=(trials,) if failure else undefined,
                file=f"replays/cell{place + 1}.toml",
                truth=truth,
                seed=run.prepared.sweep.seed,
                design=design,
            )
        )
    return found


def replayable(cell: Cell) -> tuple[TrialDesign, str]:
    """Give a design that `replan replay` takes, and the name of the truth in force in it."""
    planning, truth = cell.design.truths[0], cell.truth
    if truth == planning:
        return cell.design, planning.name
    if truth.name == planning.name:
        truth = truth.model_copy(update={"name": f"{truth.name} {IN_FORCE}"})
    return cell.design.model_copy(update={"truths": (planning, truth)}), truth.name


def _cell_rows(run: SweepRun) -> list[dict[str, Any]]:
    flat = {
        name: np.asarray(run.dataset[name]).reshape(len(run.results))
        for shown in SHOWN
        for name in (shown, f"{shown}_se")
    }
    trials = run.trials()
    return [
        {
            "point": dict(cell.point),
            "derived": dict(cell.derived),
            "address": run.prepared.addresses[place],
            "trials": trials[place],
            **{name: finite(values[place]) for name, values in flat.items()},
        }
        for place, cell in enumerate(run.prepared.cells)
    ]


def identity(run: SweepRun) -> str:
    """Hash all that the results depend on (64 hex digits)."""
    prepared = run.prepared
    content = [
        prepared.plan().sweep, design_text(prepared.design), prepared.addresses, run.trials(),
        run.failures, _versions(),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _versions() -> dict[str, str]:
    return {name: version(name) for name in PACKAGES}
