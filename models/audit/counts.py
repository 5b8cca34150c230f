"""Percentages against counts, categories against their n, denominators that are not printed."""

from collections.abc import Iterator
from fractions import Fraction

from models.audit.check import AuditCheck, decide
from models.audit.denominators import (
    Denominator,
    denominator,
    population_denominators,
    populations,
    possible_denominators,
    row_counts,
    row_denominators,
)
from models.audit.rounding import is_tie, prints_as, shown
from models.record import ARMS, Categories, Figure, Record

SECTION = "Counts and percentages"
_MOST_SIZES_SHOWN = 6


def check_counts(record: Record) -> Iterator[AuditCheck]:
    """Yield the checks of every category row, arm by arm.

    Parameters
    ----------
    record : Record
        The published record.

    Yields
    ------
    AuditCheck
        Percentages, sum of the counts, sum of the percentages; then the size of each population
        whose size is not printed.
    """
    for key, row in record.categories.items():
        for arm in ARMS:
            yield from _percentages(record, key, row, arm)
            yield from _sum_of_counts(record, key, row, arm)
            yield from _sum_of_percentages(key, row, arm)
    for population in populations(record):
        for arm in ARMS:
            yield from _population_size(record, population, arm)


def _percentages(record: Record, key: str, row: Categories, arm: str) -> Iterator[AuditCheck]:
    lines, holds = [], True
    for level in row.levels:
        cell = row.cell(level, arm)
        size = denominator(record, row, level=level, arm=arm)
        if cell.percent is None or size is None:
            continue
        if cell.count is None:
            fits, line = _share_alone(cell.percent, size)
        else:
            fits, line = _share(cell.count, cell.percent, size, largest=record.arms[arm].n)
        holds &= fits
        lines.append(line)
    if lines:
        yield AuditCheck(
            section=SECTION,
            name=f"categories.{key}.{arm}: percentages",
            verdict=decide(holds),
            arithmetic="; ".join(lines),
            place=row.place,
        )


def _share(count: Figure, percent: Figure, size: Denominator, *, largest: int) -> tuple[bool, str]:
    exact = Fraction(100) * count.exact / size.n
    line = f"{count.text}/{size.n} = {shown(exact)}%, printed {percent.text}"
    if prints_as(exact, percent):
        return True, line + (" (a tie, half up or half even)" if is_tie(exact, percent) else "")
    others = [
        n
        for n in range(max(int(count.exact), 1), largest + 1)
        if prints_as(Fraction(100) * count.exact / n, percent)
    ]
    would = f"; it fits {count.text}/{others[0]}" if others else ""
    return False, f"{line}: does not round so{would}"


def _share_alone(percent: Figure, size: Denominator) -> tuple[bool, str]:
    fitting = [k for k in range(size.n + 1) if prints_as(Fraction(100 * k, size.n), percent)]
    if fitting:
        return True, f"printed {percent.text} is {fitting[0]}/{size.n}"
    return False, f"printed {percent.text} is no whole number of {size.n}"


def _sum_of_counts(record: Record, key: str, row: Categories, arm: str) -> Iterator[AuditCheck]:
    counts = row_counts(row, arm=arm)
    first = next(iter(row.levels))
    size = denominator(record, row, level=first, arm=arm)
    if counts is None or size is None or size.source == "sum of the counts":
        return
    total, terms = sum(counts), " + ".join(map(str, counts))
    complete = row.unprinted_levels == 0
    if len(counts) == 1:
        holds, sign = total <= size.n, "≤"
        terms = str(total)
    else:
        holds = total == size.n if complete else total <= size.n
        sign = "=" if complete else "≤"
        terms = f"{terms} = {total}"
    relation = f"should be {sign} n = {size.n}"
    yield AuditCheck(
        section=SECTION,
        name=f"categories.{key}.{arm}: sum of counts",
        verdict=decide(holds),
        arithmetic=f"{terms}, {relation} ({size.source})",
        place=row.place,
    )


def _sum_of_percentages(key: str, row: Categories, arm: str) -> Iterator[AuditCheck]:
    printed = [row.cell(level, arm).percent for level in row.levels]
    percents = [percent for percent in printed if percent is not None]
    if row.unprinted_levels or len(percents) < 2 or len(percents) < len(printed):
        return
    total = sum((percent.exact for percent in percents), Fraction(0))
    slack = sum((Fraction(1, 2 * 10**percent.decimals) for percent in percents), Fraction(0))
    yield AuditCheck(
        section=SECTION,
        name=f"categories.{key}.{arm}: sum of percentages",
        verdict=decide(abs(total - 100) <= slack),
        arithmetic=f"{' + '.join(percent.text for percent in percents)} = {shown(total)}; "
        f"rounding allows 100 ± {shown(slack)}",
        place=row.place,
    )


def _population_size(record: Record, population: str, arm: str) -> Iterator[AuditCheck]:
    largest = record.arms[arm].n
    rows = [row for row in record.categories.values() if row.population == population]
    telling = [row for row in rows if _prints_percentage(row, arm)]
    if not telling:
        return
    lines = [
        f"{row.label} {getattr(level, arm)} needs n {_sizes(fitting)}"
        for row in telling
        for key, level in row.levels.items()
        for fitting in [possible_denominators(row.cell(key, arm), largest=largest)]
        if row.cell(key, arm).percent is not None
    ]
    sizes = population_denominators(record, population=population, arm=arm)
    assumption = _population_assumption(record, population, telling, arm)
    yield AuditCheck(
        section=SECTION,
        name=f"population {population!r}, {arm}: one denominator for all rows",
        verdict=decide(bool(sizes), assumption=assumption),
        arithmetic=f"{'; '.join(lines)}; together n {_sizes(sizes)}",
        place="; ".join(dict.fromkeys(row.place for row in telling)),
        assumption=assumption or None,
    )


def _population_assumption(
    record: Record, population: str, rows: list[Categories], arm: str
) -> str:
    """Return what the verdict on a population rests on: nothing where firm rows alone decide."""
    impossible = any(not row_denominators(row, arm=arm, largest=record.arms[arm].n) for row in rows)
    if impossible or not population_denominators(
        record, population=population, arm=arm, assumed=False
    ):
        return ""
    assumptions = (row.population_assumption for row in rows if row.population_assumption)
    return "; ".join(dict.fromkeys(assumptions))


def _prints_percentage(row: Categories, arm: str) -> bool:
    return any(row.cell(level, arm).percent is not None for level in row.levels)


def _sizes(sizes: frozenset[int]) -> str:
    if not sizes:
        return "none"
    listed = sorted(sizes)
    text = ", ".join(map(str, listed[:_MOST_SIZES_SHOWN]))
    return f"= {text}" + (", …" if len(listed) > _MOST_SIZES_SHOWN else "")
