"""Draws of one data set until its chains mix: each run twice as long as the one before."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.chain_diagnostics import ChainDiagnostics, diagnose_chains
from models.convergence import e_bfmi
from models.regression.nuts import NutsRun, run_nuts

if TYPE_CHECKING:
    from nutpie.sample import CompiledModel

MOST_ATTEMPTS = 5


class FittedSet(NamedTuple):
    """One set's draws, thinned to the common length, and how they came about.

    Attributes
    ----------
    run : NutsRun
        Draws and statistics by (chain, draw).
    diagnostics : ChainDiagnostics
        Of the judged quantities.
    e_bfmi : numpy.ndarray, shape (chain,)
        Energy diagnostic of the full chains.
    attempts : int
        Runs it took; each is twice as long as the one before, with finer steps.
    passed : bool
        Whether the last one kept the limits of R-hat and effective sample size, without
        divergences or exhausted trees.
    """

    run: NutsRun
    diagnostics: ChainDiagnostics
    e_bfmi: NDArray[np.float64]
    attempts: int
    passed: bool


def fit_until_mixed(
    data: CompiledModel,
    *,
    quantities: Callable[[NutsRun], NDArray[np.float64]],
    seed: int,
    label: int,
    target_accept: float,
    limits: tuple[float, float],
    chains: int,
    draws: int,
    tune: int,
    cores: int,
) -> FittedSet:
    """Draw until the judged quantities have mixed, or the attempts are used up.

    Parameters
    ----------
    data : nutpie.CompiledModel
        Model with the data wanted.
    quantities : callable
        What is judged of a run, shape (chain, draw, quantity).
    seed, label : int
        Together they fix the draws: the seed of all sets and the label of this one.
    target_accept : float
        Acceptance of the first attempt; each further one halves its distance to 1.
    limits : tuple of float
        Largest R-hat, and smallest bulk and tail effective sample size.
    chains, draws, tune : int
        Chains, draws kept of each, and draws of tuning of the first attempt.
    cores : int
        Chains run at the same time.

    Returns
    -------
    FittedSet
    """
    for attempt in range(MOST_ATTEMPTS):
        longer = 2**attempt
        full = run_nuts(
            data,
            seed=_seed(seed, label, attempt),
            chains=chains,
            draws=longer * draws,
            tune=longer * tune,
            cores=cores,
            target_accept=1 - (1 - target_accept) / longer,
        )
        run = _thin(full, step=longer)
        found = diagnose_chains(quantities(run))
        passed = _passes(run, found, limits=limits)
        if passed:
            break
    return FittedSet(
        run=run,
        diagnostics=found,
        e_bfmi=e_bfmi(full.stats["energy"]),
        attempts=attempt + 1,
        passed=passed,
    )


def _passes(run: NutsRun, found: ChainDiagnostics, *, limits: tuple[float, float]) -> bool:
    mixed = (found.r_hat <= limits[0]) & (np.minimum(found.ess_bulk, found.ess_tail) >= limits[1])
    return bool(
        mixed.all() and not run.stats["diverging"].any() and not run.stats["maxdepth_reached"].any()
    )


def _thin(run: NutsRun, *, step: int) -> NutsRun:
    """Keep every `step`-th draw; a divergence or exhausted tree in between is not forgotten."""
    stats: dict[str, NDArray[Any]] = {}
    for name, values in run.stats.items():
        blocks = values.reshape(len(values), -1, step)
        stats[name] = blocks.any(axis=-1) if values.dtype == bool else blocks[..., -1]
    return NutsRun(
        draws={name: values[:, step - 1 :: step] for name, values in run.draws.items()},
        stats=stats,
    )


def _seed(seed: int, label: int, attempt: int) -> int:
    stream = np.random.SeedSequence(seed, spawn_key=(label, attempt))
    return int(stream.generate_state(1, dtype=np.uint32)[0])
