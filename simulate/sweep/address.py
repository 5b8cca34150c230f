"""Content addresses: equal cells have equal addresses, however they are written."""

from simulate.sweep.cells import Cell


def code_version() -> str:
    """Hash of every module that a cell's result depends on (64 hex digits)."""
    raise NotImplementedError


def cell_address(cell: Cell, *, seed: int) -> str:
    """Address of a cell's trials: SHA-256 of design, truth, seed and code (64 hex digits).

    The number of trials does not enter: a cell is topped up under the same address.

    Parameters
    ----------
    cell : Cell
    seed : int
    """
    raise NotImplementedError
