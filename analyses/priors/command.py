"""Carrying out `replan priors`: pool, weigh, write, tell."""

from pathlib import Path
from typing import Any

import pandas as pd

from analyses.outputs.document import print_document, write_document
from analyses.outputs.files import write_table
from analyses.outputs.folder import results_folder
from analyses.outputs.progress import tell_progress
from analyses.priors.document import describe_priors
from analyses.priors.pictures import draw_pictures
from analyses.priors.run import EndpointPriors, run_priors
from analyses.priors.screen import show_priors
from analyses.priors.trial_at_hand import TrialAtHand
from models.priors.evidence import Endpoint, Evidence


def carry_out(
    evidence: Evidence,
    *,
    path: Path,
    endpoints: tuple[Endpoint, ...],
    trials: dict[Endpoint, TrialAtHand],
    seed: int,
    out: Path | None,
    as_json: bool,
) -> int:
    """Compute priors, write the results, and print them.

    Returns
    -------
    int
        0 when all is well, 1 when a gate fails.
    """
    with tell_progress() as progress:
        runs = [
            run_priors(evidence, name, trial=trials.get(name), seed=seed, progress=progress)
            for name in endpoints
        ]
    document = describe_priors(runs, evidence, path=path, seed=seed)
    if out is not None:
        with results_folder(out) as folder:
            _write(runs, folder, document)
    if as_json:
        print_document(document)
    else:
        show_priors(runs, evidence, out=out)
    return 1 if any(check.passed is False for run in runs for check in run.gates) else 0


def _write(runs: list[EndpointPriors], folder: Path, document: dict[str, Any]) -> None:
    for run in runs:
        place = folder / run.endpoint
        place.mkdir()
        write_table(run.trials, place / "trials.csv")
        write_table(run.priors, place / "priors.csv")
        if run.answers is not None:
            grid = run.answers.grid
            table = pd.DataFrame(grid.p_below_1, index=grid.median, columns=grid.sd)
            write_table(
                table.rename_axis("prior_median")
                .reset_index()
                .melt("prior_median", var_name="prior_sd", value_name="p_below_1"),
                place / "prior_grid.csv",
            )
        draw_pictures(run, place)
    write_document(document, folder / "priors.json")
