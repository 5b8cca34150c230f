"""A worker process: takes requests from its pipe and answers them until the pipe is closed."""

import sys
import time
from multiprocessing.connection import Connection
from typing import Any

from analyses.sweep.pool import OTHER_CODE, Request, Simulate


def serve(connection: "Connection[Any, Any]") -> None:
    """Answer requests with (results, failure, seconds).

    What is received first is the function that simulates, and the code that it must be of. An
    exception is an answer, too; a process that asks and is gone ends this one.

    Parameters
    ----------
    connection : Connection
    """
    simulate, code, version = connection.recv()
    alike = code() == version
    while True:
        try:
            request = connection.recv()
            connection.send(answer(simulate, request) if alike else (None, OTHER_CODE, 0.0))
        except (EOFError, ConnectionError):
            return


def answer(simulate: Simulate, request: Request) -> tuple[Any, str, float]:
    """Simulate; an exception is put in words.

    Returns
    -------
    results : sequence or None
    failure : str
        Empty when nothing was raised.
    seconds : float
        Of the clock.
    """
    began = time.perf_counter()
    try:
        results = simulate(request.cells, first=request.first, trials=request.trials)
    except Exception as error:
        return None, f"{type(error).__name__}: {error}", time.perf_counter() - began
    return results, "", time.perf_counter() - began


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
