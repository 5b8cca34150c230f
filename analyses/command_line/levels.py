"""`replan levels`: results of several commands side by side, by level of evidence."""

from pathlib import Path
from typing import Annotated

import typer


def levels(
    folders: Annotated[
        list[Path],
        typer.Argument(help="Results folders of `replan reanalyse` and `replan fit`."),
    ],
    *,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for table and pictures; none by default.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Show the hazard ratio by level of evidence: what each kind of data adds.

    Level 0 is the printed interval alone, level 1 all printed summaries, level 2 patients
    reconstructed from a curve, level 3 patient data. Exit code 0 when done, 2 for bad input.

    The example needs the folder of `replan reanalyse analyses/veteran/published.toml --quick`, and
    that of the example of `replan fit`.

    Example: replan levels results/veteran results/veteran-fit --out results/levels
    """
    from analyses.levels.command import carry_out

    raise typer.Exit(carry_out(folders, out=out, as_json=json))
