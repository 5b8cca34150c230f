"""Reading patient data from CSV or Parquet, each mistake named by its row and field."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from models.csv_file import Row, listed, read_rows, shown
from models.patients.parquet import parquet_rows
from models.survival.intervals import ARMS

if TYPE_CHECKING:
    import pandas as pd

ONE_ENDPOINT = ("time", "event", "arm")
BOTH_ENDPOINTS = ("pfs_time", "pfs_event", "os_time", "os_event", "arm")
EVENT_WORDS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
LONGEST_MONTHS = 1200.0
MOST_SETS = 100_000


def read_patients(
    path: Path,
    *,
    endpoint: str | None = None,
    arm_names: Mapping[str, str] | None = None,
    covariates: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Read and check the patients of one endpoint.

    Parameters
    ----------
    path : Path
        CSV, or Parquet by its suffix, with the columns `time` (months), `event` (0 or 1) and
        `arm`, or, for both endpoints, `pfs_time`, `pfs_event`, `os_time`, `os_event` and `arm`. A
        column `imputation` tells sets of pseudo-patients apart.
    endpoint : str, optional
        "pfs" or "os": which one of a file of both.
    arm_names : mapping of str to str, optional
        How the file calls "control" and "rt", where it has other names.
    covariates : tuple of str
        Further columns to keep.

    Returns
    -------
    pandas.DataFrame
        `time`, `event` (bool), `arm` (ordered: control, rt), the covariates (numbers, or text
        where a cell is none) and `imputation` where the file has it.

    Raises
    ------
    ValueError
        If the file cannot be read or a cell is missing or impossible: one sentence with row and
        field.

    Examples
    --------
    >>> from pathlib import Path
    >>> from models import read_patients
    >>> patients = read_patients(Path("analyses/veteran/patients.csv"))
    >>> patients[["time", "event", "arm"]].head(2)
          time  event      arm
    0   2.3655   True  control
    1  13.5031   True  control
    """
    names = {covariate.lower(): covariate for covariate in covariates}
    rows = _rows(path, tuple(names))
    both = "pfs_time" in rows[0].cells
    if both and endpoint not in ("pfs", "os"):
        raise ValueError(f"{path} holds both endpoints; choose one, pfs or os, with --endpoint")
    prefix = f"{endpoint}_" if both else ""
    found = [_patient(row, prefix, dict(arm_names or {})) for row in rows]
    if both:
        for row in rows:
            _check_order(row)
    for name in names:
        for row, patient in zip(rows, _column(rows, name), strict=True):
            if patient == "":
                raise ValueError(f"{row.place}: `{name}` is missing; {_CURE_MISSING}")
    return _frame(path, rows, found, names)


_CURE_MISSING = "every patient needs it, fill it in or leave the patient out"


def _rows(path: Path, covariates: tuple[str, ...]) -> list[Row]:
    """Rows of either kind of file, with the columns of one endpoint or both."""
    if path.suffix.lower() in (".parquet", ".pq"):
        rows = parquet_rows(path)
    else:
        rows = read_rows(path, what="patient", columns=())
    header = tuple(rows[0].cells)
    wanted = BOTH_ENDPOINTS if any(name in header for name in BOTH_ENDPOINTS[:4]) else ONE_ENDPOINT
    missing = [name for name in (*wanted, *covariates) if name not in header]
    if missing:
        raise ValueError(
            f"{path} lacks the column {missing[0]!r} (it has {listed(header)}); patient data need "
            "time, event and arm, or pfs_time, pfs_event, os_time, os_event and arm, and each "
            "covariate asked for"
        )
    return rows


def _patient(row: Row, prefix: str, arm_names: dict[str, str]) -> tuple[float, bool, str]:
    return (
        _months(row, f"{prefix}time"),
        _event(row, f"{prefix}event"),
        _arm(row, arm_names),
    )


def _months(row: Row, name: str) -> float:
    _require(row, name)
    rule = "a number of months from 0 to 1200"
    months = row.number(name, rule=rule)
    if not 0 <= months <= LONGEST_MONTHS:
        raise ValueError(f"{row.place}: `{name}` is {months:g}; it must be {rule}, correct it")
    return months


def _event(row: Row, name: str) -> bool:
    _require(row, name)
    text = row.cells[name].lower().removesuffix(".0")
    if text not in EVENT_WORDS:
        raise ValueError(
            f"{row.place}: `{name}` is {shown(row.cells[name])}; it must be 1 (seen) or 0 "
            "(censored), correct it"
        )
    return EVENT_WORDS[text]


def _arm(row: Row, arm_names: dict[str, str]) -> str:
    _require(row, "arm")
    text = row.cells["arm"]
    called = {arm_names.get(arm, arm).lower(): arm for arm in ARMS}
    if text.lower() not in called:
        known = " or ".join(called)
        raise ValueError(
            f"{row.place}: `arm` is {shown(text)}; it must be {known}, rename it or say how the "
            "file calls the arms with --control and --rt"
        )
    return called[text.lower()]


def _require(row: Row, name: str) -> None:
    if row.cells[name] == "":
        raise ValueError(f"{row.place}: `{name}` is missing; {_CURE_MISSING}")


def _check_order(row: Row) -> None:
    """Refuse a progression-free survival beyond overall survival, or death without an event."""
    pfs, overall = _months(row, "pfs_time"), _months(row, "os_time")
    if pfs > overall + 1e-9:
        raise ValueError(
            f"{row.place}: `pfs_time` is {pfs:g} but `os_time` {overall:g}; progression-free "
            "survival must not be longer than survival, correct one of them"
        )
    died = _event(row, "os_event")
    if math.isclose(pfs, overall) and died and not _event(row, "pfs_event"):
        raise ValueError(
            f"{row.place}: `os_event` is 1 and `pfs_event` 0 at the same {pfs:g} months; a death "
            "is an event of progression-free survival too, correct one of them"
        )


def _column(rows: list[Row], name: str) -> list[str]:
    return [row.cells[name] for row in rows]


def _frame(
    path: Path, rows: list[Row], found: list[tuple[float, bool, str]], names: dict[str, str]
) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(found, columns=list(ONE_ENDPOINT))
    for arm in ARMS:
        if not (frame["arm"] == arm).any():
            raise ValueError(f"{path} has nobody in arm {arm!r}; both arms need patients")
    frame["arm"] = pd.Categorical(frame["arm"], categories=list(ARMS), ordered=True)
    for name, called in names.items():
        frame[called] = _numbers_or_text(_column(rows, name))
    if "imputation" in rows[0].cells:
        frame["imputation"] = [_set_number(row) for row in rows]
    return frame


def _set_number(row: Row) -> int:
    rule = "the number of a set, a whole number from 0"
    value = row.number("imputation", rule=rule)
    if not 0 <= value < MOST_SETS or value != int(value):
        text = row.cells["imputation"]
        raise ValueError(
            f"{row.place}: `imputation` is {shown(text)}; it must be {rule}, correct it"
        )
    return int(value)


def _numbers_or_text(cells: list[str]) -> list[float] | list[str]:
    try:
        numbers = [float(cell) for cell in cells]
    except ValueError:
        return cells
    return numbers if all(math.isfinite(number) for number in numbers) else cells
