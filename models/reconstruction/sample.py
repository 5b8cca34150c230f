"""Sampling until convergence: several runs of each endpoint side by side, on all cores.

Runs are extended by chunks of fixed length and judged between chunks, so the number of draws
depends on the seed and the settings only, never on the clock or the number of threads.
"""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.check_result import CheckResult
from models.convergence import gate
from models.placement import arm_hazards
from models.reconstruction.chains import Chain, NoStartError, extend_chain, start_chain
from models.reconstruction.conflict import name_conflict
from models.reconstruction.stopping import (
    SamplingProgress,
    acceptance,
    exchange,
    may_stop,
    round_trips_check,
    sampling_progress,
    wait_for,
)
from models.reconstruction.tempering import PARAMETERS
from models.settings import AnalysisSettings, SamplerSettings
from models.survival.hazard import rmst, survival

BURN_IN = 0.15
TIMES = (6.0, 12.0, 24.0)
HORIZON = 24.0


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Draws of parameters and patients for one endpoint, burn-in removed.

    Attributes
    ----------
    parameters : dict of array (chain, draw)
        `log_hr` (RT versus control), gamma `rate`, `walk_sd`, last `cut`, `loss` rate.
    hazard : array (chain, draw, arm, interval)
        Per month.
    time : array (chain, draw, patient)
        Latent months; patients of the control arm first.
    event : array (chain, draw, patient)
        1 for an event.
    events : array (chain, draw, arm)
    quantities : dict of array (chain, draw)
        What the gate judged.
    checks : list of CheckResult
        Gate of every quantity, and the round trips of the ladder.
    acceptance : array (chain, level, move)
        Share of accepted blocks, blocks with baseline, pins and warps.
    exchange : array (chain, level − 1)
        Share of accepted exchanges with the level above.
    scans : int
        Scans of each run, burn-in included.
    seconds : float
        Wall time when this endpoint was done.
    """

    parameters: dict[str, NDArray[np.float64]]
    hazard: NDArray[np.float64]
    time: NDArray[np.float64]
    event: NDArray[np.int8]
    events: NDArray[np.int64]
    quantities: dict[str, NDArray[np.float64]]
    checks: list[CheckResult]
    acceptance: NDArray[np.float64]
    exchange: NDArray[np.float64]
    scans: int
    seconds: float


def sample_patients(
    problems: Mapping[str, NDArray[np.void]],
    settings: AnalysisSettings,
    *,
    seed: int,
    threads: int = 2,
    progress: Callable[[SamplingProgress], None] | None = None,
) -> dict[str, Sample]:
    """Sample the unseen patients and parameters of each endpoint.

    Parameters
    ----------
    problems : mapping of endpoint to array of PROBLEM, shape (1,)
        See `assemble_problem`.
    settings : AnalysisSettings
        Its `sampler` says how many runs, and when they may stop.
    seed : int
        The same seed gives the same draws for any number of threads.
    threads : int
        Runs that advance at the same time.
    progress : callable, optional
        Called after each chunk.

    Returns
    -------
    dict of endpoint to Sample
        Look at `checks`: a run that reached its time limit is returned with failed checks.

    Raises
    ------
    ValueError
        If the printed figures of an endpoint cannot be reproduced together.
    """
    began = time.perf_counter()
    plan = settings.sampler
    pool = ThreadPoolExecutor(threads)
    try:
        chains = _start(pool, problems, plan, seed)
        samples: dict[str, Sample] = {}
        chunk = 0
        while len(samples) < len(problems):
            chunk += 1
            active = {name: runs for name, runs in chains.items() if name not in samples}
            wait_for(
                [pool.submit(extend_chain, run, plan) for runs in active.values() for run in runs]
            )
            elapsed = time.perf_counter() - began
            for name, runs in active.items():
                checks = check_runs(runs, settings)
                done = may_stop(checks, plan, chunk=chunk, seconds=elapsed)
                if progress:
                    told = sampling_progress(
                        name, checks, plan, chunk=chunk, seconds=elapsed, done=done
                    )
                    progress(told)
                if done:
                    samples[name] = _read_out(runs, settings, checks, elapsed)
        return {name: samples[name] for name in problems}
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def check_runs(runs: list[Chain], settings: AnalysisSettings) -> list[CheckResult]:
    """Gate of log HR, events, S(6), S(12), S(24), RMST(24) per arm, and of round trips."""
    plan = settings.sampler
    checks = gate(
        judged_quantities(runs, settings), r_hat_limit=plan.r_hat, ess_limit=plan.ess_needed
    )
    checks.append(round_trips_check(runs, plan))
    return checks


def judged_quantities(
    runs: list[Chain], settings: AnalysisSettings
) -> dict[str, NDArray[np.float64]]:
    """Quantities that must have converged, each of shape (chain, draw)."""
    log_hr = _stack([run.parameters for run in runs])[..., 0]
    hazard = arm_hazards(
        log_hr, _stack([run.hazards for run in runs]), placement=settings.placement
    )
    events = _events_per_arm(runs)
    quantities = {"log HR": log_hr}
    for arm, name in enumerate(("control", "RT")):
        quantities[f"events {name}"] = events[..., arm].astype(float)
        curve = survival(hazard[:, :, arm], TIMES, cuts=settings.cuts)
        for index, month in enumerate(TIMES):
            quantities[f"S({month:g}) {name}"] = curve[..., index]
        quantities[f"RMST({HORIZON:g}) {name}"] = rmst(
            hazard[:, :, arm], HORIZON, cuts=settings.cuts
        )
    return quantities


def _start(
    pool: ThreadPoolExecutor,
    problems: Mapping[str, NDArray[np.void]],
    plan: SamplerSettings,
    seed: int,
) -> dict[str, list[Chain]]:
    """Start every run, the first of each endpoint ahead: it alone searches in vain."""
    seeds = {name: _seeds(seed, name, plan.chains) for name in problems}
    chains: dict[str, list[Chain]] = {name: [] for name in problems}
    for part in (slice(1), slice(1, None)):
        starts = {
            name: [
                pool.submit(start_chain, problem, plan, seed=child) for child in seeds[name][part]
            ]
            for name, problem in problems.items()
        }
        for name, futures in starts.items():
            try:
                chains[name] += wait_for(futures)
            except NoStartError:
                rng = np.random.default_rng(seeds[name][0])
                sentence = name_conflict(problems[name], rng, pool=pool)
                raise ValueError(f"endpoints.{name}: {sentence}") from None
            except ValueError as error:
                raise ValueError(f"endpoints.{name}: {error}") from None
    return chains


def _seeds(seed: int, endpoint: str, chains: int) -> list[np.random.SeedSequence]:
    """Seeds of an endpoint's runs, whatever other endpoints are sampled beside it."""
    return np.random.SeedSequence([seed, *endpoint.encode()]).spawn(chains)


def _stack[T: np.generic](parts: list[list[NDArray[T]]]) -> NDArray[T]:
    """Draws of all runs after burn-in, shape (chain, draw, …)."""
    draws = np.stack([np.concatenate(chunks) for chunks in parts])
    return draws[:, int(BURN_IN * draws.shape[1]) :]


def _events_per_arm(runs: list[Chain]) -> NDArray[np.int64]:
    event = _stack([run.events for run in runs])
    control = int(runs[0].problem["n_control"][0])
    return np.stack([event[..., :control].sum(-1), event[..., control:].sum(-1)], axis=-1)


def _read_out(
    runs: list[Chain], settings: AnalysisSettings, checks: list[CheckResult], seconds: float
) -> Sample:
    parameters = _stack([run.parameters for run in runs])
    return Sample(
        parameters={name: parameters[..., i] for i, name in enumerate(PARAMETERS)},
        hazard=arm_hazards(
            parameters[..., 0], _stack([run.hazards for run in runs]), placement=settings.placement
        ),
        time=_stack([run.times for run in runs]),
        event=_stack([run.events for run in runs]),
        events=_events_per_arm(runs),
        quantities=judged_quantities(runs, settings),
        checks=checks,
        acceptance=acceptance(runs),
        exchange=exchange(runs),
        scans=sum(len(chunk) for chunk in runs[0].parameters) * settings.sampler.thin,
        seconds=seconds,
    )
