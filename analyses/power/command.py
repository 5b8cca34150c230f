"""Carrying out `replan power`: simulate, write, tell."""

import json
import sys
from pathlib import Path

from analyses.power.document import describe_power
from analyses.power.run import simulate_power
from analyses.power.screen import show_power
from analyses.power.write import write_power
from analyses.reanalyse.folder import results_folder
from analyses.reanalyse.progress import tell_progress
from simulate.design.trial import TrialDesign


def carry_out(
    design: TrialDesign,
    *,
    names: tuple[str, ...],
    trials: int,
    mcse: float | None,
    seed: int,
    workers: int,
    out: Path | None,
    as_json: bool,
) -> int:
    """Simulate a design, write the results, and print them.

    Returns
    -------
    int
        0.
    """
    with tell_progress() as progress:
        run = simulate_power(
            design,
            names=names,
            trials=trials,
            mcse=mcse,
            seed=seed,
            workers=workers,
            progress=progress,
        )
    document = describe_power(run) if as_json or out is not None else {}
    if out is not None:
        with results_folder(out) as folder:
            write_power(run, folder, document=document)
    if as_json:
        json.dump(document, sys.stdout, indent=1, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        show_power(run, out=None if out is None else str(out))
    return 0
