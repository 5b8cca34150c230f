"""Live progress on standard error: a bar on a terminal, nothing elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What a run is doing: a stage, its share done (0 to 1), a note, seconds left in it."""

    stage: str
    done: float
    note: str = ""
    seconds_left: float | None = None


@contextmanager
def tell_progress() -> Iterator[Callable[[Progress], None]]:
    """Give a function that shows how far a run is.

    Yields
    ------
    callable
        To be called with a `Progress`.
    """
    console = Console(stderr=True)
    # rich takes FORCE_COLOR for a terminal; notebooks and build servers set it without being one.
    if not (sys.stderr.isatty() and console.is_terminal):
        yield _say_nothing
        return
    bars = Bars(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[note]}"),
        console=console,
        transient=True,
    )
    with bars:
        yield _bar_by_bar(bars)


def _bar_by_bar(bars: Bars) -> Callable[[Progress], None]:
    tasks: dict[str, object] = {}

    def tell(step: Progress) -> None:
        if step.stage not in tasks:
            tasks[step.stage] = bars.add_task(step.stage, total=1.0, note="")
        bars.update(tasks[step.stage], completed=step.done, note=_note(step))  # type: ignore[arg-type]

    return tell


def _say_nothing(_: Progress) -> None:
    """Leave files and other programs without progress."""


def _note(step: Progress) -> str:
    if not step.seconds_left:
        return step.note
    return f"{step.note}, about {step.seconds_left:.0f} s left"
