"""Carrying a calibration out: run, judge, write, say."""

import sys
from dataclasses import asdict
from pathlib import Path

from analyses.calibrate.document import calibration_text, compact_json, describe_calibration
from analyses.calibrate.picture import draw_calibration, picture_bytes
from analyses.calibrate.plan import CalibrationPlan, trial_numbers
from analyses.calibrate.run import CalibrationProgress, run_trials
from analyses.calibrate.store import write_whole
from analyses.calibrate.two_samplers import comparable, compare_samplers, comparison_text
from models.record.record import Record
from simulate.phase2 import Kind

TRIALS_FILE = "trials.jsonl"


def carry_out(
    plan: CalibrationPlan,
    *,
    trials: int,
    kinds: tuple[Kind, ...],
    out: Path,
    workers: int,
    as_json: bool,
    record: Record | None = None,
) -> int:
    """Run, judge and write a calibration, and hold two samplers against each other.

    Parameters
    ----------
    plan : CalibrationPlan
    trials : int
        Shared out over the kinds.
    kinds : tuple of {"os", "pfs"}
    out : Path
        Gets `calibration.json`, `calibration.txt`, `calibration.png` and `.svg`, and the
        finished trials, from which a later run goes on.
    workers : int
        Trials at the same time.
    as_json : bool
        Print the document instead of the table.
    record : Record, optional
        Published trial on which both samplers are compared, where the settings allow it.

    Returns
    -------
    int
        0 calibrated, 1 not.
    """
    path = out / TRIALS_FILE
    comparisons = []
    try:
        ranked = run_trials(
            plan,
            trial_numbers(trials=trials, kinds=kinds),
            path=path,
            workers=workers,
            progress=_tell,
        )
        if record is not None and comparable(plan.settings):
            comparisons = compare_samplers(
                record, plan.settings, seed=plan.seed, threads=workers, progress=_say
            )
    except KeyboardInterrupt:
        _say(f"\nstopped; finished trials are kept in {path}, the same command goes on from there")
        raise
    both = comparison_text(comparisons)
    document = describe_calibration(plan, ranked)
    document["two_samplers"] = [asdict(comparison) for comparison in comparisons]
    figure = draw_calibration(document)
    write_whole(out / "calibration.json", compact_json(document).encode())
    write_whole(out / "calibration.txt", (calibration_text(document) + both).encode())
    for kind in ("png", "svg"):
        write_whole(out / f"calibration.{kind}", picture_bytes(figure, kind=kind))
    print(compact_json(document) if as_json else calibration_text(document) + both, end="")
    agree = all(comparison.passed for comparison in comparisons)
    return 0 if document["passed"] and agree else 1


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _tell(progress: CalibrationProgress) -> None:
    left = ""
    if progress.seconds_left == progress.seconds_left:
        left = f", about {progress.seconds_left / 60:.0f} min left"
    line = f"{progress.finished} of {progress.wanted} trials{left}"
    if sys.stderr.isatty():
        print(f"\r{line:<60}", end="", file=sys.stderr, flush=True)
    else:
        print(line, file=sys.stderr, flush=True)
    if progress.finished == progress.wanted and sys.stderr.isatty():
        print(file=sys.stderr)
