"""What the document of any run says in sentences and verdicts."""

from collections.abc import Iterator
from typing import Any

from analyses.report.barg_tables import NOTED, VERDICTS
from analyses.report.blocks import Block, Column, Paragraph, Table
from analyses.report.folder import Run
from analyses.report.wording import endpoint_name

WORDS = ("words", "caveat", "winners_curse", "reason", "several_tables")
CHECKS = ("gates", "checks", "findings")


def sentences(document: dict[str, Any]) -> tuple[Block, ...]:
    """Take the sentences of a document and of its endpoints.

    Parameters
    ----------
    document : dict
        Whose fields of `WORDS` are a sentence or several.
    """
    found = [
        text
        for _, part in _parts(document)
        for name in WORDS
        for text in _texts(part.get(name))
        if text
    ]
    return tuple(Paragraph(text=text[0].upper() + text[1:]) for text in found)


def check_tables(run: Run, *, kinds: tuple[str, ...] = CHECKS) -> tuple[Table, ...]:
    """Lay out the verdicts of a document and of its endpoints.

    Parameters
    ----------
    run : Run
    kinds : tuple of str
        Of which fields of the document.
    """
    tables: list[Table] = []
    for prefix, part in _parts(run.document):
        for kind in kinds:
            for name, rows in _groups(part.get(kind)):
                tables.append(_check_table(rows, name=f"{prefix}{kind}{name}"))
    return tuple(tables)


def warning(document: dict[str, Any]) -> str:
    """Say what forbids relying on a run; nothing where nothing does."""
    held = (document.get(name) for name in ("gates_hold", "checks_hold"))
    failed = any(verdict is False for verdict in held)
    said = ["A check that voids the results failed."] if failed else []
    if document.get("quick"):
        said.append("A quick look of less precision: not for reporting.")
    return " ".join(said)


def _parts(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the document and each of its endpoints, with the beginning of names for it."""
    yield "", document
    endpoints = document.get("endpoints")
    if isinstance(endpoints, dict):
        for name, part in endpoints.items():
            if isinstance(part, dict):
                yield f"{name}_", part


def _texts(said: object) -> list[str]:
    if isinstance(said, str):
        return [said]
    return [one for one in said if isinstance(one, str)] if isinstance(said, list) else []


def _groups(checks: object) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Give checks that stand in one list, or in lists by name."""
    named = checks if isinstance(checks, dict) else {"": checks}
    for name, rows in named.items():
        found = [one for one in rows if _is_check(one)] if isinstance(rows, list) else []
        if found:
            yield f"_{name}" if name else "", found


def _is_check(row: object) -> bool:
    return isinstance(row, dict) and {"name", "passed", "text"} <= row.keys()


def _check_table(rows: list[dict[str, Any]], *, name: str) -> Table:
    words = " ".join(endpoint_name(part) for part in name.split("_"))
    verdicts = NOTED if "findings" in name else VERDICTS
    return Table(
        name=name,
        caption=f"{words[0].upper()}{words[1:]}.",
        columns=tuple(Column(name=x, heading=x.capitalize()) for x in ("check", "verdict", "text")),
        rows=tuple((one["name"], verdicts.get(one["passed"], ""), one["text"]) for one in rows),
    )
