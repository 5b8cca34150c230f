"""Pinned importance sampling of one endpoint's restricted likelihood, without a Markov chain."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.reconstruction.importance.accepted import check_problem
from models.reconstruction.importance.adaptation import adapt
from models.reconstruction.importance.batches import Hits, join, run_batches
from models.reconstruction.importance.diagnostics import (
    Estimate,
    WeightDiagnostics,
    weight_diagnostics,
)
from models.reconstruction.importance.proposal import Proposal

Floats = NDArray[np.float64]

ROUND = 16
PILOT = 128
MARGIN = 1.25
DATA_SETS = 300


@dataclass(frozen=True, kw_only=True)
class ImportanceResult:
    """Weighted draws of parameters and patients that reproduce every printed figure.

    Attributes
    ----------
    log_hr : array (m,)
        RT versus control, below 0 favours RT.
    hazard : array (m, K)
        Baseline hazards per month.
    events : array (m, 2)
        Events of control and RT.
    time, event : array (m, n)
        Months and status of one set of patients for each draw, controls first, in order of time
        within an arm.
    log_weight : array (m,)
        Unbiased for the density of the target over that of the proposal, zeros left out.
    log_evidence : Estimate
        Log probability that a trial drawn from prior and model prints these figures.
    draws : int
        Draws from the proposal, those with weight 0 included.
    diagnostics : WeightDiagnostics
        `diagnostics.passed` says whether the gate holds.
    """

    log_hr: Floats
    hazard: Floats
    events: NDArray[np.int64]
    time: Floats
    event: NDArray[np.bool_]
    log_weight: Floats
    log_evidence: Estimate
    draws: int
    diagnostics: WeightDiagnostics


def importance_sample(
    problem: NDArray[np.void],
    *,
    seed: int,
    threads: int = 2,
    effective_size: float = 4_000.0,
    most_draws: int = 1_000_000,
    seconds: float = 1_800.0,
    data_sets: int = DATA_SETS,
    progress: Callable[[str], None] | None = None,
) -> ImportanceResult:
    """Sample ``p(parameters, patients | printed figures)`` by pinned importance sampling.

    Parameters
    ----------
    problem : array (1,) of dtype `models.reconstruction.problem.PROBLEM`
        Continuous times, independent gamma baseline, known follow-up.
    seed : int
        Each batch of draws has its own stream: the answer does not depend on `threads`.
    threads : int
        Batches run at the same time.
    effective_size : float
        Weight effective size aimed at. A pilot, which is thrown away, decides how many draws
        that takes: to stop when the weights look good would favour runs that have missed the
        rare large ones.
    most_draws : int
        Draws from the proposal at most.
    seconds : float
        Time limit; a run that it stops is not reproducible.
    data_sets : int
        Data sets drawn for each arm and draw.
    progress : callable, optional
        Called with a line of text after each stage and round.

    Returns
    -------
    ImportanceResult
        Check `diagnostics.passed`: effective size 400, largest weight < 2%, Pareto k < 0.7.

    Raises
    ------
    ValueError
        If the problem has a setting this sampler does not take, no set of patients fits, or the
        time limit was over before the first draw.
    """
    check_problem(problem[0])
    report = progress if progress is not None else _ignore
    started = time.monotonic()
    root = np.random.SeedSequence(seed)
    proposal = adapt(problem, root, data_sets=data_sets, threads=threads, progress=report)
    pilot = _run(problem, proposal, root, PILOT, data_sets=data_sets, threads=threads)
    size = max(weight_diagnostics(pilot.log_weight).effective_size, 1.0)
    report(f"pilot of {pilot.draws} draws, weight effective size {size:.0f}")
    draws = min(most_draws, math.ceil(MARGIN * effective_size / size * pilot.draws))
    parts: list[Hits] = []
    done = 0
    while done < draws and time.monotonic() - started < seconds:
        parts.append(_run(problem, proposal, root, ROUND, data_sets=data_sets, threads=threads))
        done += parts[-1].draws
        report(f"{done} of {draws} draws")
    if not parts:
        raise ValueError(
            f"the time limit of {seconds:g} s was over before a draw was kept; raise `seconds`"
        )
    hits = join(parts)
    found = weight_diagnostics(hits.log_weight)
    return _result(hits, found, n_control=int(problem[0]["n_control"]))


def _run(
    problem: NDArray[np.void],
    proposal: Proposal,
    root: np.random.SeedSequence,
    batches: int,
    *,
    data_sets: int,
    threads: int,
) -> Hits:
    seeds = root.spawn(batches)
    return run_batches(problem, proposal, seeds, data_sets=data_sets, threads=threads)


def _ignore(text: str) -> None:
    """Take a line of progress and say nothing."""


def _result(hits: Hits, found: WeightDiagnostics, *, n_control: int) -> ImportanceResult:
    events = np.stack(
        [hits.event[:, :n_control].sum(axis=1), hits.event[:, n_control:].sum(axis=1)], axis=1
    )
    return ImportanceResult(
        log_hr=hits.log_hr,
        hazard=hits.hazard,
        events=events,
        time=hits.time,
        event=hits.event,
        log_weight=hits.log_weight,
        log_evidence=log_evidence(hits.log_weight, draws=hits.draws),
        draws=hits.draws,
        diagnostics=found,
    )


def log_evidence(log_weight: Floats, *, draws: int) -> Estimate:
    """Log of the mean weight over all draws, its error by the delta method.

    Parameters
    ----------
    log_weight : array (m,)
        Log weights of the draws with a hit; the others count as 0.
    draws : int
        All draws made.

    Returns
    -------
    Estimate
        −inf, with an infinite error, without a hit.
    """
    if log_weight.size == 0:
        return Estimate(-np.inf, np.inf)
    largest = float(log_weight.max())
    weight = np.exp(log_weight - largest)
    mean = float(weight.sum()) / draws
    variance = float((weight**2).sum()) / draws - mean**2
    return Estimate(largest + float(np.log(mean)), (variance / draws) ** 0.5 / mean)
