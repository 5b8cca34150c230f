"""Carrying out `replan size`: find, write, tell."""

import json
import sys
from pathlib import Path

from analyses.reanalyse.folder import results_folder
from analyses.reanalyse.progress import tell_progress
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
        json.dump(document, sys.stdout, indent=1, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        show_size(run, out=None if out is None else str(out))
    return 0
