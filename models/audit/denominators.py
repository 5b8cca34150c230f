"""Out of how many patients a printed cell counts."""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import floor

from models.audit.rounding import prints_as
from models.record import Categories, CountCell, Figure, Record


@dataclass(frozen=True, kw_only=True)
class Denominator:
    """A denominator and where it comes from.

    Parameters
    ----------
    n : int
        Number of patients.
    source : str
        "printed", "arm size" or "sum of the counts".
    """

    n: int
    source: str


def denominator(record: Record, row: Categories, *, level: str, arm: str) -> Denominator | None:
    """Return the denominator of one cell, None where the publication does not give it.

    Parameters
    ----------
    record : Record
        The published record.
    row : Categories
        One of its rows.
    level, arm : str
        Which cell.

    Returns
    -------
    Denominator or None
        From the cell itself ("10/22"), else from the row ("n = 28"), else the arm size, and for a
        population whose size is not printed the sum of a complete row. None out of 0.
    """
    of = row.cell(level, arm).of
    if of is not None:
        return Denominator(n=int(of.exact), source="printed") if of.exact > 0 else None
    printed = row.n[arm]
    if printed is not None:
        return Denominator(n=printed, source="printed")
    if not row.population:
        return Denominator(n=record.arms[arm].n, source="arm size")
    counts = row_counts(row, arm=arm)
    if row.unprinted_levels == 0 and counts and sum(counts) > 0:
        return Denominator(n=sum(counts), source="sum of the counts")
    return None


def row_counts(row: Categories, *, arm: str) -> list[int] | None:
    """Return the counts of all levels in an arm, None where one of them is not printed."""
    counts = [row.cell(level, arm).count for level in row.levels]
    if any(count is None for count in counts):
        return None
    return [int(count.exact) for count in counts if count is not None]


def possible_denominators(cell: CountCell, *, largest: int) -> frozenset[int]:
    """Return every denominator up to `largest` that fits a cell.

    Parameters
    ----------
    cell : CountCell
        Count, percentage, or both.
    largest : int
        Size of the arm.

    Returns
    -------
    frozenset of int
        Denominators for which the count (any count, where only a percentage is printed) gives
        the printed percentage.
    """
    count = None if cell.count is None else int(cell.count.exact)
    if cell.percent is None:
        return frozenset(range(max(count or 0, 1), largest + 1))
    return _fitting(count, cell.percent.text, largest)


def population_denominators(
    record: Record, *, population: str, arm: str, assumed: bool = True
) -> frozenset[int]:
    """Return every size that a population can have in an arm, given all rows about it.

    Parameters
    ----------
    record : Record
        The published record.
    population : str
        Name of the population in the record.
    arm : str
        "control" or "rt".
    assumed : bool
        Whether to use the rows that belong to the population by assumption only.

    Returns
    -------
    frozenset of int
        Empty where the rows contradict each other.
    """
    largest = record.arms[arm].n
    sizes = frozenset(range(1, largest + 1))
    for row in record.categories.values():
        if row.population == population and (assumed or not row.population_assumption):
            sizes &= row_denominators(row, arm=arm, largest=largest)
    return sizes


def row_denominators(row: Categories, *, arm: str, largest: int) -> frozenset[int]:
    """Return every denominator that fits all cells of a row in an arm."""
    sizes = frozenset(range(1, largest + 1))
    for level in row.levels:
        sizes &= possible_denominators(row.cell(level, arm), largest=largest)
    counts, printed = row_counts(row, arm=arm), row.n[arm]
    if counts is not None and row.unprinted_levels == 0:
        sizes &= {sum(counts)}
    if printed is not None:
        sizes &= {printed}
    return sizes


def populations(record: Record) -> list[str]:
    """Return the populations without printed size, in the order of the record."""
    named = (row.population for row in record.categories.values() if row.population)
    return list(dict.fromkeys(named))


@lru_cache(maxsize=4096)
def _fitting(count: int | None, percent: str, largest: int) -> frozenset[int]:
    """Return the denominators for which the count, or any, rounds to a percentage."""
    figure = Figure(text=percent, unit="percent", place="cell")
    sizes = range(max(count or 0, 1), largest + 1)
    return frozenset(
        n for n in sizes if any(_rounds(k, n, figure) for k in _near(count, n, figure))
    )


def _near(count: int | None, n: int, percent: Figure) -> tuple[int, ...]:
    """Return the count, or the two whole numbers next to a percentage of n."""
    if count is not None:
        return (count,)
    below = floor(percent.exact * n / 100)
    return tuple(k for k in (below, below + 1) if 0 <= k <= n)


def _rounds(count: int, n: int, percent: Figure) -> bool:
    return prints_as(Fraction(100 * count, n), percent)
