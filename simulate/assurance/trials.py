"""Trials under many draws of a posterior, so many of each (compiled)."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import local

import numpy as np
from numpy.typing import NDArray

from models.compiled import lean_kernel
from simulate.assurance.pack import OneEndpointDraws, PackedDraws, ProgressingDraws
from simulate.engine.fields import FIELDS
from simulate.engine.follow import Outcomes, Progressing
from simulate.engine.run import BLOCK, Block
from simulate.engine.trial import Plan, simulate_trials
from simulate.engine.work_space import WorkSpace
from simulate.illness_death.pack import Passages

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

STRIDE = 2**24
"""Replicates of one draw before those of the next: each trial of each draw has its own number."""


@lean_kernel
def draw_trials(
    seed: int, numbers: Integers, draws: OneEndpointDraws, plan: Plan, work: WorkSpace,
    found: Floats,
) -> None:  # fmt: skip
    """Simulate trials of one endpoint under each of some draws.

    Parameters
    ----------
    seed : int
    numbers : array (draw,)
        Number of the first replicate of each draw.
    draws : OneEndpointDraws
    plan : Plan
        Its truth is replaced by that of each draw.
    work : WorkSpace
    found : array (draw, trial, endpoint, look, field)
        The result.
    """
    base = draws.base
    for d in range(numbers.size):
        truth = Outcomes(base.cuts, draws.hazard[d], base.cured, base.drop_cuts, base.drop_out)
        simulate_trials(
            seed, numbers[d], plan.plans, truth, None, plan.scale, plan.looks, plan.wanted,
            plan.models, plan.late, plan.harm, work, found[d],
        )  # fmt: skip


@lean_kernel
def draw_progressing_trials(
    seed: int, numbers: Integers, draws: ProgressingDraws, plan: Plan, work: WorkSpace,
    found: Floats,
) -> None:  # fmt: skip
    """Simulate trials of patients who progress and die under each of some draws.

    Parameters
    ----------
    seed, numbers, plan, work, found
        See `draw_trials`.
    draws : ProgressingDraws
    """
    same = draws.base.passages
    for d in range(numbers.size):
        passages = Passages(
            same.cuts, draws.hazard[d], draws.reached[d], same.clock, same.after_cuts,
            draws.after_hazard[d], draws.after_reached[d], same.drop_cuts, same.drop_out,
            same.drop_reached, same.drops, same.switch_probability, same.switch_delay,
            same.switch_hr,
        )  # fmt: skip
        simulate_trials(
            seed, numbers[d], plan.plans, plan.truth, Progressing(passages, draws.base.scans),
            plan.scale, plan.looks, plan.wanted, plan.models, plan.late, plan.harm, work, found[d],
        )  # fmt: skip


def simulate_draws(
    packed: PackedDraws,
    numbers: Integers,
    *,
    seed: int,
    first: int,
    trials: int,
    workers: int = 2,
) -> Iterator[Block]:
    """Simulate so many trials of each draw, and hand them over draw after draw.

    Parameters
    ----------
    packed : PackedDraws
    numbers : array (draw,)
        Number of each draw in the posterior: trial t of draw d is replicate d × 2^24 + t, so the
        trials of different draws are independent and those of one draw can be extended.
    seed : int
    first, trials : int
        First trial of each draw and how many.
    workers : int
        Threads; the results do not depend on it.

    Yields
    ------
    Block
        Trials of whole draws, about `BLOCK` of them, in order.
    """
    mine = local()

    def run(start: int, stop: int) -> Block:
        if not hasattr(mine, "work"):
            mine.work = packed.scenario.work_space()
        return _block(
            packed, mine.work, numbers, start, stop, seed=seed, first=first, trials=trials
        )

    step = max(BLOCK // trials, 1)
    pool = ThreadPoolExecutor(workers)
    waiting: deque[Future[Block]] = deque()
    try:
        for start in range(0, numbers.size, step):
            waiting.append(pool.submit(run, start, min(start + step, numbers.size)))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _block(
    packed: PackedDraws, work: WorkSpace, numbers: Integers, start: int, stop: int,
    *, seed: int, first: int, trials: int,
) -> Block:  # fmt: skip
    plan = packed.scenario.plan
    found = np.empty((stop - start, trials, plan.wanted.size, plan.looks.size, len(FIELDS)))
    replicates = numbers[start:stop] * STRIDE + first
    draws = packed.draws
    if isinstance(draws, OneEndpointDraws):
        mine = draws._replace(hazard=draws.hazard[start:stop])
        draw_trials(seed, replicates, mine, plan, work, found)
    else:
        several = ProgressingDraws(draws.base, *(part[start:stop] for part in draws[1:]))
        draw_progressing_trials(seed, replicates, several, plan, work, found)
    return Block(first=start * trials, endpoints=found.reshape(-1, *found.shape[2:]))
