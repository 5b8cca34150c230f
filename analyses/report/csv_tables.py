"""Tables as they are: the first rows and columns of CSV files, and rows of documents."""

import csv
from pathlib import Path

from analyses.report.blocks import Block, Cell, Column, Table

MOST_ROWS = 40
MOST_COLUMNS = 10
MOST_TABLES = 12
LONGEST_CELL = 160


def csv_tables(folder: Path) -> tuple[Block, ...]:
    """Show the tables of a folder and the folders in it, their first rows and columns."""
    paths = sorted(folder.glob("*.csv")) + sorted(folder.glob("*/*.csv"))
    return tuple(_table(path, folder) for path in paths[:MOST_TABLES])


def _table(path: Path, folder: Path) -> Table:
    """Take the first rows and columns of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row, _ in zip(csv.reader(file), range(MOST_ROWS + 2), strict=False)]
    head, *body = rows or [[]]
    shown, width = body[:MOST_ROWS], min(len(head), MOST_COLUMNS)
    more = [f"first {MOST_ROWS} rows"] if len(body) > MOST_ROWS else []
    more += [f"first {MOST_COLUMNS} of {len(head)} columns"] if len(head) > MOST_COLUMNS else []
    place = path.relative_to(folder).with_suffix("").as_posix()
    return Table(
        name=place.replace("/", "_"),
        caption=f"{place}.csv{f' ({", ".join(more)})' if more else ''}",
        columns=tuple(Column(name=x, heading=x.replace("_", " ")) for x in head[:width]),
        rows=tuple(
            tuple(_cell(text) for text in (row + [""] * width)[:width]) for row in shown
        ),
    )  # fmt: skip


def rows_table(rows: list[dict[str, Cell]], *, name: str, caption: str) -> Table:
    """Lay out rows of a document under the names that they have there.

    Parameters
    ----------
    rows : list of dict
        At least one, all with the same names.
    name, caption : str
        Of the table.
    """
    names = list(rows[0])
    return Table(
        name=name,
        caption=caption,
        columns=tuple(Column(name=x, heading=x.replace("_", " ")) for x in names),
        rows=tuple(tuple(row.get(x) for x in names) for row in rows),
    )


def _cell(text: str) -> Cell:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return f"{text[:LONGEST_CELL]} …" if len(text) > LONGEST_CELL else text or None
