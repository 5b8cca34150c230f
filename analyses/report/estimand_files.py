"""Estimands of runs that write them as CSV files, in the words and columns of a re-analysis."""

import csv
import math
from pathlib import Path

from analyses.report.barg_tables import ESTIMAND_COLUMNS, NAMES
from analyses.report.blocks import Cell, Column, Table

FILES = ("estimands", "estimands_pooled")
NEEDED = {"estimand", "contrast", "time_months", "median", "lower", "upper"}
LEADS = {"part": "Endpoint", "model": "Model", "level": "Level"}
MOST_ROWS = 80
CONTRASTS = ("survival_difference", "rmst_difference", "median_difference")


def estimand_file(path: Path, *, name: str) -> Table | None:
    """Lay out a CSV file of estimands; None where a file is none of these.

    Parameters
    ----------
    path : Path
    name : str
        Of the table.

    Returns
    -------
    Table or None
        Of many models, the differences between the arms alone; the file has the rest.
    """
    if path.stem not in FILES:
        return None
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or not rows[0].keys() >= NEEDED:
        return None
    leads = [one for one in LEADS if one in rows[0]]
    some = [row for row in rows if row["estimand"] in CONTRASTS] if len(rows) > MOST_ROWS else rows
    return Table(
        name=name,
        caption=_caption(path, every=len(some) == len(rows)),
        columns=(
            *(Column(name=one, heading=LEADS[one]) for one in leads),
            *ESTIMAND_COLUMNS,
        ),
        rows=tuple((*(_lead(row[one]) for one in leads), *_row(row)) for row in some[:MOST_ROWS]),
    )


def _caption(path: Path, *, every: bool) -> str:
    how = "posterior" if path.stem == FILES[0] else "PyMC's posterior, pooled over the sets,"
    whose = f"{path.parent.name.upper()}: " if path.parent.name in {"pfs", "os"} else ""
    rest = "" if every else f" Differences alone; {path.name} has every estimand."
    return (
        f"{whose or 'The '}{how} with 95% central intervals. Hazard ratios are RT versus control, "
        "below 1 favours RT, unless they say otherwise; differences are RT minus control."
        f"{rest}"
    )


def _lead(text: str) -> str:
    return text.upper() if text in {"pfs", "os"} else text.replace("_", " ")


def _row(row: dict[str, str]) -> tuple[Cell, ...]:
    names = ("time_months", "median", "mcse_median", "lower", "upper")
    return (
        NAMES.get(row["estimand"], row["estimand"].replace("_", " ")),
        row["contrast"].replace(" - ", " − ").replace("rt", "RT"),
        *(_number(row.get(name, "")) for name in names),
        _number(row.get("p_below_1" if row["estimand"] == "hazard_ratio" else "p_above_0", "")),
    )


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return None if math.isnan(value) else value
