"""`replan fit`: the posterior from patient data, beside what less would have told."""

from pathlib import Path
from typing import Annotated

import typer

from analyses.command_line.reanalyse import EndpointChoice


def fit(
    patients: Annotated[
        Path, typer.Argument(help="Patients (CSV or Parquet: time, event, arm), or their sets.")
    ],
    *,
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.")],
    endpoint: Annotated[
        EndpointChoice, typer.Option("--endpoint", help="Endpoint of the patients: pfs or os.")
    ] = EndpointChoice.os,
    covariate: Annotated[
        list[str] | None,
        typer.Option("--covariate", help="Column with a proportional effect; may be repeated."),
    ] = None,
    stratum: Annotated[
        list[str] | None,
        typer.Option("--stratum", help="Column with baselines of its own; may be repeated."),
    ] = None,
    control: Annotated[
        str, typer.Option("--control", help="How the file calls the control arm.")
    ] = "control",
    rt: Annotated[str, typer.Option("--rt", help="How the file calls the RT arm.")] = "rt",
    record: Annotated[
        Path | None, typer.Option("--record", help="Record (TOML), for level 0 beside it.")
    ] = None,
    summaries: Annotated[
        Path | None,
        typer.Option("--summaries", help="Results of `replan reanalyse`, for level 1 beside it."),
    ] = None,
    curve_sets: Annotated[
        Path | None,
        typer.Option("--curve-sets", help="Sets of `replan reconstruct`, for level 2 beside it."),
    ] = None,
    settings: Annotated[
        Path | None,
        typer.Option("--settings", help="Settings (TOML); defaults with cut points by events."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Same seed, same numbers.")] = 2025,
    cores: Annotated[
        int,
        typer.Option("--cores", min=1, help="Chains at a time; results do not depend on it."),
    ] = 2,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Fit patient data (level 3), or reconstructed sets (level 2), with the model of the others.

    Exit code 0 when all is well, 1 when a gate fails, 2 for bad input.

    Example: replan fit analyses/veteran/patients.csv --covariate karnofsky --out
    results/veteran-fit
    """
    if endpoint is EndpointChoice.both:
        raise ValueError("--endpoint is both; a fit is of one, choose pfs or os")
    from models.record import load_record
    from models.settings import load_settings

    known = None if record is None else load_record(record)
    if known is not None and endpoint.value not in known.endpoints:
        raise ValueError(
            f"--endpoint is {endpoint.value} but the record has only {', '.join(known.endpoints)}; "
            "choose an endpoint of the record"
        )
    chosen = None if settings is None else load_settings(settings)
    from analyses.fit.task import FitTask, read_frames

    task = FitTask(
        patients=patients,
        curve_sets=curve_sets,
        record=known,
        summaries=summaries,
        endpoint=endpoint.value,
        effects=tuple(covariate or ()),
        strata=tuple(stratum or ()),
        arm_names={"control": control, "rt": rt},
        settings=chosen,
        seed=seed,
        cores=cores,
    )
    frames = read_frames(task)
    from analyses.fit.command import carry_out

    files = {"patients": patients, "curve_sets": curve_sets, "record": record}
    raise typer.Exit(carry_out(task, frames, files=files, out=out, as_json=json))
