"""`replan size`: how many patients, events, sites or months a power takes."""

from pathlib import Path
from typing import Annotated

import typer


def size(
    file: Annotated[
        Path, typer.Argument(help="Design of a trial (TOML); see `replan new design`.")
    ],
    *,
    power: Annotated[float, typer.Option("--power", help="Power that is wanted.")] = 0.9,
    target: Annotated[
        str,
        typer.Option("--for", help="What is to be shown: success, any, both, or an endpoint."),
    ] = "success",
    vary: Annotated[
        str,
        typer.Option(
            "--vary",
            help="n (patients, with the events of the looks), events, accrual (rates of "
            "recruitment) or follow_up (months of the looks).",
        ),
    ] = "n",
    truth: Annotated[
        str | None, typer.Option("--truth", help="Truth, by name; the first if not given.")
    ] = None,
    precision: Annotated[
        float,
        typer.Option("--precision", help="Half the 95% interval of the answer, over the answer."),
    ] = 0.01,
    trials: Annotated[
        int, typer.Option("--trials", min=1000, help="Fresh trials that confirm the answer.")
    ] = 10_000,
    seed: Annotated[
        int, typer.Option("--seed", min=0, max=2**63 - 1, help="Same seed, same answer.")
    ] = 2025,
    workers: Annotated[
        int, typer.Option("--workers", min=1, help="Threads; results do not depend on them.")
    ] = 2,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for tables, design and picture.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Find the size at which a design has a power, by simulation, with closed forms beside it.

    Exit code 0 when done, 2 for bad input.

    Example: replan size analyses/phase3/design.toml --power 0.9 --for pfs --out results/size
    """
    from simulate.design.load import load_design

    design = load_design(file)
    if not 0.002 <= precision <= 0.2:
        raise ValueError(f"--precision is {precision:g}; it must be from 0.002 to 0.2, as in 0.01")
    from analyses.size.command import carry_out
    from analyses.size.run import Question

    question = Question(
        power=power, target=target, way=vary, truth=truth, precision=precision, trials=trials
    )
    raise typer.Exit(carry_out(design, question, seed=seed, workers=workers, out=out, as_json=json))
