"""Running a sweep: requests to the pool, answers added up, cells stored, until all is done."""

import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analyses.sweep.cell_file import StoredCell
from analyses.sweep.pool import Pool
from analyses.sweep.schedule import Progressing, Schedule
from analyses.sweep.store import save_cell

WAIT = 0.5
SAVE_EVERY = 5.0


@dataclass(frozen=True, kw_only=True)
class SweepProgress:
    """How far a sweep is.

    Attributes
    ----------
    finished, failed, cells : int
    trials, wanted : int
        Of all cells; wanted as far as is known with a standard error to be reached.
    rate : float
        Trials of cells a second in this run.
    seconds_left : float or None
        None until the first answer.
    worst : float or None
        Largest Monte Carlo standard error of success among cells with trials.
    """

    finished: int
    failed: int
    cells: int
    trials: int
    wanted: int
    rate: float
    seconds_left: float | None
    worst: float | None


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What a run took.

    Attributes
    ----------
    seconds : float
        Of the clock.
    computing, storing : float
        Seconds of simulating, all workers together, and of writing cells.
    trials : int
        That were added, of all cells.
    deaths : int
        Of workers.
    """

    seconds: float
    computing: float
    storing: float
    trials: int
    deaths: int


def run_schedule(
    schedule: Schedule,
    pool: Pool,
    *,
    folder: Path,
    addresses: Sequence[str],
    progress: Callable[[SweepProgress], None] = lambda _: None,
) -> Spent:
    """Ask for all that a schedule plans, and store what comes of it.

    Parameters
    ----------
    schedule : Schedule
    pool : Pool
        It is closed at the end, or when the sweep is stopped.
    folder : Path
        Of the sweep, whose lock is held.
    addresses : sequence of str
        Of the cells.
    progress : callable
        Told at the start, and after answers.

    Returns
    -------
    Spent

    Raises
    ------
    ValueError
        If a cell cannot be stored; all that is stored is whole.
    KeyboardInterrupt
        After what was known has been stored.
    """
    saver = _Saver(schedule.states, folder=folder, addresses=addresses)
    told = _Teller(schedule, progress)
    told.tell()
    try:
        while _ask(schedule, pool):
            answers = pool.answers(WAIT)
            grown = [member for answer in answers for member in schedule.add(answer)]
            # Workers go on before anything is written.
            _ask(schedule, pool)
            saver.save(grown)
            told.tell()
    except KeyboardInterrupt:
        saver.save_rest()
        raise
    finally:
        pool.close()
    saver.save_rest()
    return Spent(
        seconds=time.monotonic() - told.began,
        computing=schedule.seconds,
        storing=saver.seconds,
        trials=sum(state.trials for state in schedule.states) - told.before,
        deaths=schedule.deaths,
    )


def _ask(schedule: Schedule, pool: Pool) -> bool:
    """Fill the pool; whether any answer is to come.

    The first request goes out alone: where kernels are still to be compiled, one worker does it.
    """
    for _ in range(pool.free if schedule.done else 1 - schedule.waiting):
        request = schedule.next()
        if request is None:
            break
        pool.ask(request)
    return schedule.waiting > 0


class _Saver:
    """Stores cells at their aim at once, others every few seconds: a result grows in many steps."""

    def __init__(
        self, states: Sequence[Progressing], *, folder: Path, addresses: Sequence[str]
    ) -> None:
        self.states, self.folder, self.addresses = states, folder, addresses
        self.unsaved: set[int] = set()
        self.last: dict[int, float] = {}
        self.seconds = 0.0

    def save(self, grown: Iterable[int]) -> None:
        now = time.monotonic()
        self.unsaved.update(grown)
        for member in list(self.unsaved):
            whole = self.states[member].finished
            if whole or now - self.last.setdefault(member, now) > SAVE_EVERY:
                self._save_one(member, now)

    def save_rest(self) -> None:
        for member in list(self.unsaved):
            self._save_one(member, time.monotonic())

    def _save_one(self, member: int, now: float) -> None:
        began = time.perf_counter()
        state = self.states[member]
        arrays: Mapping[str, Any] = state.result.to_arrays() if state.result is not None else {}
        save_cell(self.folder, self.addresses[member], StoredCell(arrays=arrays, aim=state.aim))
        self.unsaved.discard(member)
        self.last[member] = now
        self.seconds += time.perf_counter() - began


class _Teller:
    """Tells how far it is, at most once a second."""

    def __init__(self, schedule: Schedule, progress: Callable[[SweepProgress], None]) -> None:
        self.schedule, self.progress = schedule, progress
        self.began, self.last = time.monotonic(), -math.inf
        self.before = sum(state.trials for state in schedule.states)

    def tell(self) -> None:
        now = time.monotonic()
        if now - self.last < 1.0 and self.schedule.waiting:
            return
        self.last = now
        self.progress(sweep_progress(self.schedule, before=self.before, seconds=now - self.began))


def sweep_progress(schedule: Schedule, *, before: int, seconds: float) -> SweepProgress:
    """Say how far a schedule is.

    Parameters
    ----------
    schedule : Schedule
    before : int
        Trials that were there when this run began.
    seconds : float
        Since then.
    """
    states = schedule.states
    trials = sum(state.trials for state in states)
    errors = [state.result.success_error() for state in states if state.result is not None]
    left = schedule.left()
    return SweepProgress(
        finished=sum(state.finished for state in states),
        failed=sum(bool(state.failure) for state in states),
        cells=len(states),
        trials=trials,
        wanted=sum(
            max(state.trials, state.aim) if state.open else state.trials for state in states
        ),
        rate=(trials - before) / max(seconds, 1e-3),
        seconds_left=seconds * left / schedule.done if schedule.done else None,
        worst=max(errors, default=None),
    )
