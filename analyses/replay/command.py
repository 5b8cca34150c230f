"""Carrying out `replan replay`: simulate one trial, write, tell."""

import json
import sys
from pathlib import Path

from analyses.power.run import choose_truths
from analyses.reanalyse.folder import results_folder
from analyses.reanalyse.progress import Progress, tell_progress
from analyses.replay.document import describe_replay
from analyses.replay.screen import show_replay
from analyses.replay.write import write_replay
from simulate.design.trial import TrialDesign
from simulate.replay.replay import replay
from simulate.truth.truth import Truth


def carry_out(
    design: TrialDesign,
    *,
    name: str | None,
    replicate: int,
    seed: int,
    out: Path | None,
    as_json: bool,
) -> int:
    """Replay a trial, write what it was, and print it.

    Returns
    -------
    int
        0.
    """
    truth = choose_truth(design, name)
    with tell_progress() as progress:
        progress(Progress(stage=truth.name, done=0.0, note="compiling kernels on first use"))
        trial = replay(design, truth, seed=seed, replicate=replicate)
        progress(Progress(stage=truth.name, done=1.0))
    document = describe_replay(trial)
    if out is not None:
        with results_folder(out) as folder:
            write_replay(trial, folder, document=document)
    if as_json:
        json.dump(document, sys.stdout, indent=1, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        show_replay(trial, out=None if out is None else str(out))
    return 0


def choose_truth(design: TrialDesign, name: str | None) -> Truth:
    """Truth of this name, among those that `replan power` simulates; the first for None.

    Raises
    ------
    ValueError
        If there is none of this name.
    """
    known = {truth.name: truth for truth in choose_truths(design, ())}
    if name is None:
        return design.truths[0]
    if name not in known:
        raise ValueError(
            f"--truth is {name!r} but the design has {', '.join(known)}; name one of these"
        )
    return known[name]
