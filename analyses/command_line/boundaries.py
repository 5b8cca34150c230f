"""`replan boundaries`: the bounds of a design at its planned events."""

import json as json_format
from pathlib import Path
from typing import Annotated

import typer


def boundaries(
    file: Annotated[Path, typer.Argument(help="Design of a trial (TOML).")],
    *,
    seed: Annotated[
        int,
        typer.Option(
            "--seed", min=0, max=2**63 - 1, help="For the events of looks by the calendar."
        ),
    ] = 2025,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Print z, p, hazard ratio and cumulative error at each look.

    Looks by the calendar have no planned events: their mean in 1,000 simulated trials is taken.

    Exit code 0 when done, 2 for bad input.

    Example: replan boundaries analyses/phase3/design.toml
    """
    from simulate.design.load import load_design

    design = load_design(file)
    from analyses.power.boundaries import describe_boundaries, find_boundaries, show_boundaries

    found = find_boundaries(design, seed=seed)
    if json:
        typer.echo(json_format.dumps(describe_boundaries(found), indent=1))
    else:
        show_boundaries(found)
