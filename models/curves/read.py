"""Reading a digitised curve and its numbers at risk from CSV, each mistake named by its line."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from models.csv_file import Row, read_rows, shown
from models.curves.clean import Points, clean_points
from models.curves.consistency import check_against_counts
from models.curves.curve import ArmCurve, Array, Integers, ReadingError, pixel_of_time
from models.survival.intervals import ARMS

LONGEST_MONTHS = 1200.0
MOST_PATIENTS = 1_000_000


class PublishedCurves(NamedTuple):
    """Curves of both arms, control first, and how well they were read."""

    curves: dict[str, ArmCurve]
    error: ReadingError


class Counts(NamedTuple):
    """Numbers at risk of one arm in the order of time."""

    time: Array
    at_risk: Integers


def read_curves(
    curves: Path,
    at_risk: Path,
    *,
    survival_error: float = ReadingError.survival,
    time_error: float | None = None,
) -> PublishedCurves:
    """Read, clean and check the curves of both arms.

    Parameters
    ----------
    curves : Path
        CSV with the columns `arm` ("control" or "rt"), `time` (months), `survival` (0 to 1).
    at_risk : Path
        CSV with the columns `arm`, `time`, `at_risk`; the first count of each arm is at 0.
    survival_error : float
        Largest reading error of a probability.
    time_error : float, optional
        Largest reading error of a time in months; by default a pixel of the time axis, if it has
        500.

    Returns
    -------
    PublishedCurves

    Raises
    ------
    ValueError
        If a file is unusable, an arm is missing, a value is impossible, a curve rises or leaves
        [0, 1], or curve and numbers at risk contradict each other: one sentence with file, line
        and value.
    """
    ReadingError(survival=survival_error, time=time_error or 0.0)
    points = {arm: _points(rows, curves, arm) for arm, rows in _by_arm(curves, "survival").items()}
    counts = {arm: _counts(rows, at_risk, arm) for arm, rows in _by_arm(at_risk, "at_risk").items()}
    rough = {
        arm: ArmCurve(found.time, found.survival, *counts[arm]) for arm, found in points.items()
    }
    error = ReadingError(
        survival=survival_error,
        time=pixel_of_time(rough) if time_error is None else time_error,
    )
    found = {}
    for arm in ARMS:
        cleaned = clean_points(points[arm], error=error)
        curve = ArmCurve(cleaned.time, cleaned.survival, *_until(counts[arm], cleaned))
        check_against_counts(curve, error=error, arm=arm, file=at_risk.name)
        found[arm] = curve
    return PublishedCurves(curves=found, error=error)


def _by_arm(path: Path, value: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {arm: [] for arm in ARMS}
    what = "curve" if value == "survival" else "numbers-at-risk"
    for row in read_rows(path, what=what, columns=("arm", "time", value)):
        arm = row.cells["arm"].lower()
        if arm not in found:
            raise ValueError(
                f"{row.place}: `arm` is {shown(row.cells['arm'])}; it must be control or rt, "
                "rename it"
            )
        found[arm].append(row)
    for arm, rows in found.items():
        if not rows:
            raise ValueError(
                f"{path} has no row of arm {arm!r}; a {what} file needs both control and rt, "
                "add the other arm"
            )
    return found


def _month(row: Row) -> float:
    rule = "months from 0 to 1200"
    months = row.number("time", rule=rule)
    if not 0 <= months <= LONGEST_MONTHS:
        raise ValueError(f"{row.place}: `time` is {months:g}; it must be {rule}, correct it")
    return months


def _points(rows: list[Row], path: Path, arm: str) -> Points:
    if len(rows) < 2:
        raise ValueError(
            f"{path} has one point of arm {arm!r}; a curve needs at least 2, and better some "
            "hundred, read off more"
        )
    return Points(
        time=np.array([_month(row) for row in rows]),
        survival=np.array([row.number("survival", rule="a number from 0 to 1") for row in rows]),
        place=[row.place for row in rows],
    )


def _counts(rows: list[Row], path: Path, arm: str) -> Counts:
    ordered = sorted(rows, key=_month)
    time, at_risk = [_month(row) for row in ordered], [_count(row) for row in ordered]
    if time[0] != 0 or at_risk[0] < 2:
        raise ValueError(
            f"{path}: arm {arm!r} begins with {at_risk[0]} at risk at month {time[0]:g}; the first "
            "count must be at month 0, of at least 2 patients, add it"
        )
    for i in range(1, len(ordered)):
        before, row = ordered[i - 1], ordered[i]
        if time[i] == time[i - 1]:
            raise ValueError(
                f"{row.place}: arm {arm!r} has month {time[i]:g} twice (also {before.place}); each "
                "month needs one number at risk, remove one"
            )
        if at_risk[i] > at_risk[i - 1]:
            raise ValueError(
                f"{row.place}: `at_risk` rises from {at_risk[i - 1]} ({before.place}) to "
                f"{at_risk[i]}; numbers at risk must not rise, correct one of them"
            )
    return Counts(np.array(time), np.array(at_risk, dtype=np.int64))


def _count(row: Row) -> int:
    rule = f"a whole number of patients, from 0 to {MOST_PATIENTS}"
    value = row.number("at_risk", rule=rule)
    if not 0 <= value <= MOST_PATIENTS or value != int(value):
        text = row.cells["at_risk"]
        raise ValueError(f"{row.place}: `at_risk` is {shown(text)}; it must be {rule}, correct it")
    return int(value)


def _until(counts: Counts, points: Points) -> Counts:
    """Leave out the counts of 0 behind the end of the curve."""
    kept = (counts.time <= points.time[-1]) | (counts.at_risk > 0)
    return Counts(counts.time[kept], counts.at_risk[kept])
