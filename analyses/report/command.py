"""Carrying out `replan report`: read, build, write, tell."""

import json
from pathlib import Path
from typing import Any

from analyses.report.blocks import Report
from analyses.report.chapters import build_report
from analyses.report.write import write_report

SCHEMA_VERSION = 1


def carry_out(folder: Path, *, out: Path | None, as_json: bool, strict: bool) -> int:
    """Write the report of a folder, and say where it is and what it lacks.

    Parameters
    ----------
    folder : Path
    out : Path or None
        The HTML file; report.html in the folder where none is given.
    as_json : bool
    strict : bool

    Returns
    -------
    int
        0; under `strict` 1 where an item is missing or a run is not fit for reporting.
    """
    target = folder / "report.html" if out is None else out
    if target.suffix.lower() not in {".html", ".htm"} or target.is_dir():
        raise ValueError(f"--out is {target}; it must name an HTML file, such as report.html")
    report = build_report(folder)
    files = write_report(report, target)
    if as_json:
        print(json.dumps(describe_report(report, files), indent=1, ensure_ascii=False))
    else:
        _tell(report, files)
    return 1 if strict and _lacks(report) else 0


def describe_report(report: Report, files: tuple[Path, Path, Path]) -> dict[str, Any]:
    """Give what a report holds and lacks, ready for `json.dumps`."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "report",
        "title": report.title,
        "files": dict(zip(("html", "markdown", "tables"), map(str, files), strict=True)),
        "chapters": [
            {
                "title": chapter.title,
                "folder": chapter.name,
                "guideline": chapter.guideline or None,
                "warning": chapter.warning or None,
                "items": [
                    {"key": item.key, "title": item.title, "filled": item.filled,
                     "missing": item.missing or None}
                    for item in chapter.items()
                ],
            }
            for chapter in report.chapters
        ],
    }  # fmt: skip


def _tell(report: Report, files: tuple[Path, Path, Path]) -> None:
    for chapter in report.chapters:
        items = chapter.items()
        filled = sum(item.filled for item in items)
        held = f": {filled} of {len(items)} items filled" if items else ""
        print(f"{chapter.name}: {chapter.title}{held}")
        if chapter.warning:
            print(f"  {chapter.warning}")
        for item in items:
            if not item.filled:
                print(f"  missing: {item.key} {item.title}: {item.missing or 'nothing is said'}")
    page, markdown, tables = files
    print(f"report in {page}, as Markdown in {markdown}, tables in {tables}")


def _lacks(report: Report) -> bool:
    return any(
        chapter.warning or not all(item.filled for item in chapter.items())
        for chapter in report.chapters
    )
