"""`replan priors` and `replan add-trial`: what other trials say of the hazard ratio."""

import json as json_format
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from analyses.priors.trial_at_hand import TrialAtHand
    from models.priors.evidence import Endpoint, Evidence


def priors(
    file: Annotated[Path, typer.Argument(help="Evidence from other trials (TOML).")],
    *,
    posterior: Annotated[
        list[Path] | None,
        typer.Option(
            "--posterior", help="posterior.nc of an endpoint, from replan reanalyse; repeatable."
        ),
    ] = None,
    record: Annotated[
        Path | None,
        typer.Option("--record", help="Published record (TOML): its printed hazard ratio alone."),
    ] = None,
    endpoint: Annotated[
        str | None, typer.Option("--endpoint", help="pfs or os; by default all there are.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Same seed, same numbers.")] = 2025,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the results; none by default.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Pool other trials into priors of the hazard ratio, and show what each prior does.

    Exit code 0 when all is well, 1 when the sampler disagrees with quadrature, 2 for bad input.

    Example: replan priors analyses/sohaib2025/evidence.toml --record
    analyses/sohaib2025/published.toml --endpoint pfs --out results/priors
    """
    from models.priors.evidence_file import load_evidence

    evidence = load_evidence(file)
    chosen = _endpoints(endpoint, evidence)
    from analyses.priors.command import carry_out

    trials = _trials(posterior or [], record, chosen)
    code = carry_out(
        evidence,
        path=file,
        endpoints=tuple(name for name in chosen if not posterior or name in trials),
        trials=trials,
        seed=seed,
        out=out,
        as_json=json,
    )
    raise typer.Exit(code)


def add_trial(
    file: Annotated[Path, typer.Argument(help="Evidence from other trials (TOML).")],
    *,
    name: Annotated[str, typer.Option("--name", help="Short name of the trial.")],
    endpoint: Annotated[str, typer.Option("--endpoint", help="pfs or os.")],
    n_rt: Annotated[int, typer.Option("--n-rt", help="Patients of the RT arm.")],
    n_control: Annotated[int, typer.Option("--n-control", help="Patients of the control arm.")],
    population: Annotated[str, typer.Option("--population", help="Patients and treatment.")],
    source: Annotated[str, typer.Option("--source", help="DOI or address of what was read.")],
    why: Annotated[str, typer.Option("--why", help="Why the trial counts.")],
    hr: Annotated[
        float | None, typer.Option("--hr", help="Printed hazard ratio, RT versus control.")
    ] = None,
    medians: Annotated[
        tuple[float, float] | None,
        typer.Option("--medians", help="In place of --hr: medians of RT and control, months."),
    ] = None,
    interval: Annotated[
        tuple[float, float] | None,
        typer.Option("--interval", help="Lower and upper limit of the hazard ratio."),
    ] = None,
    level: Annotated[float, typer.Option("--level", help="Level of the interval.")] = 0.95,
    p: Annotated[
        float | None, typer.Option("--p", help="In place of --interval: two-sided p.")
    ] = None,
    events: Annotated[
        tuple[int, int] | None,
        typer.Option("--events", help="In place of --interval: events of RT and control."),
    ] = None,
    use: Annotated[
        str, typer.Option("--use", help="What for: main or sensitivity analysis.")
    ] = "main",
    discount: Annotated[
        float, typer.Option("--discount", help="Share of its information that counts.")
    ] = 1.0,
    effect_kept: Annotated[
        float, typer.Option("--effect-kept", help="Share of its log HR that is believed.")
    ] = 1.0,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Add a trial to a file of evidence; what stands there stays as it is.

    The example needs a file to add to, such as `replan new evidence --out evidence.toml` writes.

    Exit code 0 when done, 2 for bad input, in which case the file is as it was.

    Example: replan add-trial evidence.toml --name "Gomez 2016" --endpoint pfs --hr 0.35 --interval
    0.18 0.66 --n-rt 25 --n-control 24 --population "up to 3 metastases, no progression" --source
    "doi 10.1016/S1470-2045(16)30532-0" --why "randomised, the same question"
    """
    from analyses.priors.add_trial import add_to_file

    fields: dict[str, Any] = {
        "name": name,
        "endpoint": endpoint,
        "hr": hr,
        "medians": None if medians is None else {"rt": medians[0], "control": medians[1]},
        "uncertainty": _uncertainty(interval, level, p, events),
        "n_rt": n_rt,
        "n_control": n_control,
        "population": population,
        "source": source,
        "why": why,
        "use": use,
        "discount": discount,
        "effect_kept": effect_kept,
    }
    add_to_file(file, fields)
    if json:
        known = {key: value for key, value in fields.items() if value is not None}
        document = {"schema_version": 1, "kind": "trial added", "file": str(file), "trial": known}
        typer.echo(json_format.dumps(document, indent=1, ensure_ascii=False))
    else:
        typer.echo(f"added {name} ({endpoint}) to {file}")


def _endpoints(asked: str | None, evidence: "Evidence") -> "tuple[Endpoint, ...]":
    if asked is None:
        return evidence.endpoints
    chosen = tuple(name for name in evidence.endpoints if name == asked)
    if not chosen:
        raise ValueError(
            f"--endpoint is {asked!r} but the evidence has {' and '.join(evidence.endpoints)}; "
            "choose one of these or add a trial"
        )
    return chosen


def _trials(
    posteriors: list[Path], record: Path | None, endpoints: "tuple[Endpoint, ...]"
) -> "dict[Endpoint, TrialAtHand]":
    """Read the trial at hand for each endpoint, from posteriors or from a record."""
    from analyses.priors.trial_at_hand import from_posterior, from_record

    if posteriors and record is not None:
        raise ValueError("--posterior and --record both tell of the trial at hand; give one")
    found: dict[Endpoint, TrialAtHand] = {}
    for path in posteriors:
        trial = from_posterior(path)
        if trial.endpoint in found or trial.endpoint not in endpoints:
            raise ValueError(
                f"{path} is of {trial.endpoint}; each --posterior must be of another endpoint "
                f"among {', '.join(endpoints)}, leave this one out"
            )
        found[trial.endpoint] = trial
    if record is not None:
        from models.record import load_record

        read = load_record(record)
        found = {name: from_record(read, name) for name in endpoints}
    return found


def _uncertainty(
    interval: tuple[float, float] | None,
    level: float,
    p: float | None,
    events: tuple[int, int] | None,
) -> dict[str, Any]:
    told: list[dict[str, Any]] = []
    if interval is not None:
        told.append(
            {"kind": "interval", "lower": interval[0], "upper": interval[1], "level": level}
        )
    if p is not None:
        told.append({"kind": "p_value", "p": p})
    if events is not None:
        told.append({"kind": "events", "rt": events[0], "control": events[1]})
    if len(told) != 1:
        raise ValueError(
            f"{len(told)} of --interval, --p and --events are given; one must tell how sure the "
            "estimate is, give exactly one"
        )
    return told[0]
