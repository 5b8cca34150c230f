"""Sampling both endpoints of one trial until convergence: several runs side by side.

Runs are extended by chunks of fixed length and judged between chunks, so the number of draws
depends on the seed and the settings only, never on the clock or the number of threads.
"""

import time
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
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
from models.reconstruction.sample import SamplingProgress
from models.record.record import Record

FEWEST_CHUNKS = 2
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
    began = time.perf_counter()
    pool, stop = ThreadPoolExecutor(threads), Event()
    try:
        runs = _start(pool, problem, settings, seed)
        chunk, done = 0, False
        while not done:
            chunk += 1
            _results([pool.submit(extend_joint_chain, run, settings, stop) for run in runs])
            draws = read_draws(runs, settings)
            quantities = judged_quantities(draws, settings)
            checks = _judge(runs, quantities, settings)
            seconds = time.perf_counter() - began
            done = _may_stop(checks, settings, chunk=chunk, seconds=seconds)
            if progress:
                progress(_progress(checks, settings, chunk, seconds, done))
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)
    checks.append(deaths_without_progression(draws))
    scans = chunk * (settings.sampler.chunk // settings.sampler.thin) * settings.sampler.thin
    return JointRun(
        draws=draws,
        quantities=quantities,
        checks=checks,
        acceptance=_acceptance(runs),
        exchange=_exchange(runs),
        trips=_trips(runs),
        scans=scans,
        seconds=seconds,
    )


def _acceptance(runs: list[JointChain]) -> NDArray[np.float64]:
    """Share of accepted moves, shape (chain, level, move)."""
    levels = len(runs[0].windows)
    moves = np.stack([run.ladder["moves"][0, :levels] for run in runs]).astype(float)
    return np.asarray(moves[..., 0] / np.maximum(moves[..., 1], 1.0))


def _exchange(runs: list[JointChain]) -> NDArray[np.float64]:
    """Share of accepted exchanges with the level above, shape (chain, level − 1)."""
    steps = len(runs[0].windows) - 1
    exchanged = np.stack([run.ladder["exchanged"][0, :steps] for run in runs])
    tried = np.stack([run.ladder["tried"][0, :steps] for run in runs])
    return np.asarray(exchanged / np.maximum(tried, 1))


def _start(
    pool: ThreadPoolExecutor, problem: NDArray[np.void], settings: JointSettings, seed: int
) -> list[JointChain]:
    """Start every run, the first ahead: it alone searches in vain."""
    children = np.random.SeedSequence([seed, *NAME.encode()]).spawn(settings.sampler.chains)
    runs: list[JointChain] = []
    for part in (children[:1], children[1:]):
        futures = [pool.submit(start_joint_chain, problem, settings, seed=seed) for seed in part]
        try:
            runs += _results(futures)
        except NoStartError as error:
            raise ValueError(f"endpoints.pfs and endpoints.os: {error}") from None
    return runs


def _results[T](futures: list[Future[T]]) -> list[T]:
    """Wait in short steps, so that an interrupt gets through, and return all results."""
    pending = set(futures)
    while pending:
        done, pending = wait(pending, timeout=0.2, return_when=FIRST_EXCEPTION)
        for future in done:
            future.result()
    return [future.result() for future in futures]


def _trips(runs: list[JointChain]) -> NDArray[np.int64]:
    return np.array([int(run.ladder["trips"][0]) for run in runs])


def _judge(
    runs: list[JointChain], quantities: dict[str, NDArray[np.float64]], settings: JointSettings
) -> list[CheckResult]:
    """Gate of every quantity, and of round trips."""
    plan = settings.sampler
    checks = gate(quantities, r_hat_limit=plan.r_hat, ess_limit=plan.ess_needed)
    trips = int(_trips(runs).min())
    checks.append(
        CheckResult(
            name="round trips",
            passed=trips >= plan.round_trips,
            values={"trips": trips},
            text=f"at least {trips} round trips of the ladder a run ({plan.round_trips} needed)",
        )
    )
    return checks


def _may_stop(
    checks: list[CheckResult], settings: JointSettings, *, chunk: int, seconds: float
) -> bool:
    """Whether the gate holds: with margin at first, then as needed, or time is up."""
    plan = settings.sampler
    if seconds > plan.time_limit:
        return True
    if chunk < FEWEST_CHUNKS or any(check.passed is False for check in checks):
        return False
    return chunk >= plan.chunks or _worst_ess(checks) >= plan.ess_wanted


def _worst_ess(checks: list[CheckResult]) -> float:
    return min(
        min(check.values["ess_bulk"], check.values["ess_tail"])
        for check in checks
        if check.passed is not None and "ess_bulk" in check.values
    )


def _progress(
    checks: list[CheckResult], settings: JointSettings, chunk: int, seconds: float, done: bool
) -> SamplingProgress:
    ess = _worst_ess(checks)
    r_hat = max(check.values["r_hat"] for check in checks if check.values.get("r_hat", 0.0) > 0.0)
    wanted = settings.sampler.ess_wanted
    chunks_left = min(settings.sampler.chunks - chunk, chunk * max(0.0, wanted / ess - 1.0))
    return SamplingProgress(
        endpoint=NAME,
        chunks=chunk,
        ess=ess,
        r_hat=r_hat,
        seconds=seconds,
        seconds_left=0.0 if done else max(1.0, chunks_left) * seconds / chunk,
        done=done,
    )
