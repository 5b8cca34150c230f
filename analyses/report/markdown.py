"""A report as Markdown: the same text and tables, pictures by their paths."""

import os
from pathlib import Path

from analyses.report.blocks import (
    Block,
    Chapter,
    Code,
    Item,
    Paragraph,
    Picture,
    Points,
    Ready,
    Report,
    Section,
    Table,
)
from analyses.report.html import FOOTER
from analyses.report.numbers import is_number, shown

MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<>#|"})


def report_markdown(report: Report, *, beside: Path) -> str:
    """Write a report as Markdown.

    Parameters
    ----------
    report : Report
    beside : Path
        Folder of the file, from which the paths of pictures are counted.
    """
    lines = [f"# {_plain(report.title)}", ""]
    for block in report.summary:
        lines += _block(block, beside)
    for chapter in report.chapters:
        lines += _chapter(chapter, beside)
    return "\n".join([*lines, "---", "", FOOTER]) + "\n"


def _chapter(chapter: Chapter, beside: Path) -> list[str]:
    lines = [f"## {_plain(chapter.title)}", "", _plain(chapter.lead), ""]
    if chapter.warning:
        lines += [f"**{_plain(chapter.warning)}**", ""]
    lines += [f"Folder: {_plain(chapter.name)}.", ""]
    if chapter.guideline:
        filled, items = sum(one.filled for one in chapter.items()), len(chapter.items())
        lines += [
            f"Follows the {chapter.guideline}: {filled} of {items} items are filled from the run.",
            "",
        ]
    for section in chapter.sections:
        lines += _section(section, beside)
    return lines


def _section(section: Section, beside: Path) -> list[str]:
    lines = [f"### {_plain(section.title)}", ""]
    for block in section.blocks:
        lines += _block(block, beside)
    for item in section.items:
        lines += _item(item, beside)
    return lines


def _item(item: Item, beside: Path) -> list[str]:
    lines = [f"#### {item.key} {_plain(item.title)}", ""]
    for block in item.blocks:
        lines += _block(block, beside)
    if not item.filled:
        lines += [f"**Missing:** {_plain(item.missing or 'the run says nothing of it')}.", ""]
    return lines


def _block(block: Block, beside: Path) -> list[str]:
    if isinstance(block, Paragraph):
        return [_plain(block.text), ""]
    if isinstance(block, Ready):
        return ["> " + "\n>\n> ".join(_plain(text) for text in block.texts), ""]
    if isinstance(block, Points):
        return [*(f"- {_plain(text)}" for text in block.texts), ""]
    if isinstance(block, Code):
        return [*(f"    {line}" for line in block.text.splitlines()), ""]
    if isinstance(block, Table):
        return _table(block)
    return _picture(block, beside)


def _table(table: Table) -> list[str]:
    numeric = [
        all(is_number(row[place]) for row in table.rows) for place in range(len(table.columns))
    ]
    head = " | ".join(_plain(column.heading) for column in table.columns)
    rule = " | ".join("---:" if right else "---" for right in numeric)
    rows = [
        " | ".join(
            _plain(shown(cell, column)) for cell, column in zip(row, table.columns, strict=True)
        )
        for row in table.rows
    ]
    return [f"*{_plain(table.caption)}*", "", f"| {head} |", f"| {rule} |",
            *(f"| {row} |" for row in rows), ""]  # fmt: skip


def _picture(picture: Picture, beside: Path) -> list[str]:
    path = Path(os.path.relpath(picture.path, beside)).as_posix().replace(" ", "%20")
    return [f"![{_plain(picture.alternative)}]({path})", ""]


def _plain(text: str) -> str:
    """Text as it is: on one line, marks of Markdown without their meaning."""
    return " ".join(text.split()).translate(MARKS)
