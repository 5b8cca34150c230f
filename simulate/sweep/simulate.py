"""Simulating cells that share their trials, and keeping what each decides."""

from collections.abc import Sequence

from simulate.sweep.cells import Cell
from simulate.sweep.result import CellResult


def simulate_group(
    cells: Sequence[Cell], *, seed: int, first: int = 0, trials: int
) -> list[CellResult]:
    """Simulate replicates `first` to `first` + `trials` − 1, once for all cells of a group.

    Pure and on one thread. A result depends on the cell, the seed and the replicates only, to the
    bit, whatever other cells are in the group; results of adjacent runs of replicates add up to
    that of the whole.

    Parameters
    ----------
    cells : sequence of Cell
        Members of one group.
    seed : int
    first, trials : int
        Multiples of `BLOCK`, 1,000.

    Returns
    -------
    list of CellResult
        In the order of the cells.
    """
    raise NotImplementedError
