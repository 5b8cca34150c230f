"""The report of a self-test: one JSON document, from which the other forms are written."""

import math
import os
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from analyses.selftest.oracles import FOLDER, wrote
from analyses.selftest.requirements import areas
from analyses.selftest.run import Outcome

SCHEMA_VERSION = 1
PACKAGES = (
    "replan", "numpy", "scipy", "numba", "llvmlite", "pandas", "xarray", "pymc", "nutpie", "arviz",
    "pyarrow", "h5netcdf",
)  # fmt: skip
ORACLES = ("survival_data", "boundaries", "random_effects")


def describe_selftest(outcomes: Sequence[Outcome], *, full: bool) -> dict[str, Any]:
    """Describe what was found.

    Returns
    -------
    dict
        `schema_version`, `passed`, `full`, `seconds`, `counts`, `versions`, `machine`, `oracles`,
        and `checks`: one entry a comparison, with requirement, grade, claim, source, observed
        figure (None where it is no finite number), limit, unit, cases, place, verdict and error.
    """
    failed = sum(outcome.verdict == "failed" for outcome in outcomes)
    return {
        "schema_version": SCHEMA_VERSION,
        "passed": failed == 0 and bool(outcomes),
        "full": full,
        "seconds": round(sum(outcome.seconds for outcome in outcomes), 1),
        "counts": {"passed": len(outcomes) - failed, "failed": failed},
        "versions": {"python": platform.python_version(), **_versions()},
        "machine": _machine(),
        "oracles": sorted({wrote(name) for name in ORACLES if (FOLDER / f"{name}.csv").exists()}),
        "checks": [_described(outcome) for outcome in outcomes],
    }


def _described(outcome: Outcome) -> dict[str, Any]:
    check, finding = outcome.check, outcome.finding
    return {
        "requirement": check.requirement,
        "name": check.name,
        "grade": check.grade,
        "claim": check.claim,
        "source": check.source,
        "observed": _finite(finding.observed),
        "limit": _finite(finding.limit),
        "unit": finding.unit,
        "cases": finding.cases,
        "where": finding.where,
        "verdict": outcome.verdict,
        "error": outcome.error,
        "seconds": round(outcome.seconds, 2),
    }


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _machine() -> dict[str, str | int]:
    return {
        "system": platform.system(),
        "release": platform.release(),
        "architecture": platform.machine(),
        "cores": os.cpu_count() or 0,
    }


def figure(value: float | None) -> str:
    """Write an observed figure or a limit for people: two digits."""
    if value is None:
        return "none"
    if value == 0 or 0.001 <= abs(value) < 1e5:
        return f"{value:.3g}"
    return f"{value:.1e}"


def by_area(document: dict[str, Any]) -> list[tuple[str, list[tuple[Any, list[dict[str, Any]]]]]]:
    """Give areas with their requirements, and the checks of each requirement."""
    found = []
    for area in areas():
        rows = [
            (one, [check for check in document["checks"] if check["requirement"] == one.id])
            for one in area.requirements
        ]
        found.append((area.title, rows))
    return found


def headline(document: dict[str, Any]) -> str:
    """Say the outcome in a sentence."""
    counts = document["counts"]
    number = counts["passed"] + counts["failed"]
    if document["passed"]:
        return f"All {number} checks passed in {document['seconds']:.0f} s."
    return f"{counts['failed']} of {number} checks FAILED, in {document['seconds']:.0f} s."
