"""Printed times against each other, against the calendar, and the unit they were kept in."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, prod

from models.audit.check import AuditCheck, Verdict, decide
from models.audit.rounding import whole_numbers
from models.record import ARMS, Figure, Record

SECTION = "Times and calendar"
_DAYS_PER_MONTH = 30
_CHANCE_TOO_LARGE = 0.05


@dataclass(frozen=True, kw_only=True)
class TimeUnit:
    """A unit in which times may have been kept before they were printed as months.

    Parameters
    ----------
    name : str
        How to get months from it, such as "days / 30".
    per_month : Fraction
        Units in a month.
    """

    name: str
    per_month: Fraction


UNITS = (
    TimeUnit(name="months", per_month=Fraction(1)),
    TimeUnit(name="weeks / 4", per_month=Fraction(4)),
    TimeUnit(name="weeks × 12 / 52", per_month=Fraction(52, 12)),
    TimeUnit(name="weeks × 7 / 30.4375", per_month=Fraction(304375, 70000)),
    TimeUnit(name="days / 28", per_month=Fraction(28)),
    TimeUnit(name="days / 30", per_month=Fraction(30)),
    TimeUnit(name="days / 30.4", per_month=Fraction(304, 10)),
    TimeUnit(name="days / 30.42", per_month=Fraction(3042, 100)),
    TimeUnit(name="days / 30.4375", per_month=Fraction(304375, 10000)),
    TimeUnit(name="days / 30.5", per_month=Fraction(305, 10)),
    TimeUnit(name="days / 31", per_month=Fraction(31)),
)


@dataclass(frozen=True, kw_only=True)
class UnitFit:
    """How well one unit explains the printed times.

    Parameters
    ----------
    unit : TimeUnit
        The unit.
    attained : tuple of int or None
        For each time the whole number of units that is printed so, None where there is none.
    chance : float
        Probability that times with random last digits would all be attained by this unit.
    """

    unit: TimeUnit
    attained: tuple[int | None, ...]
    chance: float

    @property
    def fits(self) -> bool:
        """Whether every time is a whole number of units."""
        return None not in self.attained


def fit_units(times: list[Figure]) -> tuple[UnitFit, ...]:
    """Hold printed times against each candidate unit.

    Parameters
    ----------
    times : list of Figure
        Times in months.

    Returns
    -------
    tuple of UnitFit
        In the order of `UNITS`, coarsest first.
    """
    return tuple(
        UnitFit(
            unit=unit,
            attained=tuple(_attained(time, unit) for time in times),
            chance=prod(
                float(min(Fraction(1), unit.per_month / 10**time.decimals)) for time in times
            ),
        )
        for unit in UNITS
    )


def check_times(record: Record) -> Iterator[AuditCheck]:
    """Yield the checks of follow-up, medians and calendar.

    Parameters
    ----------
    record : Record
        The published record.

    Yields
    ------
    AuditCheck
        Unit of the times, calendar, order of medians.
    """
    yield from _unit(record)
    yield from _calendar(record)
    yield from _progression_before_death(record)


def _printed_times(record: Record) -> list[Figure]:
    follow_up = record.follow_up
    times = [follow_up.median, follow_up.minimum, follow_up.maximum]
    for endpoint in record.endpoints.values():
        times += [endpoint.median[arm] for arm in ARMS]
    return [time for time in times if time is not None]


def _attained(time: Figure, unit: TimeUnit) -> int | None:
    numbers = whole_numbers(time.window, scale=unit.per_month)
    return numbers[0] if numbers else None


def _unit(record: Record) -> Iterator[AuditCheck]:
    times = _printed_times(record)
    if not times:
        return
    fits = fit_units(times)
    best = min((fit for fit in fits if fit.fits), key=lambda fit: fit.chance, default=None)
    verdict: Verdict
    chance = 1.0 if best is None else min(1.0, best.chance * len(UNITS))
    if best is not None and chance > _CHANCE_TOO_LARGE:
        verdict, assumption = "not_checkable", None
        told = (
            f"too few times or decimals to tell: {best.unit.name} gives all, but one of "
            f"{len(UNITS)} units would by chance with probability up to {chance:.2g}"
        )
    elif best is not None:
        verdict, assumption = "no_tension", "all times were kept in one unit"
        whole = ", ".join(
            f"{time.text} = {number}/{_per_month(best.unit)}"
            for time, number in zip(times, best.attained, strict=True)
        )
        told = (
            f"{best.unit.name} gives all {len(times)} ({whole}), by chance "
            f"{best.chance:.2g} (any of {len(UNITS)} units: up to {chance:.2g})"
        )
    else:
        verdict, assumption = "in_tension", "all times were kept in one unit"
        told = "no unit gives all times"
    others = "; ".join(
        f"{fit.unit.name} {sum(number is not None for number in fit.attained)} of {len(times)}"
        for fit in fits
        if fit is not best
    )
    yield AuditCheck(
        section=SECTION,
        name="times: the unit behind them",
        verdict=verdict,
        arithmetic=f"{told}; {others}",
        place="; ".join(dict.fromkeys(time.place for time in times)),
        assumption=assumption,
    )


def _per_month(unit: TimeUnit) -> str:
    return f"{float(unit.per_month):g}"


def _calendar(record: Record) -> Iterator[AuditCheck]:
    longest, first = record.follow_up.maximum, record.accrual.first_month
    if longest is None or longest.window.low is None or first is None or record.received is None:
        return
    days = ceil(longest.window.low * _DAYS_PER_MONTH)
    earliest = _first_day(first) + timedelta(days=days)
    yield AuditCheck(
        section=SECTION,
        name="follow_up.maximum: fits between first accrual and submission",
        verdict=decide(earliest <= record.received),
        arithmetic=f"first accrual {_first_day(first)} or later + {longest.text} months "
        f"({days} days at {_DAYS_PER_MONTH} a month) = {earliest} or later, "
        f"manuscript received {record.received}",
        place=longest.place,
    )
    last = record.accrual.last_month
    if last is not None:
        yield _accrual_before_cut(record, longest, earliest, last)


def _accrual_before_cut(record: Record, longest: Figure, earliest: date, last: str) -> AuditCheck:
    latest_cut = _last_day(record.accrual.first_month or last) + timedelta(
        days=int((longest.window.high or 0) * 31)
    )
    return AuditCheck(
        section=SECTION,
        name="follow_up.maximum: reaches the end of accrual",
        verdict=decide(latest_cut >= _first_day(last), assumption="first"),
        arithmetic=f"the first patient's {longest.text} months end between {earliest} and "
        f"{latest_cut}; accrual ran until {last}",
        place=longest.place,
        assumption="the longest follow-up is that of one of the first patients",
    )


def _first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _last_day(month: str) -> date:
    first = _first_day(month)
    return first.replace(day=monthrange(first.year, first.month)[1])


def _progression_before_death(record: Record) -> Iterator[AuditCheck]:
    if not {"pfs", "os"} <= set(record.endpoints):
        return
    for arm in ARMS:
        pfs, os = (record.endpoints[key].median[arm] for key in ("pfs", "os"))
        if pfs is None or os is None:
            continue
        yield AuditCheck(
            section=SECTION,
            name=f"medians, {arm}: PFS not longer than OS",
            verdict=decide(pfs.exact <= os.exact, assumption="same"),
            arithmetic=f"{pfs.text} should be ≤ {os.text}",
            place=f"{pfs.place}; {os.place}",
            assumption="both endpoints were followed up alike",
        )
