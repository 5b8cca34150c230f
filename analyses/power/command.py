"""Carrying out `replan power`: simulate, write, tell."""

from pathlib import Path
from typing import Any

from analyses.outputs.document import print_document
from analyses.outputs.folder import results_folder
from analyses.outputs.progress import tell_progress
from analyses.power.document import describe_power, describe_several
from analyses.power.run import PowerRun, simulate_power
from analyses.power.screen import show_power
from analyses.power.several import SeveralRun, simulate_several_power
from analyses.power.several_screen import show_several
from analyses.power.write import write_power, write_several
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
    asked: dict[str, Any] = {
        "names": names, "trials": trials, "mcse": mcse, "seed": seed, "workers": workers
    }  # fmt: skip
    run: PowerRun | SeveralRun
    with tell_progress() as progress:
        if design.endpoints:
            run = simulate_several_power(design, **asked, progress=progress)
        else:
            run = simulate_power(design, **asked, progress=progress)
    document = _document(run) if as_json or out is not None else {}
    if out is not None:
        with results_folder(out) as folder:
            _write(run, folder, document)
    if as_json:
        print_document(document)
    else:
        _show(run, out=None if out is None else str(out))
    return 0


def _document(run: PowerRun | SeveralRun) -> dict[str, Any]:
    return describe_several(run) if isinstance(run, SeveralRun) else describe_power(run)


def _write(run: PowerRun | SeveralRun, folder: Path, document: dict[str, Any]) -> None:
    if isinstance(run, SeveralRun):
        write_several(run, folder, document=document)
    else:
        write_power(run, folder, document=document)


def _show(run: PowerRun | SeveralRun, *, out: str | None) -> None:
    if isinstance(run, SeveralRun):
        show_several(run, out=out)
    else:
        show_power(run, out=out)
