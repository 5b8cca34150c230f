"""Tables as they are: the first rows and columns of CSV files, and rows of documents."""

import csv
from pathlib import Path

from analyses.report.blocks import Block, Cell, Column, Table
from analyses.report.estimand_files import estimand_file

MOST_ROWS = 40
MOST_COLUMNS = 10
MOST_TABLES = 12
LONGEST_CELL = 160
WORDS = {"True": "yes", "False": "no"}


def csv_tables(folder: Path, *, without: frozenset[str] = frozenset()) -> tuple[Block, ...]:
    """Show the tables of a folder and the folders in it, their first rows and columns.

    Parameters
    ----------
    folder : Path
    without : frozenset of str
        Files that are not shown, without ".csv": what they hold stands elsewhere in the chapter.
    """
    paths = sorted(folder.glob("*.csv")) + sorted(folder.glob("*/*.csv"))
    chosen = [path for path in paths if path.stem not in without]
    return tuple(_table(path, folder) for path in chosen[:MOST_TABLES])


def _table(path: Path, folder: Path) -> Table:
    """Lay out estimands in words, and of any other CSV file the first rows and columns."""
    name = path.relative_to(folder).with_suffix("").as_posix().replace("/", "_")
    return estimand_file(path, name=name) or _first_rows(path, folder)


def _first_rows(path: Path, folder: Path) -> Table:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row, _ in zip(csv.reader(file), range(MOST_ROWS + 2), strict=False)]
    head, *body = rows or [[]]
    shown, width = body[:MOST_ROWS], min(len(head), MOST_COLUMNS)
    more = [f"first {MOST_ROWS} rows"] if len(body) > MOST_ROWS else []
    more += [f"first {MOST_COLUMNS} of {len(head)} columns"] if len(head) > MOST_COLUMNS else []
    place = path.relative_to(folder).with_suffix("").as_posix()
    cells = [tuple(_cell(text) for text in (row + [""] * width)[:width]) for row in shown]
    return Table(
        name=place.replace("/", "_"),
        caption=f"{place}.csv{f' ({", ".join(more)})' if more else ''}",
        columns=tuple(
            Column(name=x, heading=x.replace("_", " "), digits=_digits([row[n] for row in cells]))
            for n, x in enumerate(head[:width])
        ),
        rows=tuple(cells),
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


def _digits(cells: list[Cell]) -> int:
    """Decimals of a column: none where all its numbers are whole."""
    numbers = [cell for cell in cells if isinstance(cell, float)]
    return 0 if numbers and all(number.is_integer() for number in numbers) else 3


def _cell(text: str) -> Cell:
    if text in WORDS:
        return WORDS[text]
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return f"{text[:LONGEST_CELL]} …" if len(text) > LONGEST_CELL else text or None
