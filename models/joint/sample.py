"""Sampling both endpoints of one trial until convergence: several runs side by side.

Runs are extended by chunks of fixed length and judged between chunks, so the number of draws
depends on the seed and the settings only, never on the clock or the number of threads.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np
from numpy.typing import NDArray

from models.check_result import CheckResult
from models.convergence import gate
from models.joint.assemble import assemble_joint
from models.joint.chains import JointChain, extend_joint_chain, start_joint_chain
from models.joint.counts import deaths_without_progression
from models.joint.quantities import judged_quantities
from models.joint.run import JointRun, read_draws
from models.joint.settings import JointSettings
from models.reconstruction.chains import NoStartError
from models.reconstruction.stopping import (
    SamplingProgress,
    acceptance,
    exchange,
    may_stop,
    round_trips,
    round_trips_check,
    sampling_progress,
    wait_for,
)
from models.record.record import Record

NAME = "pfs and os"


def sample_joint(
    record: Record,
    settings: JointSettings,
    *,
    seed: int,
    threads: int = 2,
    progress: Callable[[SamplingProgress], None] | None = None,
) -> JointRun:
    """Sample one set of unseen patients under both endpoints, and the hazards of three transitions.

    Parameters
    ----------
    record : Record
        The published record, with `pfs` and `os`.
    settings : JointSettings
        Its `sampler` says how many runs, and when they may stop.
    seed : int
        The same seed gives the same draws for any number of threads.
    threads : int
        Runs that advance at the same time.
    progress : callable, optional
        Called after each chunk.

    Returns
    -------
    JointRun
        Look at `checks`: a run that reached its time limit is returned with failed checks.

    Raises
    ------
    ValueError
        If the printed figures cannot be reproduced together, or the record lacks some.
    """
    problem = assemble_joint(record, settings)
    return sample_problem(problem, settings, seed=seed, threads=threads, progress=progress)


def sample_problem(
    problem: NDArray[np.void],
    settings: JointSettings,
    *,
    seed: int,
    threads: int = 2,
    progress: Callable[[SamplingProgress], None] | None = None,
) -> JointRun:
    """Sample an assembled problem; as `sample_joint`."""
    began, plan = time.perf_counter(), settings.sampler
    pool, stop = ThreadPoolExecutor(threads), Event()
    try:
        runs = _start(pool, problem, settings, seed)
        chunk, done = 0, False
        while not done:
            chunk += 1
            wait_for([pool.submit(extend_joint_chain, run, settings, stop) for run in runs])
            draws = read_draws(runs, settings)
            quantities = judged_quantities(draws, settings)
            checks = _judge(runs, quantities, settings)
            seconds = time.perf_counter() - began
            done = may_stop(checks, plan, chunk=chunk, seconds=seconds)
            if progress:
                told = sampling_progress(
                    NAME, checks, plan, chunk=chunk, seconds=seconds, done=done
                )
                progress(told)
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)
    checks.append(deaths_without_progression(draws))
    scans = chunk * (plan.chunk // plan.thin) * plan.thin
    return JointRun(
        draws=draws,
        quantities=quantities,
        checks=checks,
        acceptance=acceptance(runs),
        exchange=exchange(runs),
        trips=round_trips(runs),
        scans=scans,
        seconds=seconds,
    )


def _start(
    pool: ThreadPoolExecutor, problem: NDArray[np.void], settings: JointSettings, seed: int
) -> list[JointChain]:
    """Start every run, the first ahead: it alone searches in vain."""
    children = np.random.SeedSequence([seed, *NAME.encode()]).spawn(settings.sampler.chains)
    runs: list[JointChain] = []
    for part in (children[:1], children[1:]):
        futures = [pool.submit(start_joint_chain, problem, settings, seed=seed) for seed in part]
        try:
            runs += wait_for(futures)
        except NoStartError as error:
            raise ValueError(f"endpoints.pfs and endpoints.os: {error}") from None
    return runs


def _judge(
    runs: list[JointChain], quantities: dict[str, NDArray[np.float64]], settings: JointSettings
) -> list[CheckResult]:
    """Gate of every quantity, and of round trips."""
    plan = settings.sampler
    checks = gate(quantities, r_hat_limit=plan.r_hat, ess_limit=plan.ess_needed)
    return [*checks, round_trips_check(runs, plan)]
