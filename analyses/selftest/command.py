"""Carrying out `replan selftest`: choose, compare, write, tell."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analyses.outputs.folder import results_folder
from analyses.outputs.progress import tell_progress
from analyses.selftest.check import Check
from analyses.selftest.choose import choose, kept_findings
from analyses.selftest.document import describe_selftest
from analyses.selftest.markdown import selftest_markdown
from analyses.selftest.page import selftest_page
from analyses.selftest.registry import checks
from analyses.selftest.run import Outcome, run_checks
from analyses.selftest.screen import show_selftest

LONG = 180.0


def carry_out(
    *, full: bool, out: Path | None, as_json: bool, only: Sequence[str] = (), go_on: bool = False
) -> int:
    """Make comparisons, write the report, and print the outcome.

    Parameters
    ----------
    full : bool
        With the long ones.
    out : Path or None
        Folder for the report; it is written anew after every long comparison.
    as_json : bool
    only : sequence of str
        Names, requirements or areas of checks, in place of all.
    go_on : bool
        Whether what passed in the report of `out` is taken over.

    Returns
    -------
    int
        0 when all passed, 1 when one failed.
    """
    if go_on and out is None:
        raise ValueError("--continue needs --out, the folder whose report is to be gone on with")
    every = checks(full=full or bool(only))
    kept = kept_findings(out) if go_on and out is not None else []
    known = {finding["name"] for finding in kept}
    chosen = [one for one in choose(every, only, full=full) if one.name not in known]
    _announce(chosen, go_on=out is not None)
    document = _compare(chosen, every, kept, full=full, out=out)
    if as_json:
        json.dump(document, sys.stdout, indent=1, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        show_selftest(document, out=out)
    return 0 if document["passed"] else 1


def _announce(chosen: Sequence[Check], *, go_on: bool) -> None:
    """Say how long it will take where that is long."""
    seconds = sum(check.seconds for check in chosen)
    if seconds < LONG:
        return
    stopped = "a stopped run goes on with --continue" if go_on else "with --out it can be gone on"
    number = f"{len(chosen)} checks" if len(chosen) > 1 else "One check"
    sys.stderr.write(
        f"{number}, about {seconds / 60:.0f} minutes on two cores that are free; {stopped}\n"
    )


def _compare(
    chosen: Sequence[Check],
    every: Sequence[Check],
    kept: list[dict[str, Any]],
    *,
    full: bool,
    out: Path | None,
) -> dict[str, Any]:
    def describe(outcomes: Sequence[Outcome]) -> dict[str, Any]:
        return describe_selftest(outcomes, full=full, kept=kept, every=every)

    def keep(outcomes: Sequence[Outcome]) -> None:
        if out is not None and outcomes[-1].check.full:
            _write(describe(outcomes), out)

    with tell_progress() as progress:
        outcomes = run_checks(chosen, progress=progress, done=keep)
    document = describe(outcomes)
    if out is not None:
        _write(document, out)
    return document


def _write(document: dict[str, Any], out: Path) -> None:
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    with results_folder(out) as folder:
        (folder / "selftest.json").write_text(text, encoding="utf-8")
        (folder / "selftest.md").write_text(selftest_markdown(document), encoding="utf-8")
        (folder / "selftest.html").write_text(selftest_page(document), encoding="utf-8")
