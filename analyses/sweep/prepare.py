"""From a sweep's file to what can be run: cells, their addresses, and how far they are to go."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from analyses.sweep.aim import Aim, aim_of
from analyses.sweep.plan_file import SweepPlan
from simulate.design.load import load_design
from simulate.design.text import design_text
from simulate.design.trial import TrialDesign
from simulate.sweep.address import cell_addresses
from simulate.sweep.cells import Cell, sweep_cells
from simulate.sweep.code_version import code_version
from simulate.sweep.sweep import Sweep

if TYPE_CHECKING:
    from simulate.sweep.groups import Group


@dataclass(frozen=True, kw_only=True)
class PreparedSweep:
    """A sweep that can be run.

    Attributes
    ----------
    sweep : Sweep
    file : Path
        Of the sweep.
    design : TrialDesign
        As its file has it.
    cells : list of Cell
    addresses : list of str
    aim : Aim
    """

    sweep: Sweep
    file: Path
    design: TrialDesign
    cells: list[Cell]
    addresses: list[str]
    aim: Aim

    def plan(self) -> SweepPlan:
        """Give what the folder keeps of it."""
        return SweepPlan(
            name=self.sweep.name,
            file=str(self.file),
            sweep=self.sweep.model_dump(mode="json", exclude_none=True),
            design=design_text(self.design),
            seed=self.sweep.seed,
            code=code_version(),
            addresses=self.addresses,
            aim=self.aim,
        )


def prepare_sweep(
    sweep: Sweep,
    *,
    file: Path,
    trials: int | None = None,
    mcse: float | None = None,
    yes: bool = False,
) -> PreparedSweep:
    """Make the cells of a sweep.

    Parameters
    ----------
    sweep : Sweep
    file : Path
        From which the design's path goes out.
    trials, mcse : optional
        In place of what the sweep asks for.
    yes : bool
        Whether a very large grid is meant.

    Raises
    ------
    ValueError
        If the design or a point is wrong: one sentence.
    """
    design = load_design(file.parent / sweep.design)
    cells = sweep_cells(sweep, design, yes=yes)
    return PreparedSweep(
        sweep=sweep,
        file=file,
        design=design,
        cells=cells,
        addresses=cell_addresses(cells, seed=sweep.seed),
        aim=aim_of((sweep.trials, sweep.mcse), trials=trials, mcse=mcse),
    )


def groups_of(cells: Sequence[Cell], chosen: Sequence[int]) -> "list[Group]":
    """Group some of the cells by the simulation that they share.

    Parameters
    ----------
    cells : sequence of Cell
    chosen : sequence of int
        Places of those that have something left to do.

    Raises
    ------
    ValueError
        If a cell cannot be simulated: one sentence with its point.
    """
    if not chosen:
        return []
    from simulate.sweep.groups import group_cells

    some = [cells[place] for place in chosen]
    try:
        groups = group_cells(some)
    except ValueError:
        for cell in some:
            _refuse(cell)
        raise
    return [
        replace(group, members=tuple(chosen[member] for member in group.members))
        for group in groups
    ]


def _refuse(cell: Cell) -> None:
    from simulate.sweep.groups import group_cells

    try:
        group_cells([cell])
    except ValueError as error:
        point = ", ".join(f"{name} = {value!r}" for name, value in cell.point.items())
        raise ValueError(f"at {point}: {error}") from None
