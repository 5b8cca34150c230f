"""VALIDATION.md: from each requirement to its tests and results; written by `make validation`."""

import json
import sys
from pathlib import Path
from typing import Any

from analyses.selftest.document import by_area, headline
from analyses.selftest.markdown import check_table, environment_lines
from analyses.selftest.requirements import Requirement, Stored

ROOT = Path(__file__).resolve().parents[2]
REPORT = Path("tests/fixtures/selftest/selftest.json")
FILE = "VALIDATION.md"
INTRODUCTION = """\
# Validation

From each requirement to the tests that stand behind it, and what they found. Not to be edited:
`make validation` writes it from `replan selftest` and `analyses/selftest/requirements.toml`.

- **Checks** run on any machine: `replan selftest` makes them in about two minutes, with an
  observed figure, a limit and a verdict, and `tests/analyses/selftest` sees to it that each fails
  when what it judges is wrong. Figures below are of the machine that is named.
- **Tests** are of a checkout: `make test` runs them, `make prove` those that are marked as long.
- **Long runs** are stored with their settings; tests recompute their verdicts from what is stored.
  `make calibrate`, `make faults` and `make fuzz` repeat them, `replan selftest --full` does so in
  brief, in parts with `--only` and `--continue`.
- **Speed** is measured by `make bench`, against R where it is installed.
"""


def validation_text(document: dict[str, Any], *, root: Path = ROOT) -> str:
    """Write the page.

    Parameters
    ----------
    document : dict
        Of a self-test.
    root : Path
        Of the checkout, for the results of long runs.
    """
    lines = [INTRODUCTION, f"The self-test below: {headline(document)}", ""]
    lines += [*environment_lines(document), ""]
    for title, rows in by_area(document):
        lines += [f"## {title}", ""]
        for requirement, checks in rows:
            lines += _requirement(requirement, checks, root=root)
    return "\n".join(lines).rstrip() + "\n"


def _requirement(
    requirement: Requirement, checks: list[dict[str, Any]], *, root: Path
) -> list[str]:
    lines = [f"### {requirement.id}", "", requirement.words, ""]
    if checks:
        lines += [*check_table(checks), ""]
    if requirement.tests:
        told = [
            f"- `{one.path}`: {one.grade}{', long' if one.long else ''}"
            for one in requirement.tests
        ]
        lines += ["Tests:", "", *told, ""]
    if requirement.stored:
        told = [f"- `{one.path}`, {one.what}: {_result(one, root)}" for one in requirement.stored]
        lines += ["Long runs:", "", *told, ""]
    return lines


def _result(stored: Stored, root: Path) -> str:
    """Say in a few words what a long run found."""
    found = json.loads((root / stored.path).read_text(encoding="utf-8"))
    verdict = "passed" if found["passed"] else "**FAILED**"
    if "kinds" in found:
        kinds = found["kinds"].values()
        mutants, failed = (sum(kind[name] for kind in kinds) for name in ("mutants", "failed"))
        return f"{len(kinds)} kinds of files, {mutants} changed ones, {failed} failures; {verdict}"
    if "kills" in found:
        return f"{sum(found['kills'].values())} kills, {len(found['events'])} faults; {verdict}"
    trials = found["trials"]
    number = sum(trials.values()) if isinstance(trials, dict) else trials
    return f"{number} simulated trials; {verdict}"


def main() -> int:
    """Take a report as the stored one, and write the page from it."""
    if len(sys.argv) > 1:
        text = Path(sys.argv[1]).read_text(encoding="utf-8")
        (ROOT / REPORT).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / REPORT).write_text(text, encoding="utf-8")
    document = json.loads((ROOT / REPORT).read_text(encoding="utf-8"))
    (ROOT / FILE).write_text(validation_text(document), encoding="utf-8")
    return 0 if document["passed"] else 1


if __name__ == "__main__":
    sys.exit(main())
