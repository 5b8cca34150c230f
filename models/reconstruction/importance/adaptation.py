"""Adapting the proposal to hits of widened Cox windows; these draws never enter the estimate."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from models.reconstruction.importance.batches import Hits, join, run_batches
from models.reconstruction.importance.proposal import (
    Prior,
    Proposal,
    proposal_from_tables,
    tabulate,
)
from models.reconstruction.windows import cox_window

Floats = NDArray[np.float64]

FACTORS = (30.0, 8.0, 5.0, 3.0, 1.0)
STAGE_HITS = (250, 500, 1_000, 1_000, 250)
KEPT_STAGES = 3
FLATTENING = 0.5
FIRST_INFORMATION = (0.5, 0.2)
FEWEST_DATA_SETS = 16
BATCHES = 8
MOST_ROUNDS = 100


def prior_of(problem: np.void) -> Prior:
    """Prior of a problem's parameters."""
    return Prior(
        shape=float(problem["shape"]),
        rate=float(problem["rate"]),
        symmetric=float(problem["symmetric"]),
        log_hr_mean=float(problem["log_hr_mean"]),
        log_hr_sd=float(problem["log_hr_sd"]),
    )


def widened(problem: NDArray[np.void], *, factor: float) -> NDArray[np.void]:
    """Copy a problem with its Cox windows `factor` times as wide on the log scale."""
    wide = problem.copy()
    for name in ("hr", "lower", "upper"):
        low, high = np.log(problem[0][name])
        middle, half = 0.5 * (low + high), 0.5 * factor * (high - low)
        wide[0][name] = np.exp([middle - half, middle + half])
    return wide


def first_proposal(problem: np.void) -> Proposal:
    """Proposal from the events and exposure expected under exponential survival."""
    cuts = problem["cuts"][: problem["intervals"] - 1]
    start = np.concatenate([[0.0], cuts])
    stop = np.concatenate([cuts, [max(problem["cut_high"], start[-1] + 1.0)]])
    hazard = _typical_hazards(problem)[:, np.newaxis]
    patients = np.array([problem["n_control"], problem["n"] - problem["n_control"]])
    exposure = patients[:, np.newaxis] * (np.exp(-hazard * start) - np.exp(-hazard * stop)) / hazard
    return proposal_from_tables(
        (hazard * exposure)[np.newaxis],
        exposure[np.newaxis],
        prior=prior_of(problem),
        log_weight=np.zeros(1),
        information=FIRST_INFORMATION,
    )


def adapt(
    problem: NDArray[np.void],
    root: np.random.SeedSequence,
    *,
    data_sets: int,
    threads: int,
    progress: Callable[[str], None],
) -> Proposal:
    """Adapt the proposal over narrowing Cox windows, down to the printed ones.

    The last proposal rests on the hits of the last three stages: more components cover better,
    and its exact centre does not matter.

    Raises
    ------
    ValueError
        If a stage finds no set of patients at all.
    """
    proposal = first_proposal(problem[0])
    stages: list[Hits] = []
    for factor, wanted in zip(FACTORS, STAGE_HITS, strict=True):
        stage = widened(problem, factor=factor)
        fewer = max(FEWEST_DATA_SETS, int(data_sets / factor))
        hits = _collect(stage, proposal, root, wanted=wanted, data_sets=fewer, threads=threads)
        if hits.log_hr.size == 0:
            raise ValueError(
                f"no set of patients reproduces the printed figures, even with the Cox window "
                f"{factor:g} times as wide, in {hits.draws} draws; check the figures against "
                "each other"
            )
        progress(f"proposal adapted at {factor:g} times the window, {hits.log_hr.size} hits")
        proposal = _from_hits(problem[0], [hits])
        stages.append(hits)
    return _from_hits(problem[0], stages[-KEPT_STAGES:])


def _typical_hazards(problem: np.void) -> Floats:
    """Hazards of control and RT that fit the printed medians, else the hazard ratio."""
    log_hr = cox_window(problem).log_hr
    known = [bool(problem["used"][arm] or problem["unreached"][arm]) for arm in range(2)]
    if not any(known):
        typical = float(problem["shape"] / problem["rate"])
        s = float(problem["symmetric"])
        return np.array([typical * np.exp(-s * log_hr), typical * np.exp((1.0 - s) * log_hr)])
    medians = [
        problem["windows"][arm].mean() if problem["used"][arm] else problem["cut_high"]
        for arm in range(2)
    ]
    hazard = np.log(2.0) / np.array(medians)
    for arm in range(2):
        if not known[arm]:
            hazard[arm] = hazard[1 - arm] * np.exp(log_hr if arm else -log_hr)
    return np.asarray(hazard)


def _collect(
    problem: NDArray[np.void],
    proposal: Proposal,
    root: np.random.SeedSequence,
    *,
    wanted: int,
    data_sets: int,
    threads: int,
) -> Hits:
    """Run batches until there are hits enough, or the stage has taken too long."""
    parts: list[Hits] = []
    for _ in range(MOST_ROUNDS):
        seeds = root.spawn(BATCHES)
        parts.append(run_batches(problem, proposal, seeds, data_sets=data_sets, threads=threads))
        if sum(part.log_hr.size for part in parts) >= wanted:
            break
    return join(parts)


def _from_hits(problem: np.void, stages: list[Hits]) -> Proposal:
    """Proposal with one component for each hit, all stages having the same share."""
    hits = join(stages)
    cuts = problem["cuts"][: problem["intervals"] - 1]
    events, exposure = tabulate(
        hits.time, hits.event, n_control=int(problem["n_control"]), cuts=cuts
    )
    flat = [FLATTENING * stage.log_weight for stage in stages]
    shares = [log_weight - logsumexp(log_weight) for log_weight in flat]
    return proposal_from_tables(
        events, exposure, prior=prior_of(problem), log_weight=np.concatenate(shares)
    )
