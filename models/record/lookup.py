"""Every printed figure of a record under its path."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from models.record.base import ARMS, PerArmIfPrinted
from models.record.figure import Figure, Unit

if TYPE_CHECKING:
    from models.record.record import Record


def figures(record: "Record") -> dict[str, Figure]:
    """Return every printed figure of a record under its path.

    Parameters
    ----------
    record : Record
        A published record.

    Returns
    -------
    dict of str to Figure
        Paths such as "endpoints.pfs.median.rt", "categories.sex.male.control.count",
        "measurements.age.mean.rt" or "statements.pfs_gain", in the order of the file.
    """
    found: dict[str, Figure] = {}
    for part in (_trial, _endpoints, _categories, _measurements, _statements):
        found.update(part(record))
    return found


def arm_counts(known: dict[str, Figure], path: str, arm: str) -> Figure | None:
    """Return the count that `path`, written without an arm, has in `arm`; None if not printed."""
    above, _, last = path.rpartition(".")
    for key in (f"{path}.{arm}.count", f"{path}.{arm}", f"{above}.{arm}.{last}"):
        if key in known:
            return known[key]
    return None


def _trial(record: "Record") -> Iterator[tuple[str, Figure]]:
    for arm in ARMS:
        yield f"arms.{arm}.n", _whole(record.arms[arm].n, "patients", record.arms[arm].place)
    for name in ("median", "minimum", "maximum"):
        figure = getattr(record.follow_up, name)
        if figure is not None:
            yield f"follow_up.{name}", figure


def _endpoints(record: "Record") -> Iterator[tuple[str, Figure]]:
    for key, endpoint in record.endpoints.items():
        root = f"endpoints.{key}"
        for arm, figure in endpoint.median.items():
            if figure is not None:
                yield f"{root}.median.{arm}", figure
        for arm, interval in endpoint.median_interval.items():
            for name in ("lower", "upper"):
                limit = getattr(interval, name, None)
                if limit is not None:
                    yield f"{root}.median_interval.{arm}.{name}", limit
        for name in ("hazard_ratio", "lower", "upper", "p_value"):
            figure = getattr(endpoint, name)
            if figure is not None:
                yield f"{root}.{name}", figure
        for arm, events in endpoint.events.items():
            for name in ("at_least", "exactly"):
                number = getattr(events, name, None)
                if events is not None and number is not None:
                    yield f"{root}.events.{arm}.{name}", _whole(number, "events", events.place)


def _categories(record: "Record") -> Iterator[tuple[str, Figure]]:
    for key, row in record.categories.items():
        root = f"categories.{key}"
        yield from _denominators(row.n, root=root, place=row.place)
        for level in row.levels:
            for arm in ARMS:
                cell = row.cell(level, arm)
                for name in ("count", "of", "percent"):
                    figure = getattr(cell, name)
                    if figure is not None:
                        yield f"{root}.{level}.{arm}.{name}", figure
        yield from _p_value(row.p_value, root=root, place=row.place)


def _measurements(record: "Record") -> Iterator[tuple[str, Figure]]:
    for key, row in record.measurements.items():
        root = f"measurements.{key}"
        yield from _denominators(row.n, root=root, place=row.place)
        for arm in ARMS:
            for cell in (row.spread(arm), row.range(arm)):
                for name, figure in cell or ():
                    yield f"{root}.{name}.{arm}", figure
        yield from _p_value(row.p_value, root=root, place=row.place)


def _statements(record: "Record") -> Iterator[tuple[str, Figure]]:
    for key, statement in record.statements.items():
        yield f"statements.{key}", statement


def _denominators(
    n: PerArmIfPrinted[int], *, root: str, place: str
) -> Iterator[tuple[str, Figure]]:
    for arm, number in n.items():
        if number is not None:
            yield f"{root}.n.{arm}", _whole(number, "patients", place)


def _p_value(text: str | None, *, root: str, place: str) -> Iterator[tuple[str, Figure]]:
    if text is not None:
        yield f"{root}.p_value", Figure(text=text, unit="probability", place=place)


def _whole(number: int, unit: Unit, place: str) -> Figure:
    return Figure(text=str(number), unit=unit, place=place)
