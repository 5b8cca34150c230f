"""Cells of a sweep: each a checked design and the truth it is simulated under."""

from collections.abc import Mapping
from dataclasses import dataclass

from simulate.design.trial import TrialDesign
from simulate.sweep.sweep import Sweep
from simulate.truth.kinds import OneTruth

MOST_CELLS = 10_000

Value = bool | int | float | str


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One point of a sweep.

    Attributes
    ----------
    point : mapping of str to value
        Value, or name of the choice, of every dim of the grid, in its order.
    derived : mapping of str to float
        Values of the derived quantities.
    design : TrialDesign
    truth : Truth, IllnessDeathTruth or MarginalsTruth
    """

    point: Mapping[str, Value]
    derived: Mapping[str, float]
    design: TrialDesign
    truth: OneTruth


def sweep_cells(sweep: Sweep, design: TrialDesign, *, yes: bool = False) -> list[Cell]:
    """Make the cells of a sweep, in the order of its points (the last dim varies fastest).

    Parameters
    ----------
    sweep : Sweep
    design : TrialDesign
        The sweep's design, as its file has it.
    yes : bool
        Whether more than `MOST_CELLS` cells are meant.

    Raises
    ------
    ValueError
        One sentence, with the point where a point is to blame.
    """
    raise NotImplementedError
