"""Which checks to make: all, those that are named, or those that an earlier report lacks."""

import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from analyses.selftest.check import Check

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("models", "simulate", "analyses")
KINDS = {".py", ".csv", ".toml"}


def choose(every: Sequence[Check], only: Sequence[str], *, full: bool) -> list[Check]:
    """Give the checks that go by a name, a requirement or the first part of one.

    Parameters
    ----------
    every : sequence of Check
        Long ones included.
    only : sequence of str
        "Cox model", "boundaries.power", "boundaries"; empty for all.
    full : bool
        Whether long checks are meant where they are not named themselves.
    """
    if not only:
        return [check for check in every if full or not check.full]
    found = []
    for wanted in only:
        ours = [check for check in every if wanted in _names(check)]
        if not ours:
            known = ", ".join(sorted({check.requirement.partition(".")[0] for check in every}))
            raise ValueError(
                f"--only is {wanted!r}; it must be the name of a check, a requirement such as "
                f"'boundaries.power', or the area of one: {known}"
            )
        found += [check for check in ours if full or not check.full or check.name == wanted]
    return [check for check in every if check in found]


def _names(check: Check) -> set[str]:
    return {check.name, check.requirement, check.requirement.partition(".")[0]}


@cache
def program_hash() -> str:
    """Hash of everything that is installed of replan: findings of one program belong together."""
    digest = hashlib.sha256()
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            if path.suffix in KINDS:
                digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def kept_findings(out: Path) -> list[dict[str, Any]]:
    """Give what passed in the report of a folder, if this program wrote it; else nothing."""
    try:
        told = json.loads((out / "selftest.json").read_text(encoding="utf-8"))
        if told["program"] != program_hash():
            return []
        return [check for check in told["checks"] if check["verdict"] == "passed"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
