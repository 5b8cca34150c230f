"""Workers of a Dask cluster that runs already: the same requests, the same answers."""

import asyncio
import concurrent.futures
import importlib
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import Any

from analyses.sweep.pool import OTHER_CODE, Answer, Request, Simulate
from analyses.sweep.worker import answer

TASK_SECONDS = 4.0
WAITING = 3
PATIENCE = "10s"
COUNT_EVERY = 2.0
GONE = (
    OSError,
    TimeoutError,
    RuntimeError,
    asyncio.CancelledError,
    concurrent.futures.CancelledError,
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
        self.client = _connect(address)
        self._pending: dict[Any, int] = {}
        self._done: SimpleQueue[Any] = SimpleQueue()
        self._threads, self._counted = 1, -math.inf

    @property
    def workers(self) -> int:
        """Threads of all workers that the scheduler knows; 1 while there is none."""
        now = time.monotonic()
        if now - self._counted > COUNT_EVERY:
            with _reached():
                self._threads = max(sum(self.client.nthreads().values()), 1)
            self._counted = now
        return self._threads

    @property
    def free(self) -> int:
        """Requests that keep all workers busy while answers travel."""
        return WAITING * self.workers - len(self._pending)

    def ask(self, request: Request) -> None:
        """Send a request to the scheduler."""
        with _reached():
            future = self.client.submit(
                answer_if_alike, self.simulate, self.code, self.version, request, pure=False
            )
        self._pending[future] = request.number
        future.add_done_callback(self._done.put)

    def answers(self, timeout: float) -> list[Answer]:
        """Collect answers, and what the scheduler gave up because workers died."""
        done: list[Any] = []
        with suppress(Empty):
            done.append(self._done.get(timeout=timeout))
            while True:
                done.append(self._done.get_nowait())
        known = [future for future in done if future.status == "finished"]
        with _reached():
            values = dict(zip(known, self.client.gather(known), strict=True))
        return [self._collect(future, values.get(future)) for future in done]

    def close(self) -> None:
        """Take back what is not computed yet and leave the cluster running."""
        with suppress(*GONE):
            self.client.cancel(list(self._pending))
        self._pending = {}
        with suppress(*GONE):
            self.client.close()

    def _collect(self, future: Any, value: tuple[Any, str, float] | None) -> Answer:  # noqa: ANN401
        number = self._pending.pop(future)
        if value is None:
            return Answer(number=number, died=True)
        results, failure, seconds = value
        if failure == OTHER_CODE:
            raise ValueError(
                "a worker of the cluster has another version of replan, whose trials would differ; "
                "install this version on all workers"
            )
        return Answer(number=number, results=results, failure=failure, seconds=seconds)


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


@contextmanager
def _reached() -> Iterator[None]:
    """Put the loss of the scheduler into one sentence."""
    try:
        yield
    except GONE:
        raise ValueError(
            "the Dask scheduler is gone; trials so far are stored, start it and the sweep again, "
            "which goes on from there"
        ) from None


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
            return distributed.Client(address, timeout=PATIENCE, set_as_default=False)
        return distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ValueError(
            f"--scheduler is {address!r} but no Dask scheduler answers there ({reason}); give the "
            "address of a running one, such as tcp://127.0.0.1:8786"
        ) from None
