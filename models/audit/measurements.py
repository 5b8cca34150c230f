"""Means, medians, ranges and standard deviations against each other and against n."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, sqrt

from models.audit.check import AuditCheck, decide
from models.audit.rounding import shown, whole_numbers
from models.record import ARMS, Figure, Measurement, RangeCell, Record, SpreadCell, read_number

SECTION = "Measurements"
_MOST_SUMS = 1000


@dataclass(frozen=True, kw_only=True)
class _Printed:
    """What is printed of one measurement in one arm."""

    name: str
    place: str
    n: int
    spread: SpreadCell | None
    range: RangeCell | None
    step: Fraction | None


def check_measurements(record: Record) -> Iterator[AuditCheck]:
    """Yield the checks of every measurement, arm by arm.

    Parameters
    ----------
    record : Record
        The published record.

    Yields
    ------
    AuditCheck
        Each passes where some set of n values gives all that is printed.
    """
    for key, row in record.measurements.items():
        for arm in ARMS:
            printed = _printed(record, key, row, arm)
            yield from _mean_in_range(printed)
            yield from _sd_in_range(printed)
            yield from _whole_steps(printed)
            yield from _selection(record, row, arm, printed)


def _printed(record: Record, key: str, row: Measurement, arm: str) -> _Printed:
    return _Printed(
        name=f"measurements.{key}.{arm}",
        place=row.place,
        n=row.n[arm] or record.arms[arm].n,
        spread=row.spread(arm),
        range=row.range(arm),
        step=None if row.step is None else read_number(row.step).value,
    )


def _mean_in_range(printed: _Printed) -> Iterator[AuditCheck]:
    if printed.spread is None or printed.range is None or printed.n < 2:
        return
    cell, mean, n = printed.range, printed.spread.mean, printed.n
    low = _smallest_mean(_low(cell.minimum), _low(cell.median), _low(cell.maximum), n)
    high = -_smallest_mean(-_high(cell.maximum), -_high(cell.median), -_high(cell.minimum), n)
    ordered = cell.minimum.exact <= cell.median.exact <= cell.maximum.exact
    holds = ordered and low <= _high(mean) and _low(mean) <= high
    yield AuditCheck(
        section=SECTION,
        name=f"{printed.name}: mean within what median and range allow",
        verdict=decide(holds),
        arithmetic=f"n {n}, minimum {cell.minimum.text}, median {cell.median.text}, maximum "
        f"{cell.maximum.text}: the mean lies between {shown(low, decimals=2)} and "
        f"{shown(high, decimals=2)}, printed {mean.text}",
        place=printed.place,
    )


def _smallest_mean(minimum: Fraction, median: Fraction, maximum: Fraction, n: int) -> Fraction:
    """Return the mean with all values below the median at the minimum, those above at it."""
    if n % 2:
        below = (n - 1) // 2
        return (below * minimum + below * median + maximum) / n
    half = n // 2
    return ((half - 1) * minimum + half * median + maximum) / n


def _sd_in_range(printed: _Printed) -> Iterator[AuditCheck]:
    if printed.spread is None or printed.range is None or printed.n < 2:
        return
    cell, spread, n = printed.range, printed.spread, printed.n
    low, high = _low(cell.minimum), _high(cell.maximum)
    middle = min(max((low + high) / 2, _low(spread.mean)), _high(spread.mean))
    # Bhatia and Davis: the variance over n is at most (maximum - mean)(mean - minimum).
    most = max((high - middle) * (middle - low), Fraction(0)) * n / (n - 1)
    width = max(_low(cell.maximum) - _high(cell.minimum), Fraction(0))
    gap = _gap(spread.mean, cell.median)
    least = max(width**2 / 2, gap**2 * n) / (n - 1)
    holds = max(_low(spread.sd), Fraction(0)) ** 2 <= most and _high(spread.sd) ** 2 >= least
    yield AuditCheck(
        section=SECTION,
        name=f"{printed.name}: SD within what range, mean and median allow",
        verdict=decide(holds),
        arithmetic=f"n {n}: at least √(({cell.maximum.text} − {cell.minimum.text})²/2/{n - 1}) and "
        f"|mean − median|·√(n/(n − 1)) = {sqrt(least):.3f}, at most √((max − mean)(mean − min)"
        f"·n/(n − 1)) = {sqrt(most):.3f}; printed {spread.sd.text}",
        place=printed.place,
    )


def _gap(mean: Figure, median: Figure) -> Fraction:
    return max(_low(mean) - _high(median), _low(median) - _high(mean), Fraction(0))


def _whole_steps(printed: _Printed) -> Iterator[AuditCheck]:
    if printed.step is None:
        return
    lines = []
    if printed.range is not None:
        lines.append(_range_in_steps(printed.range, printed.n, printed.step))
    if printed.spread is not None:
        lines.append(_spread_in_steps(printed.spread, printed.n, printed.step))
    if lines:
        yield AuditCheck(
            section=SECTION,
            name=f"{printed.name}: values in whole steps",
            verdict=decide(all(holds for holds, _ in lines)),
            arithmetic=f"n {printed.n}, steps of {shown(printed.step)}: "
            + "; ".join(line for _, line in lines),
            place=printed.place,
        )


def _range_in_steps(cell: RangeCell, n: int, step: Fraction) -> tuple[bool, str]:
    median_step = step if n % 2 else step / 2
    named = (
        ("minimum", cell.minimum, step),
        ("median", cell.median, median_step),
        ("maximum", cell.maximum, step),
    )
    off = [
        f"{name} {figure.text} is no multiple of {shown(size)}"
        for name, figure, size in named
        if not whole_numbers(figure.window, scale=1 / size)
    ]
    return not off, "; ".join(off) or "median and range are whole steps"


def _spread_in_steps(spread: SpreadCell, n: int, step: Fraction) -> tuple[bool, str]:
    sums = whole_numbers(spread.mean.window, scale=n / step)
    if not sums:
        return False, f"no whole sum / {n} gives mean {spread.mean.text}"
    if len(sums) > _MOST_SUMS:
        return True, "steps too fine to tell"
    total = sums[0]
    line = f"{total} steps / {n} = {shown(total * step / n)}, printed mean {spread.mean.text}"
    if any(_sum_of_squares(total, spread.sd, n=n, step=step) for total in sums):
        return True, f"{line}; whole squares give SD {spread.sd.text}"
    return False, f"{line}; no whole sum of squares gives SD {spread.sd.text}"


def _sum_of_squares(total: int, sd: Figure, *, n: int, step: Fraction) -> bool:
    """Tell whether whole values with this sum can have the SD: squares keep the sum's parity."""
    if n < 2:
        return sd.window.contains(Fraction(0))
    least, most = (
        (n - 1) * max(end, Fraction(0)) ** 2 / step**2 + Fraction(total**2, n)
        for end in (_low(sd), _high(sd))
    )
    return any((number - total) % 2 == 0 for number in range(ceil(least), floor(most) + 1))


def _selection(
    record: Record, row: Measurement, arm: str, printed: _Printed
) -> Iterator[AuditCheck]:
    if row.selected_by is None:
        return
    rule, name = row.selected_by, f"{printed.name}: as many as its selection allows"
    other = record.measurements[rule.measurement]
    cell, size = other.range(arm), other.n[arm] or record.arms[arm].n
    if cell is None or row.n[arm] is None:
        yield AuditCheck(
            section=SECTION,
            name=name,
            verdict="not_checkable",
            arithmetic=f"the median of {other.label} or the n of {row.label} is not printed",
            place=rule.place,
        )
        return
    threshold = read_number(rule.above).value
    most = _most_above(cell, threshold, size)
    yield AuditCheck(
        section=SECTION,
        name=name,
        verdict=decide(printed.n <= most),
        arithmetic=f"{row.label} is for {other.label} above {rule.above}; the median of {size} is "
        f"{cell.median.text} (range to {cell.maximum.text}), so at most {most} are above, "
        f"printed n = {printed.n}",
        place=f"{rule.place}; {printed.place}",
    )


def _most_above(cell: RangeCell, threshold: Fraction, size: int) -> int:
    if _high(cell.maximum) <= threshold:
        return 0
    return size // 2 if _high(cell.median) <= threshold else size


def _low(figure: Figure) -> Fraction:
    return figure.exact if figure.window.low is None else figure.window.low


def _high(figure: Figure) -> Fraction:
    return figure.exact if figure.window.high is None else figure.window.high
