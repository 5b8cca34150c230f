"""`replan report`: results as one page for readers, as Markdown, and as tables."""

from pathlib import Path
from typing import Annotated

import typer


def report(
    folder: Annotated[Path, typer.Argument(help="Folder of a run, or of folders of runs.")],
    *,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="HTML file to write; report.html in the folder by default."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit code 1 when an item of a guideline is missing.")
    ] = False,
) -> None:
    """Write a report of results: re-analyses by the BARG, simulations by ADEMP.

    The HTML file holds its pictures and needs neither network nor script; the same stands beside
    it as Markdown, and its tables as CSV files. What a guideline asks for and a run does not say is
    shown as missing.

    Exit code 0 when done, 1 with --strict when something is missing, 2 for bad input.

    Example: replan report results --out results/report.html
    """
    from analyses.report.command import carry_out

    raise typer.Exit(carry_out(folder, out=out, as_json=json, strict=strict))
