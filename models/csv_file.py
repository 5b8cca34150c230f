"""Reading CSV files that users wrote, with the line of whatever is wrong with them."""

import csv
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

LONGEST_SHOWN = 60
MOST_LISTED = 12


def shown(text: str) -> str:
    """Quote what a cell holds for a message: on one line, shortened if it is long."""
    quoted = repr(text)
    return quoted if len(quoted) <= LONGEST_SHOWN else quoted[: LONGEST_SHOWN - 1] + "…"


def listed(names: Sequence[str]) -> str:
    """List names of columns for a message; odd ones in quotes, and not too many."""
    some = [
        name if name.isprintable() and 0 < len(name) <= LONGEST_SHOWN else shown(name)
        for name in names[:MOST_LISTED]
    ]
    return ", ".join(some) + (" and more" if len(names) > MOST_LISTED else "")


class Row(NamedTuple):
    """A row of a table and where it stands in its file.

    Attributes
    ----------
    place : str
        File and line, such as "curves.csv, line 12".
    cells : mapping of str to str
        Text by column name; names in lower case, both without blanks around them.
    """

    place: str
    cells: Mapping[str, str]

    def number(self, name: str, *, rule: str) -> float:
        """Return a cell as a finite number, or refuse it with the rule that it must keep."""
        text = self.cells[name]
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise ValueError(
                f"{self.place}: `{name}` is {shown(text)}; it must be {rule}, correct it"
            )
        return value


def read_rows(path: Path, *, what: str, columns: tuple[str, ...]) -> list[Row]:
    """Read the rows of a CSV file with a header, without blank lines and comments (#).

    Parameters
    ----------
    path : Path
    what : str
        What the file is to be, for messages: "curve", "patient".
    columns : tuple of str
        Columns that it must have, in any order; others are kept.

    Returns
    -------
    list of Row
        At least one.

    Raises
    ------
    ValueError
        If the file cannot be read, lacks a column, has no rows or a row has too many or too few
        cells: one sentence.
    """
    header: list[str] | None = None
    rows = []
    for line, cells in _lines(path, what=what):
        if header is None:
            header = [name.lower() for name in cells]
            _check_header(path, header, columns)
        elif len(cells) != len(header):
            raise ValueError(
                f"{path.name}, line {line}: there are {len(cells)} cells for {len(header)} "
                "columns; a row needs one cell for each column, leave unknown ones empty"
            )
        else:
            rows.append(Row(f"{path.name}, line {line}", dict(zip(header, cells, strict=True))))
    if not rows:
        raise ValueError(
            f"{path} has no rows; a {what} file needs a line with the names of its columns and at "
            "least one row below, add them"
        )
    return rows


def _lines(path: Path, *, what: str) -> list[tuple[int, list[str]]]:
    """Cells of each line with its number, without comments and blank lines."""
    if path.is_dir():
        raise ValueError(f"{path} is a directory; a {what} file must be a CSV file, give its path")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            found = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except FileNotFoundError:
        raise ValueError(
            f"{path} does not exist; a {what} file must be an existing CSV file, check the path"
        ) from None
    except OSError as error:
        raise ValueError(
            f"{path} cannot be read ({error.strerror}); a {what} file must be a readable CSV "
            "file, check its permissions"
        ) from None
    except (UnicodeDecodeError, csv.Error):
        raise ValueError(
            f"{path} is not text in UTF-8; a {what} file must be CSV in UTF-8, save it so"
        ) from None
    return [(line, cells) for line, cells in found if any(cells) and not cells[0].startswith("#")]


def _check_header(path: Path, header: list[str], columns: tuple[str, ...]) -> None:
    if len(header) == 1 and ";" in header[0]:
        raise ValueError(
            f"{path} has semicolons between its columns; they must be commas, with a point in "
            "decimal numbers, save it so"
        )
    missing = [name for name in columns if name not in header]
    if missing:
        raise ValueError(
            f"{path} lacks the column {missing[0]!r} (it has {listed(header)}); it needs "
            f"{', '.join(columns)} separated by commas, add the column or correct the first line"
        )
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise ValueError(
            f"{path} has the column {shown(twice[0])} twice; names of columns must differ, rename "
            "one"
        )
