"""`replan reconstruct`: the patients behind a published Kaplan–Meier curve, many times over."""

from pathlib import Path
from typing import Annotated

import typer

from analyses.command_line.reanalyse import EndpointChoice


def reconstruct(
    curves: Annotated[
        Path, typer.Argument(help="Points read off the curves (CSV: arm, time, survival).")
    ],
    *,
    at_risk: Annotated[
        Path, typer.Option("--at-risk", help="Numbers at risk (CSV: arm, time, at_risk).")
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.")],
    record: Annotated[
        Path | None,
        typer.Option("--record", help="Record (TOML) of printed figures to be met."),
    ] = None,
    endpoint: Annotated[
        EndpointChoice, typer.Option("--endpoint", help="Endpoint of the curves: pfs or os.")
    ] = EndpointChoice.os,
    events_control: Annotated[
        int | None, typer.Option("--events-control", min=0, help="Events of control, if printed.")
    ] = None,
    events_rt: Annotated[
        int | None, typer.Option("--events-rt", min=0, help="Events of RT, if printed.")
    ] = None,
    reading_error: Annotated[
        float,
        typer.Option("--reading-error", help="Largest error of a probability that was read off."),
    ] = 0.002,
    time_error: Annotated[
        float | None,
        typer.Option("--time-error", help="The same of a time, months; 1/500 of the axis if none."),
    ] = None,
    sets: Annotated[int, typer.Option("--sets", min=1, help="Sets of patients to draw.")] = 100,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Same seed, same numbers.")] = 2025,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Rebuild the patients behind a published curve as an ensemble that fits all that is printed.

    Exit code 0 when all is well, 1 when the sets miss a printed figure, 2 for bad input.

    Example: replan reconstruct analyses/veteran/curves.csv --at-risk analyses/veteran/at_risk.csv
    --record analyses/veteran/published.toml --out results/veteran-curves
    """
    if endpoint is EndpointChoice.both:
        raise ValueError("--endpoint is both; a file of curves holds one, choose pfs or os")
    from models.record import load_record

    known = None if record is None else load_record(record)
    from analyses.reconstruct.command import carry_out
    from analyses.reconstruct.run import Task

    given = {"control": events_control, "rt": events_rt}
    task = Task(
        curves=curves,
        at_risk=at_risk,
        record=known,
        endpoint=endpoint.value,
        events={arm: count for arm, count in given.items() if count is not None},
        sets=sets,
        seed=seed,
        survival_error=reading_error,
        time_error=time_error,
    )
    raise typer.Exit(carry_out(task, record_path=record, out=out, as_json=json))
