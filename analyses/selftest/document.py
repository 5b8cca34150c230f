"""The report of a self-test: one JSON document, from which the other forms are written."""

import math
import os
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from analyses.selftest.check import Check
from analyses.selftest.choose import program_hash
from analyses.selftest.oracles import FOLDER, wrote
from analyses.selftest.requirements import areas
from analyses.selftest.run import Outcome

SCHEMA_VERSION = 1
PACKAGES = (
    "replan", "numpy", "scipy", "numba", "llvmlite", "pandas", "xarray", "pymc", "nutpie", "arviz",
    "pyarrow", "h5netcdf",
)  # fmt: skip
ORACLES = ("survival_data", "boundaries", "random_effects")


def describe_selftest(
    outcomes: Sequence[Outcome],
    *,
    full: bool,
    kept: Sequence[dict[str, Any]] = (),
    every: Sequence[Check] = (),
) -> dict[str, Any]:
    """Describe what was found.

    Parameters
    ----------
    outcomes : sequence of Outcome
    full : bool
        Whether long checks were to be made, too.
    kept : sequence of dict
        Findings that are taken over from an earlier report of the same program.
    every : sequence of Check
        All that there are, in their order; those without a finding are listed as left out.

    Returns
    -------
    dict
        `schema_version`, `passed`, `full`, `left`, `seconds`, `counts`, `program`, `versions`,
        `machine`, `oracles`, and `checks`: one entry a comparison, with requirement, grade, claim,
        source, observed figure (None where it is no finite number), limit, unit, cases, place,
        verdict and error.
    """
    order = {check.name: place for place, check in enumerate(every)}
    found = [*kept, *(_described(outcome) for outcome in outcomes)]
    found.sort(key=lambda one: order.get(one["name"], 0))
    failed = sum(one["verdict"] == "failed" for one in found)
    return {
        "schema_version": SCHEMA_VERSION,
        "passed": failed == 0 and bool(found),
        "full": full,
        "left": [name for name in order if name not in {one["name"] for one in found}],
        "seconds": round(sum(one["seconds"] for one in found), 1),
        "counts": {"passed": len(found) - failed, "failed": failed},
        "program": program_hash(),
        "versions": {"python": platform.python_version(), **_versions()},
        "machine": _machine(),
        "oracles": sorted({wrote(name) for name in ORACLES if (FOLDER / f"{name}.csv").exists()}),
        "checks": found,
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
    left = len(document["left"])
    rest = f"; {left} {'was' if left == 1 else 'were'} not made" if left else ""
    if document["passed"]:
        every = f"All {number} checks" if number > 1 else "One check"
        return f"{every} passed in {document['seconds']:.0f} s{rest}."
    return f"{counts['failed']} of {number} checks FAILED, in {document['seconds']:.0f} s{rest}."
