"""Documents of results: one JSON text each, of tables, checks and numbers as JSON knows them."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from models.check_result import CheckResult


def rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """List the rows of a table; infinities become text, what is not a number null."""
    return [{str(k): plain(v) for k, v in row.items()} for row in table.to_dict("records")]


def plain(value: object) -> object:
    """Return a value as JSON knows it."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else ("infinity" if value > 0 else "-infinity")
    return value


def describe_check(check: CheckResult) -> dict[str, Any]:
    """Name, verdict, numbers and sentence of a check."""
    return {
        "name": check.name,
        "passed": check.passed,
        "values": {name: plain(value) for name, value in check.values.items()},
        "text": check.text,
    }


def document_text(document: dict[str, Any]) -> str:
    """Text of a document, as it is printed and stored.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def write_document(document: dict[str, Any], path: Path) -> None:
    """Write a document to a file."""
    path.write_text(document_text(document), encoding="utf-8")


def print_document(document: dict[str, Any]) -> None:
    """Print a document on standard output."""
    sys.stdout.write(document_text(document))
