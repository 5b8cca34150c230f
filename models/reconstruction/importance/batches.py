"""Batches of weighted draws, each with its own stream of random numbers, on several threads."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.reconstruction.importance.pinned import PINNED
from models.reconstruction.importance.proposal import Proposal
from models.reconstruction.importance.weights import weigh
from models.reconstruction.windows import cox_window

Floats = NDArray[np.float64]

BATCH = 32


@dataclass(frozen=True, kw_only=True)
class Hits:
    """Draws that reproduce the figures, of all that were made.

    Attributes
    ----------
    log_hr : array (m,)
    hazard : array (m, K)
    time, event : array (m, n)
        One data set for each draw, controls first, by time within an arm.
    log_weight : array (m,)
        Log of prior over proposal times pins times share of hits.
    draws : int
        Draws made; those without a hit have weight 0.
    """

    log_hr: Floats
    hazard: Floats
    time: Floats
    event: NDArray[np.bool_]
    log_weight: Floats
    draws: int


def run_batches(
    problem: NDArray[np.void],
    proposal: Proposal,
    seeds: list[np.random.SeedSequence],
    *,
    data_sets: int,
    threads: int,
) -> Hits:
    """Weigh one batch per seed; the answer does not depend on `threads`.

    Parameters
    ----------
    problem : array (1,) of dtype `models.reconstruction.problem.PROBLEM`
    proposal : Proposal
    seeds : list of numpy.random.SeedSequence
    data_sets : int
        Data sets drawn for each arm and draw.
    threads : int

    Returns
    -------
    Hits
    """
    with ThreadPoolExecutor(threads) as pool:
        parts = pool.map(lambda seed: _batch(problem, proposal, seed, data_sets), seeds)
        return join(list(parts))


def join(parts: list[Hits]) -> Hits:
    """Put hits of the same proposal together, in order."""
    return Hits(
        log_hr=np.concatenate([part.log_hr for part in parts]),
        hazard=np.concatenate([part.hazard for part in parts]),
        time=np.concatenate([part.time for part in parts]),
        event=np.concatenate([part.event for part in parts]),
        log_weight=np.concatenate([part.log_weight for part in parts]),
        draws=sum(part.draws for part in parts),
    )


def _batch(
    problem: NDArray[np.void], proposal: Proposal, seed: np.random.SeedSequence, data_sets: int
) -> Hits:
    rng = np.random.Generator(np.random.PCG64(seed))
    log_hr, hazard = proposal.draw(BATCH, rng=rng)
    window = cox_window(problem[0])
    patients = int(problem[0]["n"])
    pinned_weight, hits = np.empty(BATCH), np.empty(BATCH, np.int64)
    time, event = np.empty((BATCH, patients)), np.empty((BATCH, patients))
    limits = np.array([window.log_hr, window.slack, *window.information])
    scratch = np.zeros(1, PINNED)
    weigh(
        log_hr, hazard, data_sets, limits, problem, scratch, pinned_weight, hits, time, event, rng
    )
    ratio = proposal.prior.log_density(log_hr, hazard) - proposal.log_density(log_hr, hazard)
    hit = hits > 0
    return Hits(
        log_hr=log_hr[hit],
        hazard=hazard[hit],
        time=time[hit],
        event=event[hit] > 0.0,
        log_weight=(pinned_weight + ratio)[hit],
        draws=BATCH,
    )
