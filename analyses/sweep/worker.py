"""A worker process: takes requests from its pipe and answers them until the pipe is closed."""

import sys
import time
from multiprocessing.connection import Connection
from typing import Any

from analyses.sweep.pool import Request, Simulate


def serve(connection: "Connection[Any, Any]") -> None:
    """Answer requests with (results, failure, seconds).

    The first thing received is the function that simulates. An exception is an answer, too; a
    process that asks and is gone ends this one.

    Parameters
    ----------
    connection : Connection
    """
    simulate: Simulate = connection.recv()
    while True:
        try:
            connection.send(answer(simulate, connection.recv()))
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
