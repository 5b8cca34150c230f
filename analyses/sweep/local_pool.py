"""Worker processes on this machine, each with a pipe of its own: a death is known at once."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from typing import Any

from analyses.sweep.pool import OTHER_CODE, Answer, Request, Simulate

TASK_SECONDS = 1.0
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


@dataclass(frozen=True, kw_only=True, eq=False)
class _Worker:
    process: subprocess.Popen[bytes]
    connection: "Connection[Any, Any]"


class LocalPool:
    """Processes that are started at once, and again when one of them dies.

    Parameters
    ----------
    simulate : callable
        Importable by the workers; see `Simulate`.
    workers : int
        How many.
    code : callable
        Gives the version of the code that results depend on, which may change under a long sweep.
    """

    task_seconds = TASK_SECONDS

    def __init__(self, simulate: Simulate, *, workers: int, code: Callable[[], str]) -> None:
        self.workers = workers
        self.first = (simulate, code, code())
        self._idle = [self._start() for _ in range(workers)]
        self._busy: dict[_Worker, int] = {}

    @property
    def free(self) -> int:
        """Requests that can be taken now."""
        return self.workers - len(self._busy)

    def ask(self, request: Request) -> None:
        """Give a request to an idle worker, or to a new one."""
        while self._idle:
            worker = self._idle.pop()
            try:
                worker.connection.send(request)
            except ConnectionError:
                _end(worker)
            else:
                self._busy[worker] = request.number
                return
        worker = self._start()
        with suppress(ConnectionError):
            worker.connection.send(request)
        self._busy[worker] = request.number

    def answers(self, timeout: float) -> list[Answer]:
        """Collect answers and deaths."""
        ready = wait([worker.connection for worker in self._busy], timeout)
        found = [worker for worker in self._busy if worker.connection in ready]
        return [self._collect(worker) for worker in found]

    def close(self) -> None:
        """Kill all workers: what they were at is not needed."""
        for worker in (*self._idle, *self._busy):
            _end(worker)
        self._idle, self._busy = [], {}

    def _collect(self, worker: _Worker) -> Answer:
        number = self._busy.pop(worker)
        try:
            results, failure, seconds = worker.connection.recv()
        except (EOFError, ConnectionError):
            _end(worker)
            return Answer(number=number, died=True)
        self._idle.append(worker)
        if failure == OTHER_CODE:
            raise ValueError(
                "the code of replan has changed since the sweep was started, and trials would "
                "differ; start it again"
            )
        return Answer(number=number, results=results, failure=failure, seconds=seconds)

    def _start(self) -> _Worker:
        mine, theirs = Pipe()
        command = [sys.executable, "-m", "analyses.sweep.worker", str(theirs.fileno())]
        with _interrupts_ignored():
            process = subprocess.Popen(
                command,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={**os.environ, **dict.fromkeys(ONE_THREAD, "1")},
            )
        theirs.close()
        worker = _Worker(process=process, connection=mine)
        with suppress(ConnectionError):
            mine.send(self.first)
        return worker


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Start children that Ctrl-C does not reach: the sweep ends them itself."""
    former = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)


def _end(worker: _Worker) -> None:
    worker.connection.close()
    worker.process.kill()
    worker.process.wait()
