"""`replan findings`: symptoms, toxicity and sites of progression, from printed counts."""

from pathlib import Path
from typing import Annotated

import typer


def findings(
    file: Annotated[Path, typer.Argument(help="Record of a published trial (TOML).")],
    *,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the results; none by default.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Compare the arms in the findings beside survival: posterior shares from printed counts.

    The posterior is exact: there is no seed.

    Exit code 0 when done, 2 for bad input.

    Example: replan findings analyses/sohaib2025/published.toml --out results/findings
    """
    from models.record import load_record

    record = load_record(file)
    from analyses.findings.command import carry_out

    raise typer.Exit(carry_out(record, out=out, as_json=json))
