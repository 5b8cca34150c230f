"""Carrying out `replan size`: find, write, tell."""

from pathlib import Path

from analyses.outputs.document import print_document
from analyses.outputs.folder import results_folder
from analyses.outputs.progress import tell_progress
from analyses.size.document import describe_size
from analyses.size.run import Question, find_size
from analyses.size.screen import show_size
from analyses.size.write import write_size
from simulate.design.trial import TrialDesign


def carry_out(
    design: TrialDesign,
    question: Question,
    *,
    seed: int,
    workers: int,
    out: Path | None,
    as_json: bool,
) -> int:
    """Find a size, write the results, and print them.

    Returns
    -------
    int
        0.
    """
    with tell_progress() as progress:
        run = find_size(design, question, seed=seed, workers=workers, progress=progress)
    document = describe_size(run) if as_json or out is not None else {}
    if out is not None:
        with results_folder(out) as folder:
            write_size(run, folder, document=document)
    if as_json:
        print_document(document)
    else:
        show_size(run, out=None if out is None else str(out))
    return 0
