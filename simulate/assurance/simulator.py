"""Trials of one design under draws of one posterior, decided."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulate.assurance.pack import PackedDraws, pack_draws
from simulate.assurance.posterior import PosteriorDraws
from simulate.assurance.question import Question, planning_truth
from simulate.assurance.trials import simulate_draws
from simulate.design.trial import TrialDesign
from simulate.engine.run import BLOCK
from simulate.operating.outcomes import Referee

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Progress = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class SimulatedDraws:
    """Trials under draws of a posterior.

    Attributes
    ----------
    numbers : array (draw,)
        Of the draws in the posterior, in the order in which they were simulated.
    success : array (draw, trial)
        Whether the trial shows what is asked for.
    won : array (draw, trial, endpoint)
        Whether it wins each endpoint of the design.
    """

    numbers: Integers
    success: Booleans
    won: Booleans


class DrawSimulator:
    """Simulates trials of one design under draws of one posterior.

    Parameters
    ----------
    design : TrialDesign
    posterior : PosteriorDraws
    question : Question
    truth : str or None
        Name of the truth that drop-out and factors are taken from; the first if None.
    seed, workers : int
    progress : callable
        Told the number of trials done, over all calls.
    """

    def __init__(
        self,
        design: TrialDesign,
        posterior: PosteriorDraws,
        question: Question,
        *,
        truth: str | None,
        seed: int,
        workers: int,
        progress: Progress = lambda _: None,
    ) -> None:
        self.design, self.posterior, self.question = design, posterior, question
        self.planning = planning_truth(design, truth)
        self.referee = Referee(design, seed=seed)
        self.seed, self.workers, self.progress = seed, workers, progress
        self.done = 0

    def of_draws(self, numbers: Integers, *, trials: int, first: int = 0) -> SimulatedDraws:
        """Simulate trials under some draws of the posterior."""
        hazard = self.posterior.take(numbers)
        return self.of_hazards(hazard, numbers, trials=trials, first=first)

    def of_hazards(
        self, hazard: Floats, numbers: Integers, *, trials: int, first: int = 0
    ) -> SimulatedDraws:
        """Simulate trials under some hazards (draw, passage, arm, interval)."""
        packed = pack_draws(self.design, self.posterior, hazard, planning=self.planning)
        parts = [
            self._some(packed, numbers, first=start, trials=min(BLOCK, first + trials - start))
            for start in range(first, first + trials, BLOCK)
        ]
        whole = np.concatenate(parts, axis=1)
        return SimulatedDraws(numbers=numbers, success=whole[..., 0], won=whole[..., 1:])

    def _some(self, packed: PackedDraws, numbers: Integers, *, first: int, trials: int) -> Booleans:
        """Success, then each endpoint, shape (draw, trial, 1 + endpoint)."""
        found = []
        for block in simulate_draws(
            packed, numbers, seed=self.seed, first=first, trials=trials, workers=self.workers
        ):
            outcomes = self.referee.decide(block)
            success = outcomes.of(self.question.target)
            found.append(np.column_stack([success, outcomes.won]))
            self.done += len(found[-1])
            self.progress(self.done)
        return np.concatenate(found).reshape(numbers.size, trials, -1)
