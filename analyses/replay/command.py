"""Carrying out `replan replay`: simulate one trial, write, tell."""

from pathlib import Path
from typing import Any

from analyses.outputs.document import print_document
from analyses.outputs.folder import results_folder
from analyses.outputs.progress import Progress, tell_progress
from analyses.power.run import choose_truths
from analyses.replay.document import describe_replay, describe_several_replay
from analyses.replay.screen import show_replay, show_several_replay
from analyses.replay.write import write_replay, write_several_replay
from simulate.design.trial import TrialDesign
from simulate.replay.replay import Replay, replay
from simulate.replay.several import SeveralReplay, replay_several
from simulate.truth.kinds import OneTruth


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
        trial: Replay | SeveralReplay
        if design.endpoints:
            trial = replay_several(design, truth, seed=seed, replicate=replicate)
            document = describe_several_replay(trial, design)
        else:
            trial = replay(design, truth, seed=seed, replicate=replicate)
            document = describe_replay(trial)
        progress(Progress(stage=truth.name, done=1.0))
    if out is not None:
        with results_folder(out) as folder:
            _write(trial, design, folder, document)
    where = None if out is None else str(out)
    if as_json:
        print_document(document)
    elif isinstance(trial, SeveralReplay):
        show_several_replay(trial, out=where)
    else:
        show_replay(trial, out=where)
    return 0


def _write(
    trial: Replay | SeveralReplay, design: TrialDesign, folder: Path, document: dict[str, Any]
) -> None:
    if isinstance(trial, SeveralReplay):
        write_several_replay(trial, design, folder, document=document)
    else:
        write_replay(trial, folder, document=document)


def choose_truth(design: TrialDesign, name: str | None) -> OneTruth:
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
