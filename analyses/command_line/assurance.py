"""`replan assurance`: probability of success, averaged over a phase II posterior."""

from pathlib import Path
from typing import Annotated

import typer


def assurance(
    file: Annotated[
        Path, typer.Argument(help="Design of a trial (TOML); see `replan new design`.")
    ],
    *,
    posterior: Annotated[
        Path,
        typer.Option("--posterior", help="posterior.nc of a phase II; see `replan reanalyse`."),
    ],
    target: Annotated[
        str,
        typer.Option("--for", help="What counts as success: success, pfs, os, any or both."),
    ] = "success",
    benefit: Annotated[
        float,
        typer.Option("--benefit", help="HR, RT versus control, up to which a benefit is one."),
    ] = 0.8,
    draws: Annotated[
        int | None,
        typer.Option("--draws", min=2, help="Draws to use; the best number if not given."),
    ] = None,
    trials: Annotated[
        int, typer.Option("--trials", min=20, max=10_000_000, help="Trials over all draws.")
    ] = 20_000,
    truth: Annotated[
        str | None,
        typer.Option("--truth", help="Truth whose drop-out and factors hold; the first if not "
                     "given."),
    ] = None,
    evidence: Annotated[
        Path | None,
        typer.Option("--evidence", help="Other trials (TOML), for a robust predictive prior."),
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", min=0, max=2**63 - 1, help="Same seed, same trials.")
    ] = 2025,
    workers: Annotated[
        int, typer.Option("--workers", min=1, help="Threads; results do not depend on them.")
    ] = 2,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for tables, draws and pictures.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:  # fmt: skip
    """Average the probability of success over what the phase II leaves unknown.

    The example needs the posterior that the example of `replan reanalyse` writes.

    Exit code 0 when done, 2 for bad input.

    Example: replan assurance analyses/phase3/os_alone.toml --posterior
    results/sohaib2025/os/posterior.nc --out results/assurance
    """
    from simulate.design.load import load_design

    design = load_design(file)
    from analyses.assurance.command import carry_out

    code = carry_out(
        design,
        posterior,
        target=target,
        benefit=benefit,
        draws=draws,
        trials=trials,
        truth=truth,
        evidence=evidence,
        seed=seed,
        workers=workers,
        out=out,
        as_json=json,
    )
    raise typer.Exit(code)
