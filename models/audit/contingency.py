"""Tests of a table of counts with two columns, one per arm: chi-square, Fisher and exact."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import comb, lcm, prod

from models.audit.significance import chi_square_tail

Table = Sequence[tuple[int, int]]
_MOST_TABLES = 200_000
_MOST_PATIENTS = 1_000


@dataclass(frozen=True, kw_only=True)
class ExactP:
    """Exact conditional p-values of a table.

    Parameters
    ----------
    fisher : float
        Probability of all tables with the same margins that are no more probable than this one
        (Fisher's exact test; Freeman-Halton beyond two rows).
    chi_square : float
        Probability of all such tables with a Pearson statistic as large or larger: what a Monte
        Carlo test of the chi-square statistic estimates.
    """

    fisher: float
    chi_square: float


def occupied_rows(table: Table) -> list[tuple[int, int]]:
    """Return the rows with at least one patient."""
    return [row for row in table if sum(row) > 0]


def pearson(table: Table, *, corrected: bool = False) -> float:
    """Return the p-value of Pearson's chi-square test.

    Parameters
    ----------
    table : sequence of pairs of int
        Counts, one row per category, one column per arm.
    corrected : bool
        Whether to use Yates's continuity correction (for two rows).

    Returns
    -------
    float
        p-value; 1 where a margin is empty.
    """
    rows = occupied_rows(table)
    first, second = (sum(column) for column in zip(*rows, strict=True)) if rows else (0, 0)
    if len(rows) < 2 or min(first, second) == 0:
        return 1.0
    total, statistic = first + second, 0.0
    for row in rows:
        for count, column in zip(row, (first, second), strict=True):
            expected = sum(row) * column / total
            gap = abs(count - expected)
            statistic += (gap - (min(0.5, gap) if corrected else 0)) ** 2 / expected
    return chi_square_tail(statistic, df=len(rows) - 1)


def exact(table: Table) -> ExactP:
    """Return the exact conditional p-values by listing every table with the same margins.

    Parameters
    ----------
    table : sequence of pairs of int
        Counts, one row per category, one column per arm.

    Returns
    -------
    ExactP
        Decided in whole numbers: tables exactly as probable, or with exactly the same statistic,
        as the observed one are counted.

    References
    ----------
    Freeman & Halton 1951, doi 10.1093/biomet/38.1-2.141.
    """
    rows = sorted(occupied_rows(table), key=sum)
    if not rows:
        return ExactP(fisher=1.0, chi_square=1.0)
    totals = [sum(row) for row in rows]
    scale = lcm(*totals)
    observed_ways, observed_square = 1, 0
    for (count, _), size in zip(rows, totals, strict=True):
        observed_ways *= comb(size, count)
        observed_square += count * count * (scale // size)
    less_probable = as_large = everything = 0
    for ways, square in _tables(totals, sum(row[0] for row in rows), scale):
        everything += ways
        less_probable += ways if ways <= observed_ways else 0
        as_large += ways if square >= observed_square else 0
    return ExactP(fisher=less_probable / everything, chi_square=as_large / everything)


def can_list(table: Table) -> bool:
    """Tell whether the tables with the same margins are few and small enough to list."""
    totals = sorted(sum(row) for row in table)
    bound = prod(size + 1 for size in totals[:-1])
    return bound <= _MOST_TABLES and sum(totals) <= _MOST_PATIENTS


def _tables(totals: list[int], remaining: int, scale: int) -> Iterator[tuple[int, int]]:
    """Yield the ways and Σ count² · scale / size of each table with these margins."""
    size, *others = totals
    if not others:
        yield comb(size, remaining), remaining * remaining * (scale // size)
        return
    room = sum(others)
    for count in range(max(0, remaining - room), min(size, remaining) + 1):
        ways, square = comb(size, count), count * count * (scale // size)
        for other_ways, other_square in _tables(others, remaining - count, scale):
            yield ways * other_ways, square + other_square
