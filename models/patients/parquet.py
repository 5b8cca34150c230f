"""Reading the rows of a Parquet file as text, by its values alone.

Nothing that a file says of pandas, Python types or indices is followed.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from models.csv_file import Row, shown

if TYPE_CHECKING:
    import pyarrow as pa

MOST_ROWS = 10_000_000


def parquet_rows(path: Path) -> list[Row]:
    """Read the rows of a Parquet file; empty cells and values that are no number are empty text.

    Raises
    ------
    ValueError
        If it cannot be read, has no rows or more than 10 million, or names a column twice: one
        sentence.
    """
    if not path.is_file():
        there = "is a folder" if path.is_dir() else "does not exist"
        raise ValueError(
            f"{path} {there}; patient data must be an existing CSV or Parquet file, check the path"
        )
    names, columns = _read(path)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(
            f"{path} has the column {shown(twice[0])} twice; names of columns must differ, rename "
            "one"
        )
    if not columns or not columns[0]:
        raise ValueError(f"{path} has no rows; patient data need at least one patient, add them")
    return [
        Row(f"{path.name}, row {number}", dict(zip(names, cells, strict=True)))
        for number, cells in enumerate(zip(*columns, strict=True), start=1)
    ]


def _read(path: Path) -> tuple[list[str], list[list[str]]]:
    """Names in lower case, and the text of each column."""
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            rows = file.metadata.num_rows
            if rows <= MOST_ROWS:
                table = file.read()
                names = [str(name).strip().lower() for name in table.column_names]
                return names, [_texts(column) for column in table.columns]
    except Exception as error:
        # What damaged files raise is no closed list: pyarrow's own errors, and any of Python's.
        reason = " ".join(str(error).split())[:120]
        raise ValueError(
            f"{path} cannot be read as Parquet ({_printable(reason)}); write it again, or give CSV"
        ) from None
    raise ValueError(
        f"{path} has {rows} rows; patient data may have at most {MOST_ROWS}, give fewer"
    )


def _texts(column: "pa.ChunkedArray") -> list[str]:
    return [_text(value) for value in column.to_pylist()]


def _text(value: object) -> str:
    """Text of a cell as CSV would have it; not a number is a missing cell."""
    if value is None or value != value:
        return ""
    return str(value).strip()


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in text)
