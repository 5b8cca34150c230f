"""Cells that share their simulation: the same patients and looks, decided in several ways."""

from collections.abc import Sequence
from dataclasses import dataclass

from simulate.sweep.cells import Cell


@dataclass(frozen=True, kw_only=True)
class Group:
    """Cells that are decided on the same trials.

    Attributes
    ----------
    members : tuple of int
        Places of the cells in the sequence that was grouped.
    key : str
        What they share (64 hex digits).
    patients : int
        Most patients of a trial: what a trial costs is about in proportion.
    """

    members: tuple[int, ...]
    key: str
    patients: int


def group_cells(cells: Sequence[Cell]) -> list[Group]:
    """Group cells whose trials have the same patients, looks and analyses.

    Parameters
    ----------
    cells : sequence of Cell

    Returns
    -------
    list of Group
        In the order of their first members.
    """
    raise NotImplementedError
