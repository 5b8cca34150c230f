"""Workers of a Dask cluster that runs already: the same requests, the same answers."""

import asyncio
import concurrent.futures
import importlib
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from analyses.sweep.pool import OTHER_CODE, Answer, Request, Simulate
from analyses.sweep.worker import answer

TASK_SECONDS = 4.0
WAITING = 3
PATIENCE = 10.0
"""Seconds to connect, and to connect again."""

SILENCE = 30.0
"""Seconds without a word of the scheduler after which it counts as gone."""

COUNT_EVERY = 2.0
LOOK_EVERY = 0.01
GONE = (
    OSError,
    TimeoutError,
    RuntimeError,
    asyncio.CancelledError,
    concurrent.futures.CancelledError,
)

LOST = (
    "the Dask scheduler is gone; trials so far are stored, start it and the sweep again, which "
    "goes on from there"
)


class DaskPool:
    """Workers known to a scheduler; they may come and go while a sweep runs.

    Parameters
    ----------
    simulate : callable
        Importable by the workers; see `Simulate`.
    address : str
        Of the scheduler, such as "tcp://10.0.0.1:8786".
    code : callable
        Gives the version of the code that results depend on; must be the same on all workers.

    Raises
    ------
    ValueError
        If dask.distributed is not installed, or no scheduler answers: one sentence.
    """

    task_seconds = TASK_SECONDS

    def __init__(self, simulate: Simulate, *, address: str, code: Callable[[], str]) -> None:
        self.simulate, self.code, self.version = simulate, code, code()
        self.address = address
        self.client = _connect(address)
        self._pending: dict[Any, Request] = {}
        self._threads, self._counted = 1, -math.inf

    @property
    def workers(self) -> int:
        """Threads of all workers that the scheduler knows; 1 while there is none."""
        now = time.monotonic()
        if now - self._counted > COUNT_EVERY:
            with self._reached():
                threads = self.client.nthreads(callback_timeout=SILENCE)
            self._threads = max(sum(threads.values()), 1)
            self._counted = now
        return self._threads

    @property
    def free(self) -> int:
        """Requests that keep all workers busy while answers travel."""
        return WAITING * self.workers - len(self._pending)

    def ask(self, request: Request) -> None:
        """Send a request to the scheduler."""
        with self._reached():
            future = self.client.submit(
                answer_if_alike, self.simulate, self.code, self.version, request, pure=False
            )
        self._pending[future] = request

    def answers(self, timeout: float) -> list[Answer]:
        """Collect answers, and what the scheduler gave up because workers died.

        What was lost with a connection that has come back is asked again.
        """
        _ = self.workers  # a sign of life, also where nothing is asked
        deadline = time.monotonic() + timeout
        while not (done := self._done()) and time.monotonic() < deadline:
            time.sleep(LOOK_EVERY)
        for future in [future for future in done if future.status == "cancelled"]:
            self.ask(self._pending.pop(future))
        found = [self._collect(future) for future in done if future.status != "cancelled"]
        return [answer for answer in found if answer is not None]

    def close(self) -> None:
        """Take back what is not computed yet and leave the cluster running."""
        self._pending = {}
        with suppress(*GONE, AssertionError):
            self.client.close(timeout=PATIENCE)

    def _done(self) -> list[Any]:
        return [future for future in self._pending if future.status != "pending"]

    def _collect(self, future: Any) -> Answer | None:  # noqa: ANN401 - of an optional module
        """Give the answer; None where its worker died with it, so that it is computed again."""
        if future.status == "error":
            return Answer(number=self._pending.pop(future).number, died=True)
        try:
            results, failure, seconds = future.result(timeout=PATIENCE)
        except GONE:
            return None
        if failure == OTHER_CODE:
            raise ValueError(
                "a worker of the cluster has another version of replan, whose trials would differ; "
                "install this version on all workers"
            )
        number = self._pending.pop(future).number
        return Answer(number=number, results=results, failure=failure, seconds=seconds)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        """Wait for a connection that is lost to come back; else put it into one sentence."""
        deadline = time.monotonic() + 2 * PATIENCE
        while self.client.status == "connecting" and time.monotonic() < deadline:
            time.sleep(LOOK_EVERY)
        if self.client.status != "running":
            raise ValueError(LOST)
        try:
            yield
        except GONE:
            raise ValueError(LOST) from None
        except Exception:
            if self.client.status == "running":
                raise
            raise ValueError(LOST) from None


def answer_if_alike(
    simulate: Simulate, code: Callable[[], str], version: str, request: Request
) -> tuple[Any, str, float]:
    """Answer a request on a worker, unless its code would give other results.

    Returns
    -------
    results, failure, seconds
        See `answer`.
    """
    if code() != version:
        return None, OTHER_CODE, 0.0
    return answer(simulate, request)


def _connect(address: str) -> Any:  # noqa: ANN401 - of an optional module
    try:
        distributed = importlib.import_module("distributed")
    except ImportError:
        raise ValueError(
            "--scheduler needs dask.distributed, which is not installed; install replan with its "
            "extra `cluster`, or leave the option out"
        ) from None
    try:
        with suppress(AssertionError):  # its thread had no processor for seconds: once more
            return distributed.Client(address, timeout=f"{PATIENCE}s", set_as_default=False)
        return distributed.Client(address, timeout=f"{PATIENCE}s", set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ValueError(
            f"--scheduler is {address!r} but no Dask scheduler answers there ({reason}); give the "
            "address of a running one, such as tcp://127.0.0.1:8786"
        ) from None
