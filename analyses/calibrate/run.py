"""Running many trials side by side, stored as they finish; stops cleanly and goes on later."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from analyses.calibrate.plan import CalibrationPlan, fingerprint
from analyses.calibrate.rank import RankedTrial, rank_trial
from analyses.calibrate.store import append_trial, read_trials
from models.reconstruction.fingerprint import samplers_hash
from simulate.phase2 import Kind


@dataclass(frozen=True, kw_only=True)
class CalibrationProgress:
    """How far a calibration is.

    Attributes
    ----------
    finished, wanted : int
        Trials, those of an earlier run included.
    seconds : float
        Since this run began.
    seconds_left : float
        Not a number until the first trial is done.
    """

    finished: int
    wanted: int
    seconds: float
    seconds_left: float


def run_trials(
    plan: CalibrationPlan,
    numbers: Sequence[tuple[Kind, int]],
    *,
    path: Path,
    workers: int = 2,
    progress: Callable[[CalibrationProgress], None] | None = None,
) -> list[RankedTrial]:
    """Run the trials that are not stored yet, and return all of them in order.

    Parameters
    ----------
    plan : CalibrationPlan
    numbers : sequence of (kind, int)
        From `trial_numbers`.
    path : Path
        File of finished trials.
    workers : int
        Trials at the same time; the answer does not depend on it. They are threads, since the
        kernels run without the interpreter lock.
    progress : callable, optional
        Called at the start and after each trial.

    Returns
    -------
    list of RankedTrial

    Raises
    ------
    ValueError
        If `path` belongs to another plan or cannot be used.
    KeyboardInterrupt
        After the running trials have stopped; all finished ones are stored.
    """
    stored = read_trials(path, plan=fingerprint(plan, code=samplers_hash()))
    finished = {(trial.kind, trial.number): trial for trial in stored}
    missing = [number for number in numbers if number not in finished]
    began = time.perf_counter()
    stop = Event()
    pool = ThreadPoolExecutor(workers)
    try:
        pending = {
            pool.submit(rank_trial, plan, kind, number, stopped=stop.is_set)
            for kind, number in missing
        }
        _tell(progress, len(numbers), len(pending), len(missing), began)
        while pending:
            before = len(pending)
            pending = _collect(pending, path, finished)
            if len(pending) < before:
                _tell(progress, len(numbers), len(pending), len(missing), began)
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)
    return [finished[number] for number in numbers]


def _collect(
    pending: set[Future[RankedTrial]], path: Path, finished: dict[tuple[Kind, int], RankedTrial]
) -> set[Future[RankedTrial]]:
    """Store what finishes within a short time, so that an interrupt gets through."""
    done, left = wait(pending, timeout=0.5, return_when=FIRST_COMPLETED)
    for future in done:
        trial = future.result()
        append_trial(path, trial)
        finished[trial.kind, trial.number] = trial
    return left


def _tell(
    progress: Callable[[CalibrationProgress], None] | None,
    wanted: int,
    left: int,
    missing: int,
    began: float,
) -> None:
    if progress is None:
        return
    seconds = time.perf_counter() - began
    here = missing - left
    progress(
        CalibrationProgress(
            finished=wanted - left,
            wanted=wanted,
            seconds=seconds,
            seconds_left=left * seconds / here if here else float("nan"),
        )
    )
