"""What a sweep asks of those that compute its tasks: processes here, or a cluster."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Simulate = Callable[..., Sequence[Any]]
"""Called with cells, `first` and `trials`; gives a result for each of the cells."""


OTHER_CODE = "other code"
"""Failure of a worker whose code would give other results."""


class Result(Protocol):
    """Result of trials of one cell, as far as running goes: see `CellResult`."""

    @property
    def trials(self) -> int:
        """Number of trials."""
        ...

    def __add__(self, other: Any) -> Any:  # noqa: ANN401 - of the same kind
        """Add the results of both runs of trials."""
        ...

    def success_error(self) -> float:
        """Monte Carlo standard error of success."""
        ...


@dataclass(frozen=True, kw_only=True)
class Request:
    """Trials to be simulated.

    Attributes
    ----------
    number : int
        By which the answer is known.
    cells : tuple
        Cells that share the simulation.
    first, trials : int
    """

    number: int
    cells: tuple[Any, ...]
    first: int
    trials: int


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What became of a request.

    Attributes
    ----------
    number : int
    results : sequence of Result or None
        One a cell.
    failure : str
        What was raised; empty when nothing was.
    died : bool
        Whether the worker ended before it answered.
    seconds : float
        That computing took.
    """

    number: int
    results: Sequence[Any] | None = None
    failure: str = ""
    died: bool = False
    seconds: float = 0.0


class Pool(Protocol):
    """Workers that answer requests, in any order.

    Attributes
    ----------
    task_seconds : float
        What a request should take, so that asking costs little beside it.
    """

    task_seconds: float

    @property
    def free(self) -> int:
        """Requests that can be taken now."""
        ...

    @property
    def workers(self) -> int:
        """Requests that are computed at the same time."""
        ...

    def ask(self, request: Request) -> None:
        """Take a request; `free` must be positive."""
        ...

    def answers(self, timeout: float) -> list[Answer]:
        """Wait for answers, at most so many seconds."""
        ...

    def close(self) -> None:
        """End all workers at once."""
        ...
