"""Writing a report: page, Markdown and tables, each complete or not at all."""

import csv
import io
import os
import re
import shutil
import tempfile
from pathlib import Path

from analyses.report.blocks import Report, Table
from analyses.report.html import report_html
from analyses.report.markdown import report_markdown


def write_report(report: Report, out: Path) -> tuple[Path, Path, Path]:
    """Write a report's three forms: `out`, the same name with `.md`, and a folder of CSV files.

    Parameters
    ----------
    report : Report
    out : Path
        The HTML file; its folder exists or is made.

    Returns
    -------
    tuple of Path
        Page, Markdown, folder of tables.

    Raises
    ------
    ValueError
        If they cannot be written: one sentence.
    """
    markdown, tables = out.with_suffix(".md"), out.with_name(f"{out.stem}_tables")
    _check_ours(tables)
    aside: Path | None = None
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.stem}-"))
        (aside / "page").write_text(report_html(report), encoding="utf-8")
        (aside / "markdown").write_text(
            report_markdown(report, beside=out.parent), encoding="utf-8"
        )
        _write_tables(report, aside / "tables")
        _put(aside, out, markdown, tables)
    except OSError as error:
        reason = error.strerror or " ".join(str(error).split())
        raise ValueError(
            f"{out} cannot be written ({reason}); --out must be a file in a writable folder with "
            "space left, choose another"
        ) from None
    finally:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)
    return out, markdown, tables


def _put(aside: Path, out: Path, markdown: Path, tables: Path) -> None:
    """Rename what is complete to where it belongs; earlier tables make way."""
    if tables.exists():
        os.replace(tables, aside / "earlier")
    os.replace(aside / "tables", tables)
    os.replace(aside / "markdown", markdown)
    os.replace(aside / "page", out)


def _check_ours(tables: Path) -> None:
    """Refuse to replace a folder that holds more than tables of an earlier report."""
    if not tables.exists():
        return
    others = [tables] if not tables.is_dir() else [x for x in tables.iterdir() if not _is_csv(x)]
    if others:
        raise ValueError(
            f"{others[0]} is not a table of a report; {tables} is written anew each time, move it "
            "or choose another --out"
        )


def _is_csv(path: Path) -> bool:
    return path.suffix == ".csv" and path.is_file()


def _write_tables(report: Report, folder: Path) -> None:
    folder.mkdir(mode=0o755)
    for number, chapter in enumerate(report.chapters, start=1):
        for block in chapter.blocks():
            if isinstance(block, Table):
                stem = _file_name(f"{number:02d}_{chapter.name}_{block.name}")
                (folder / f"{stem}.csv").write_text(_csv(block), encoding="utf-8")


def _file_name(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9.-]+", "_", text).strip("_.")[:120]


def _csv(table: Table) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(column.name for column in table.columns)
    for row in table.rows:
        writer.writerow("" if cell is None else cell for cell in row)
    return file.getvalue()
