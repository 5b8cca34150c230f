"""Carrying out `replan calibrate-threshold`: simulate, write, tell."""

from pathlib import Path

from analyses.outputs.document import print_document
from analyses.outputs.folder import results_folder
from analyses.outputs.progress import Progress, tell_progress
from analyses.threshold.document import describe_threshold
from analyses.threshold.screen import show_threshold
from analyses.threshold.write import write_threshold
from simulate.design.trial import TrialDesign
from simulate.threshold.calibrate import calibrate, check_endpoint
from simulate.threshold.nuisance import NuisanceGrid


def carry_out(
    design: TrialDesign,
    grid: NuisanceGrid,
    *,
    endpoint: str | None,
    alpha: float,
    trials: int,
    seed: int,
    workers: int,
    out: Path | None,
    as_json: bool,
) -> int:
    """Calibrate, write the results, and print them.

    Returns
    -------
    int
        0.
    """
    chosen = check_endpoint(design, endpoint)
    with tell_progress() as tell:
        found = calibrate(
            design,
            grid,
            endpoint=chosen,
            alpha=alpha,
            trials=trials,
            seed=seed,
            workers=workers,
            progress=lambda done, note: tell(
                Progress(stage="without effect", done=done, note=note)
            ),
        )
    document = describe_threshold(design, found) if as_json or out is not None else {}
    if out is not None:
        with results_folder(out) as folder:
            write_threshold(design, found, folder, document=document)
    if as_json:
        print_document(document)
    else:
        show_threshold(design, found, out=None if out is None else str(out))
    return 0
