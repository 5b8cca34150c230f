"""What a running sweep says of itself: cells, trials, rate, time left, worst Monte Carlo error."""

from collections.abc import Callable

from analyses.outputs.progress import Progress
from analyses.sweep.run import SweepProgress


def told(tell: Callable[[Progress], None], *, name: str) -> Callable[[SweepProgress], None]:
    """Show the progress of a sweep on a bar.

    Parameters
    ----------
    tell : callable
        From `tell_progress`.
    name : str
        Of the sweep.
    """

    def show(step: SweepProgress) -> None:
        share = step.trials / step.wanted if step.wanted else 1.0
        tell(Progress(stage=name, done=share, note=words(step), seconds_left=step.seconds_left))

    return show


def words(step: SweepProgress) -> str:
    """Put progress in words."""
    parts = [
        f"{step.finished:,} of {step.cells:,} cells",
        f"{step.trials:,} of {step.wanted:,} trials",
    ]
    if step.rate:
        parts.append(f"{step.rate:,.0f} trials/s")
    if step.worst is not None:
        parts.append(f"largest Monte Carlo error {step.worst:.4f}")
    if step.failed:
        parts.append(f"{step.failed:,} cells failed")
    return ", ".join(parts)
