"""Whether pseudo-patients, analysed afresh, give the printed figures digit for digit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.check_result import CheckResult
from models.printed.figures import UNITS, printed_figures
from models.record.record import Record

if TYPE_CHECKING:
    import pandas as pd

DAY_TOLERANCE = 1e-9


def record_windows(record: Record, endpoint: str) -> dict[str, tuple[float, float]]:
    """Return the rounding windows of the figures that pseudo-patients must reproduce.

    Parameters
    ----------
    record : Record
    endpoint : str
        "pfs" or "os".

    Returns
    -------
    dict of str to (float, float)
        By name as in `printed_figures`; low included, high not. Ratios are control versus RT.
    """
    printed = record.endpoints[endpoint]
    windows = {
        name: (figure.low, figure.high)
        for name, figure in (
            ("median_control", printed.median["control"]),
            ("median_rt", printed.median["rt"]),
        )
        if figure is not None
    }
    ratios = [(f.low, f.high) for f in (printed.hazard_ratio, printed.lower, printed.upper)]
    if printed.direction == "rt_vs_control":
        estimate, lower, upper = ((1.0 / high, 1.0 / low) for low, high in ratios)
        ratios = [estimate, upper, lower]
    windows |= dict(zip(("hazard_ratio", "lower", "upper"), ratios, strict=True))
    if endpoint == "os" and record.follow_up.of == "observed OS times":
        for name in ("minimum", "median", "maximum"):
            figure = getattr(record.follow_up, name)
            if figure is not None:
                windows[f"follow_up_{name}"] = (figure.low, figure.high)
    return windows | _event_windows(record, endpoint)


def _event_windows(record: Record, endpoint: str) -> dict[str, tuple[float, float]]:
    found: dict[str, tuple[float, float]] = {}
    for arm, known in record.endpoints[endpoint].events.items():
        if known is None:
            continue
        if known.exactly is not None:
            found[f"events_{arm}"] = (known.exactly - 0.5, known.exactly + 0.5)
        elif known.at_least is not None:
            found[f"events_{arm}"] = (known.at_least, record.arms[arm].n + 1.0)
    return found


def reproduction_table(
    figures: dict[str, NDArray[np.float64]], windows: dict[str, tuple[float, float]]
) -> pd.DataFrame:
    """Tabulate, for each printed figure, the range over the sets and how many sets give it.

    Returns
    -------
    pandas.DataFrame
        Columns `figure`, `unit` (with the direction of ratios), `window_low`, `window_high`,
        `lowest`, `highest`, `reproduced`, `sets`.
    """
    import pandas as pd

    rows = []
    for name, (low, high) in windows.items():
        values = figures[name]
        inside = (values >= low - DAY_TOLERANCE) & (values < high)
        rows.append(
            {
                "figure": name,
                "unit": UNITS[name],
                "window_low": low,
                "window_high": high,
                "lowest": float(values.min()),
                "highest": float(values.max()),
                "reproduced": int(inside.sum()),
                "sets": int(values.size),
            }
        )
    return pd.DataFrame(rows)


def reproduce(
    patients: pd.DataFrame, windows: dict[str, tuple[float, float]], *, n_control: int
) -> pd.DataFrame:
    """Analyse each set of pseudo-patients afresh, and hold its figures against the printed ones.

    Parameters
    ----------
    patients : pandas.DataFrame
        `imputation`, `time` (months) and `event`; all sets of one size, control arm first.
    windows : dict of str to (float, float)
        From `record_windows`.
    n_control : int
        Patients of the control arm in each set.

    Returns
    -------
    pandas.DataFrame
        See `reproduction_table`.
    """
    sets = patients["imputation"].nunique()
    time = patients["time"].to_numpy().reshape(sets, -1)
    event = patients["event"].to_numpy().reshape(sets, -1)
    return reproduction_table(printed_figures(time, event, n_control=n_control), windows)


def reproduction_check(table: pd.DataFrame) -> CheckResult:
    """Gate: every set reproduces every printed figure."""
    sets = int(table["sets"].iloc[0])
    wrong = table[table["reproduced"] < table["sets"]]
    text = f"all {sets} pseudo-patient sets reproduce all {len(table)} printed figures"
    if len(wrong):
        names = ", ".join(f"{row.figure} in {row.reproduced}" for row in wrong.itertuples())
        text = f"of {sets} pseudo-patient sets only some reproduce the printed figures: {names}"
    return CheckResult(
        name="reproduction of the printed figures",
        passed=not len(wrong),
        values={"sets": sets, "figures": len(table), "figures_missed": len(wrong)},
        text=text,
    )
