"""Running many trials: in blocks of fixed size, on several threads, handed over in order.

Kernels hold no interpreter lock, so threads use all cores without copies of the program. A trial
depends on the seed and its number only, and blocks are handed over in order, so the results are
the same to the bit for any number of workers.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import local

import numpy as np
from numpy.typing import NDArray

from simulate.effect.bayes import BayesModel
from simulate.engine.trial import (
    FIELDS,
    Outcomes,
    Wanted,
    simulate_trials,
)
from simulate.engine.work_space import WorkSpace, new_work_space

BLOCK = 1000


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A design under one truth, packed for the kernels.

    Parameters
    ----------
    plans : array of ENROLMENT (1,)
    truth : Outcomes
    looks : array of LOOK (look,)
    wanted : Wanted
    model : BayesModel
    patients : int
        Most patients of a trial.
    """

    plans: NDArray[np.void]
    truth: Outcomes
    looks: NDArray[np.void]
    wanted: Wanted
    model: BayesModel
    patients: int

    def work_space(self) -> WorkSpace:
        """Arrays of one worker."""
        return new_work_space(
            self.patients,
            strata=self.truth.hazard.shape[1],
            intervals=self.model.cuts.size + 1,
        )


@dataclass(frozen=True, kw_only=True)
class Block:
    """Replicates one after the other.

    Attributes
    ----------
    first : int
        Number of the first.
    found : array (trial, look, field)
        See `simulate.engine.trial.FIELDS`.
    """

    first: int
    found: NDArray[np.float64]


def simulate_block(scenario: Scenario, *, seed: int, first: int, trials: int) -> Block:
    """Simulate replicates `first` to `first` + `trials` − 1.

    Parameters
    ----------
    scenario : Scenario
    seed, first, trials : int
    """
    return _block(scenario, scenario.work_space(), seed, first, trials)


def _block(scenario: Scenario, work: WorkSpace, seed: int, first: int, trials: int) -> Block:
    found = np.empty((trials, scenario.looks.size, len(FIELDS)))
    simulate_trials(
        seed,
        first,
        scenario.plans,
        scenario.truth,
        scenario.looks,
        scenario.wanted,
        scenario.model,
        work,
        found,
    )
    return Block(first=first, found=found)


def simulate_blocks(
    scenario: Scenario, *, seed: int, trials: int, first: int = 0, workers: int = 2
) -> Iterator[Block]:
    """Simulate trials, and hand over block after block in order.

    Parameters
    ----------
    scenario : Scenario
    seed : int
    trials : int
    first : int
        Number of the first replicate; a multiple of `BLOCK` when a simulation goes on.
    workers : int
        Threads; the results do not depend on it.

    Yields
    ------
    Block
        Of `BLOCK` trials, the last of the rest. At most three a worker are held at a time, so
        memory does not grow with the number of trials.
    """
    mine = local()

    def run(start: int, count: int) -> Block:
        if not hasattr(mine, "work"):
            mine.work = scenario.work_space()
        return _block(scenario, mine.work, seed, start, count)

    starts = range(first, first + trials, BLOCK)
    pool = ThreadPoolExecutor(workers)
    waiting: deque[Future[Block]] = deque()
    try:
        for start in starts:
            waiting.append(pool.submit(run, start, min(BLOCK, first + trials - start)))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
