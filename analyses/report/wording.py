"""Numbers and names as they stand in the text of a report."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from simulate.plots.wording import ENDPOINT_LABELS, ENDPOINT_NAMES, TEST_LABELS

Stored = str | float | int | None
"""A number as a document holds it."""

INFINITE = {"infinity": math.inf, "-infinity": -math.inf}


def number(value: Stored) -> float | None:
    """Read a number of a document, where an infinite one is a word and a missing one null."""
    if isinstance(value, str):
        return INFINITE.get(value)
    return None if value is None else float(value)


def figure(value: Stored, digits: int = 2) -> str:
    """Write a number with a fixed number of decimals; a dash where there is none."""
    read = number(value)
    if read is None or math.isnan(read):
        return "–"
    if math.isinf(read):
        return "not reached" if read > 0 else "−∞"
    return f"{read:z.{digits}f}".replace("-", "−")


def whole(value: float) -> str:
    """Write a count with a thin mark between thousands."""
    return f"{value:,.0f}"


def share(value: Stored, error: Stored = None) -> str:
    """Write a probability, with its Monte Carlo standard error if known."""
    if error is None:
        return figure(value, 3)
    return f"{figure(value, 3)} (Monte Carlo standard error {figure(error, 4)})"


def bracketed(value: Stored, error: Stored) -> str:
    """Write a probability, its Monte Carlo standard error in brackets."""
    return figure(value, 3) if error is None else f"{figure(value, 3)} ({figure(error, 4)})"


def interval(lower: Stored, upper: Stored, digits: int = 2) -> str:
    """Write an interval."""
    return f"{figure(lower, digits)} to {figure(upper, digits)}"


def listed(words: Iterable[str], last: str = "and") -> str:
    """Join words as a sentence does."""
    known = list(words)
    if len(known) < 2:
        return "".join(known)
    return f"{', '.join(known[:-1])} {last} {known[-1]}"


def endpoint_name(endpoint: str) -> str:
    """Short name of an endpoint: PFS, OS."""
    return ENDPOINT_NAMES.get(endpoint, endpoint)


def endpoint_label(endpoint: str) -> str:
    """Long name of an endpoint."""
    return ENDPOINT_LABELS.get(endpoint, endpoint)


def test_label(test: str) -> str:
    """Name of a test in words."""
    return TEST_LABELS.get(test, test)


def versions(provenance: Mapping[str, Any]) -> dict[str, str]:
    """Names and versions of the packages that a run used, from either form of provenance."""
    if isinstance(provenance.get("versions"), dict):
        return {str(name): str(value) for name, value in provenance["versions"].items()}
    prefix = "version_"
    found = {"python": str(provenance["python"])} if "python" in provenance else {}
    return found | {
        name.removeprefix(prefix): str(value)
        for name, value in provenance.items()
        if name.startswith(prefix)
    }


def versions_sentence(provenance: Mapping[str, Any]) -> str:
    """Say which versions a run used."""
    return listed(f"{name} {value}" for name, value in versions(provenance).items())
