"""Documents of results: one JSON text each, of tables, checks and numbers as JSON knows them."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from models.check_result import CheckResult


def rows(
    table: pd.DataFrame, *, number: Callable[[object], Any] | None = None
) -> list[dict[str, Any]]:
    """List the rows of a table, each value as `plain` gives it, or `number`."""
    shown = number or plain
    return [{str(k): shown(v) for k, v in row.items()} for row in table.to_dict("records")]


def plain(value: object) -> object:
    """Return a value as JSON knows it; infinities become text, what is not a number null."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else ("infinity" if value > 0 else "-infinity")
    return value


def finite(value: object) -> Any:  # noqa: ANN401 - whatever a table holds
    """Return a value as JSON knows it; null for whatever is not finite."""
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def describe_check(
    check: CheckResult, *, number: Callable[[object], Any] | None = None
) -> dict[str, Any]:
    """Name, verdict, numbers (as `plain` gives them, or `number`) and sentence of a check."""
    shown = number or plain
    return {
        "name": check.name,
        "passed": check.passed,
        "values": {name: shown(value) for name, value in check.values.items()},
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
