"""Cells of tables as they are shown: rounded, with a dash where there is nothing."""

import math

from analyses.report.blocks import Cell, Column

NOTHING = "–"


def shown(cell: Cell, column: Column) -> str:
    """Write a cell for readers.

    Parameters
    ----------
    cell : str, float, int or None
    column : Column
        Says how many decimals.
    """
    if cell is None:
        return NOTHING
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell}"
    return _decimal(cell, column.digits)


def _decimal(value: float, digits: int) -> str:
    if math.isnan(value):
        return NOTHING
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    small = 0 < abs(value) < 0.5 * 10**-digits
    text = f"< {10**-digits:.{digits}f}" if small and value > 0 else f"{value:z.{digits}f}"
    return text.replace("-", "−")


def is_number(cell: Cell) -> bool:
    """Whether a cell stands with the numbers, at the right."""
    return cell is None or not isinstance(cell, str)
