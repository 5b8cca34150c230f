"""What a record prints of the patients behind a curve: events, medians, hazard ratio."""

import math
from dataclasses import dataclass, field

from models.curves.curve import ArmCurve
from models.curves.layout import MOST_EVENTS
from models.printed.reproduction import record_windows
from models.record.record import Record
from models.survival.intervals import ARMS

Window = tuple[float, float]
RATIOS = ("hazard_ratio", "lower", "upper")


@dataclass(frozen=True, kw_only=True)
class PrintedFigures:
    """Rounding windows of printed figures; what is not printed is left out.

    Parameters
    ----------
    events : dict of str to (int, int)
        By arm: fewest and most events.
    medians : dict of str to (float, float)
        By arm: months that round to the printed Kaplan–Meier median.
    ratios : dict of str to (float, float)
        `hazard_ratio`, `lower` and `upper`, control versus RT, all three or none.
    """

    events: dict[str, tuple[int, int]] = field(default_factory=dict)
    medians: dict[str, Window] = field(default_factory=dict)
    ratios: dict[str, Window] = field(default_factory=dict)


def printed_of(record: Record, endpoint: str, *, curves: dict[str, ArmCurve]) -> PrintedFigures:
    """Gather what a record prints of one endpoint.

    Parameters
    ----------
    record : Record
    endpoint : str
        "pfs" or "os".
    curves : dict of str to ArmCurve
        The first numbers at risk must be those of the record's arms.

    Raises
    ------
    ValueError
        If the record lacks the endpoint, has other numbers of patients, or another level of
        confidence than 95%.
    """
    if endpoint not in record.endpoints:
        raise ValueError(
            f"the record has no endpoint {endpoint!r}; it has {', '.join(record.endpoints)}, "
            "choose one of them"
        )
    for arm in ARMS:
        printed, counted = record.arms[arm].n, curves[arm].patients
        if printed != counted:
            raise ValueError(
                f"arm {arm!r} has {printed} patients in the record and {counted} at risk at month "
                "0; both must be the same patients, correct one of them"
            )
    level = record.endpoints[endpoint].ci_level
    if not math.isclose(level, 0.95):
        raise ValueError(
            f"the confidence level is {level}; limits must be of 95%, leave the record out"
        )
    windows = record_windows(record, endpoint)
    return PrintedFigures(
        events={arm: found for arm in ARMS if (found := _events(record, endpoint, arm))},
        medians={arm: windows[f"median_{arm}"] for arm in ARMS if f"median_{arm}" in windows},
        ratios={name: windows[name] for name in RATIOS},
    )


def _events(record: Record, endpoint: str, arm: str) -> tuple[int, int] | None:
    known = record.endpoints[endpoint].events[arm]
    if known is None:
        return None
    if known.exactly is not None:
        return known.exactly, known.exactly
    return known.at_least or 0, MOST_EVENTS
