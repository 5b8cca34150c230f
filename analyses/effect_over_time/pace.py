"""How long a stage of a run still takes, from how long its part so far took."""

from collections.abc import Callable
from time import perf_counter

from analyses.outputs.progress import Progress
from analyses.reanalyse.stages import Tell


class Pace:
    """Tells progress of one stage made of phases, with the seconds left in the phase.

    Parameters
    ----------
    tell : callable
        Told each `Progress`.
    stage : str
        Name of the stage.
    """

    def __init__(self, tell: Tell, stage: str) -> None:
        self._tell = tell
        self._stage = stage

    def phase(self, start: float, stop: float) -> Callable[[float, str], None]:
        """Begin a phase that takes the stage from one share done to another.

        Parameters
        ----------
        start, stop : float
            Shares of the stage, 0 to 1.

        Returns
        -------
        callable
            To be called with the share of the phase done, and a note.
        """
        begun = perf_counter()

        def told(share: float, note: str) -> None:
            left = (perf_counter() - begun) * (1 - share) / share if share > 0 else None
            done = start + (stop - start) * share
            self._tell(Progress(stage=self._stage, done=done, note=note, seconds_left=left))

        return told
