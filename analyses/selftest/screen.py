"""The outcome of a self-test on the screen."""

from pathlib import Path
from typing import Any

from rich.console import Console

from analyses.selftest.document import figure, headline


def show_selftest(document: dict[str, Any], *, out: Path | None) -> None:
    """Print a line for each check, and the outcome."""
    console = Console(highlight=False, soft_wrap=True)
    width = max(len(check["name"]) for check in document["checks"])
    for check in document["checks"]:
        passed = check["verdict"] == "passed"
        found = check["error"] or (
            f"{figure(check['observed'])} of at most {figure(check['limit'])} {check['unit']}"
        )
        line = f"{check['verdict']:<7} {check['name']:<{width}}  {found}"
        console.print(line, style=None if passed else "bold red", markup=False)
    console.print(headline(document), style="bold", markup=False)
    if out is not None:
        console.print(
            f"Report: {out / 'selftest.html'}, with .md and .json beside it", markup=False
        )
