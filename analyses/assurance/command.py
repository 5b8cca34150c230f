"""Carrying out `replan assurance`: simulate, write, tell."""

from pathlib import Path

from analyses.assurance.document import describe_assurance
from analyses.assurance.run import run_assurance
from analyses.assurance.screen import show_assurance
from analyses.assurance.write import write_assurance
from analyses.outputs.document import print_document
from analyses.outputs.folder import results_folder
from analyses.outputs.progress import tell_progress
from simulate.design.trial import TrialDesign


def carry_out(
    design: TrialDesign,
    posterior: Path,
    *,
    target: str,
    benefit: float,
    draws: int | None,
    trials: int,
    truth: str | None,
    evidence: Path | None,
    seed: int,
    workers: int,
    out: Path | None,
    as_json: bool,
) -> int:
    """Find assurance, write the results, and print them.

    Returns
    -------
    int
        0.
    """
    with tell_progress() as progress:
        run = run_assurance(
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
            progress=progress,
        )
    document = describe_assurance(run) if as_json or out is not None else {}
    if out is not None:
        with results_folder(out) as folder:
            write_assurance(run, folder, document=document)
    if as_json:
        print_document(document)
    else:
        show_assurance(run, out=None if out is None else str(out))
    return 0
