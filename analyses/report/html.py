"""A report as one HTML file: no script, no network, pictures inside."""

from base64 import b64encode
from html import escape
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
from analyses.report.numbers import is_number, shown
from analyses.report.page_style import STYLE

MIME = {".svg": "image/svg+xml", ".png": "image/png"}
LONG_CODE = 12
WORDY = 40
FOOTER = (
    "Written by replan from the folders named above. Hazard ratios are RT versus control, below 1 "
    "favours RT; differences are RT minus control; times are months."
)


def report_html(report: Report) -> str:
    """Write a report as one self-contained HTML page.

    Parameters
    ----------
    report : Report

    Returns
    -------
    str
        A page that loads nothing and runs nothing.
    """
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en-GB">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="generator" content="replan">',
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "img-src data:; style-src 'unsafe-inline'\">",
        f"<title>{escape(report.title)}</title>",
        f"<style>{STYLE}</style>",
        "</head>",
        "<body>",
        f"<header><h1>{escape(report.title)}</h1></header>",
        *_navigation(report),
        "<main>",
        *_summary(report),
        *(line for number, one in enumerate(report.chapters, 1) for line in _chapter(one, number)),
        "</main>",
        f"<footer><p>{escape(FOOTER)}</p></footer>",
        "</body>",
        "</html>",
    ]
    return "\n".join(parts) + "\n"


def _navigation(report: Report) -> list[str]:
    if len(report.chapters) < 2:
        return []
    links = [
        f'<li><a href="#chapter-{number}">{escape(chapter.title)}</a></li>'
        for number, chapter in enumerate(report.chapters, 1)
    ]
    return ['<nav aria-label="Chapters"><ul>', *links, "</ul></nav>"]


def _summary(report: Report) -> list[str]:
    ready = any(isinstance(one, Ready) for one in report.summary)
    title = "For the protocol" if ready else "Contents"
    lines = [f'<section aria-label="{title}">', f"<h2>{title}</h2>"]
    return [*lines, *(line for block in report.summary for line in _block(block)), "</section>"]


def _chapter(chapter: Chapter, number: int) -> list[str]:
    key = f"chapter-{number}"
    lines = [
        f'<section id="{key}" aria-labelledby="{key}-title">',
        f'<h2 id="{key}-title">{escape(chapter.title)}</h2>',
        f'<p class="lead">{escape(chapter.lead)}</p>',
    ]
    if chapter.warning:
        lines.append(f'<p class="warning" role="note">{escape(chapter.warning)}</p>')
    lines.append(f"<p>Folder: {escape(chapter.name)}.</p>")
    lines += _checklist(chapter, key)
    for section in chapter.sections:
        lines += _section(section, key)
    return [*lines, "</section>"]


def _checklist(chapter: Chapter, key: str) -> list[str]:
    """List the items of the guideline with links, those that are missing by name."""
    items = chapter.items()
    if not chapter.guideline:
        return []
    filled = sum(item.filled for item in items)
    lines = [
        f"<p>Follows the {escape(chapter.guideline)}: {filled} of {len(items)} items are filled "
        "from the run.</p>",
        '<ul class="items">',
    ]
    for item in items:
        state = "" if item.filled else ' <span class="missing">(missing)</span>'
        title = f"{escape(item.key)} {escape(item.title)}"
        lines.append(f'<li><a href="#{_anchor(item, key)}">{title}</a>{state}</li>')
    return [*lines, "</ul>"]


def _anchor(item: Item, key: str) -> str:
    return f"{key}-{item.key.lower().replace('.', '-')}"


def _section(section: Section, key: str) -> list[str]:
    lines = [f"<h3>{escape(section.title)}</h3>"]
    for block in section.blocks:
        lines += _block(block)
    for item in section.items:
        lines += _item(item, key)
    return lines


def _item(item: Item, key: str) -> list[str]:
    number = f'<span class="key">{escape(item.key)}</span>'
    lines = [f'<h4 id="{_anchor(item, key)}">{number}{escape(item.title)}</h4>']
    for block in item.blocks:
        lines += _block(block)
    if not item.filled:
        why = item.missing or "the run says nothing of it"
        lines.append(f'<p class="missing">Missing: {escape(why)}.</p>')
    return lines


def _block(block: Block) -> list[str]:
    if isinstance(block, Paragraph):
        return [f"<p>{escape(block.text)}</p>"]
    if isinstance(block, Ready):
        return [
            '<div class="ready">',
            *(f"<p>{escape(text)}</p>" for text in block.texts),
            "</div>",
        ]
    if isinstance(block, Points):
        return ["<ul>", *(f"<li>{escape(text)}</li>" for text in block.texts), "</ul>"]
    if isinstance(block, Code):
        return _code(block)
    if isinstance(block, Table):
        return _table(block)
    return _picture(block)


def _code(block: Code) -> list[str]:
    kind = "long" if block.text.count("\n") >= LONG_CODE else ""
    return [f'<pre{_class(kind)} tabindex="0"><code>{escape(block.text)}</code></pre>']


def _table(table: Table) -> list[str]:
    numeric = [
        all(is_number(row[place]) for row in table.rows) for place in range(len(table.columns))
    ]
    head = "".join(
        f'<th scope="col"{_class("number" if right else "")}>{escape(column.heading)}</th>'
        for column, right in zip(table.columns, numeric, strict=True)
    )
    caption = escape(table.caption)
    headings = [column.heading for column in table.columns]
    wordy = any(len(str(cell)) > WORDY for row in table.rows for cell in row)
    lines = [
        f'<p class="caption" aria-hidden="true">{caption}</p>',
        f'<div class="wide" role="region" tabindex="0" aria-label="{caption}">',
        f'<table{_class("wordy" if wordy else "")} aria-label="{caption}">',
        f"<thead><tr>{head}</tr></thead>",
        "<tbody>",
    ]
    for row in table.rows:
        cells = [
            _cell(shown(cell, column), right, label=headings[place], first=place == 0)
            for place, (cell, column, right) in enumerate(
                zip(row, table.columns, numeric, strict=True)
            )
        ]
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return [*lines, "</tbody></table></div>"]


def _cell(text: str, right: bool, *, label: str, first: bool) -> str:
    kind = "number" if right else "words" if len(text) > WORDY else ""
    tag = 'th scope="row"' if first else f'td data-label="{escape(label)}"'
    return f"<{tag}{_class(kind)}>{escape(text)}</{tag.partition(' ')[0]}>"


def _class(name: str) -> str:
    return f' class="{name}"' if name else ""


def _picture(picture: Picture) -> list[str]:
    return [
        "<figure>",
        f'<img alt="{escape(picture.alternative)}" src="{data_address(picture.path)}">',
        f"<figcaption>{escape(picture.caption)}</figcaption>",
        "</figure>",
    ]


def data_address(path: Path) -> str:
    """Write a picture's bytes as the address of an image."""
    return f"data:{MIME[path.suffix]};base64,{b64encode(path.read_bytes()).decode('ascii')}"
