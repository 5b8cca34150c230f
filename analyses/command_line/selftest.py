"""`replan selftest`: proof on this machine that the numbers are right."""

from pathlib import Path
from typing import Annotated

import typer


def selftest(
    *,
    full: Annotated[
        bool, typer.Option("--full", help="With calibrations and killed sweeps: half an hour.")
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help="A check, requirement or area of them; may be repeated."),
    ] = None,
    go_on: Annotated[
        bool,
        typer.Option("--continue", help="Take over what passed in the report that --out holds."),
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the report (HTML, Markdown, JSON).")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Hold this installation against other programs, closed forms and simulated truths.

    Needs no network and no R: answers of R's packages ship. About two minutes on two cores; with
    `--full` half an hour, of which the report is written after every long part.

    Exit code 0 when every check passed, 1 when one failed, 2 for bad input.

    Example: replan selftest --out results/selftest
    """
    from analyses.selftest.command import carry_out

    raise typer.Exit(carry_out(full=full, out=out, as_json=json, only=only or (), go_on=go_on))
