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

from simulate.engine.fields import FIELDS
from simulate.engine.trial import Plan, simulate_trials
from simulate.engine.work_space import WorkSpace, new_work_space

BLOCK = 1000


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A design under one truth, packed for the kernels.

    Parameters
    ----------
    plan : Plan
    patients : int
        Most patients of a trial.
    strata : int
    """

    plan: Plan
    patients: int
    strata: int

    def work_space(self) -> WorkSpace:
        """Arrays of one worker."""
        plan = self.plan
        models = [*plan.models, *([] if plan.harm is None else [plan.harm.model])]
        return new_work_space(
            self.patients,
            strata=self.strata,
            intervals=max(model.cuts.size + 1 for model in models),
            endpoints=1 if plan.progressing is None else 2,
        )


@dataclass(frozen=True, kw_only=True)
class Block:
    """Replicates one after the other.

    Attributes
    ----------
    first : int
        Number of the first.
    endpoints : array (trial, endpoint, look, field)
        See `simulate.engine.fields`.
    """

    first: int
    endpoints: NDArray[np.float64]

    @property
    def found(self) -> NDArray[np.float64]:
        """What was found of the first endpoint, or the only one: (trial, look, field)."""
        return self.of(0)

    def of(self, endpoint: int) -> NDArray[np.float64]:
        """Return what was found of an endpoint, by its place: (trial, look, field)."""
        return np.ascontiguousarray(self.endpoints[:, endpoint])


def simulate_block(scenario: Scenario, *, seed: int, first: int, trials: int) -> Block:
    """Simulate replicates `first` to `first` + `trials` − 1.

    Parameters
    ----------
    scenario : Scenario
    seed, first, trials : int
    """
    return _block(scenario, scenario.work_space(), seed, first, trials)


def _block(scenario: Scenario, work: WorkSpace, seed: int, first: int, trials: int) -> Block:
    plan = scenario.plan
    found = np.empty((trials, plan.wanted.size, plan.looks.size, len(FIELDS)))
    simulate_trials(seed, first, *plan, work, found)
    return Block(first=first, endpoints=found)


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
