"""Carrying out `replan selftest`: compare, write, tell."""

import json
import sys
from pathlib import Path
from typing import Any

from analyses.outputs.folder import results_folder
from analyses.outputs.progress import tell_progress
from analyses.selftest.document import describe_selftest
from analyses.selftest.markdown import selftest_markdown
from analyses.selftest.page import selftest_page
from analyses.selftest.registry import checks
from analyses.selftest.run import run_checks
from analyses.selftest.screen import show_selftest


def carry_out(*, full: bool, out: Path | None, as_json: bool) -> int:
    """Make every comparison, write the report, and print the outcome.

    Parameters
    ----------
    full : bool
        With the long ones.
    out : Path or None
        Folder for the report.
    as_json : bool

    Returns
    -------
    int
        0 when all passed, 1 when one failed.
    """
    if out is None:
        document = _compare(full=full)
    else:
        with results_folder(out) as folder:
            document = _compare(full=full)
            _write(document, folder)
    if as_json:
        json.dump(document, sys.stdout, indent=1, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        show_selftest(document, out=out)
    return 0 if document["passed"] else 1


def _compare(*, full: bool) -> dict[str, Any]:
    with tell_progress() as progress:
        outcomes = run_checks(checks(full=full), progress=progress)
    return describe_selftest(outcomes, full=full)


def _write(document: dict[str, Any], folder: Path) -> None:
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    (folder / "selftest.json").write_text(text, encoding="utf-8")
    (folder / "selftest.md").write_text(selftest_markdown(document), encoding="utf-8")
    (folder / "selftest.html").write_text(selftest_page(document), encoding="utf-8")
