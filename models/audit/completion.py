"""Tables of counts with the categories that are not printed filled in every possible way."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

from models.audit.denominators import denominator, population_denominators
from models.record import Categories, Record

Table = list[tuple[int, int]]
_MOST_COMPLETIONS = 1500
_COLUMNS = ("rt", "control")


@dataclass(frozen=True, kw_only=True)
class Completions:
    """Tables that fit a printed row.

    Parameters
    ----------
    number : int
        How many there are.
    tables : iterator of list of (int, int)
        The tables, made one by one.
    """

    number: int
    tables: Iterator[Table]


def completions(record: Record, row: Categories) -> Completions:
    """Return every table of counts that fits a printed row.

    Parameters
    ----------
    record : Record
        The published record.
    row : Categories
        A row with counts, some of its cells or categories perhaps not printed.

    Returns
    -------
    Completions
        Counts (RT, control) by category, printed ones first; none where a denominator or a count
        beside a percentage is missing, or there are too many.
    """
    rt, control = (_columns(record, row, arm) for arm in _COLUMNS)
    number = len(rt) * len(control)
    if number > _MOST_COMPLETIONS:
        return Completions(number=0, tables=iter(()))
    tables = (list(zip(one, other, strict=True)) for one, other in product(rt, control))
    return Completions(number=number, tables=tables)


def _columns(record: Record, row: Categories, arm: str) -> list[tuple[int, ...]]:
    size = _size(record, row, arm)
    cells = [row.cell(level, arm) for level in row.levels]
    if size is None or any(cell.count is None and cell.percent for cell in cells):
        return []
    printed = [None if cell.count is None else int(cell.count.exact) for cell in cells]
    free = sum(count is None for count in printed) + row.unprinted_levels
    left = size - sum(count or 0 for count in printed)
    if free == 0:
        return [tuple(count or 0 for count in printed)]
    filled = islice(_partitions(left, free), _MOST_COMPLETIONS + 1)
    return [_fill(printed, parts) for parts in filled]


def _size(record: Record, row: Categories, arm: str) -> int | None:
    sizes = {denominator(record, row, level=level, arm=arm) for level in row.levels}
    known = {size.n for size in sizes if size is not None}
    if len(known) == 1 and None not in sizes:
        return known.pop()
    implied = population_denominators(
        record, population=row.population, arm=arm, assumed=bool(row.population_assumption)
    )
    return next(iter(implied)) if row.population and len(implied) == 1 else None


def _fill(printed: list[int | None], parts: tuple[int, ...]) -> tuple[int, ...]:
    rest = iter(parts)
    return (*(next(rest) if count is None else count for count in printed), *rest)


def _partitions(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Yield every way to write `total` as `parts` ordered whole numbers from zero."""
    if total < 0:
        return
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for others in _partitions(total - first, parts - 1):
            yield (first, *others)
