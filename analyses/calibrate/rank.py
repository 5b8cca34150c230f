"""One trial of a calibration: drawn, published, sampled again, its truth ranked."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyses.calibrate.plan import RANKED, SHOWN, CalibrationPlan
from models.chain_diagnostics import diagnose_chains
from models.reconstruction.assemble import assemble_problem
from models.reconstruction.chains import Chain, extend_chain, start_chain
from models.reconstruction.sample import judged_quantities
from models.settings import AnalysisSettings
from models.survival.hazard import rmst, survival
from simulate.phase2 import KINDS, Kind, PublishedTrial, draw_published_trial


class StoppedError(Exception):
    """The calibration was asked to stop."""


@dataclass(frozen=True, kw_only=True)
class RankedTrial:
    """What one trial adds to the calibration.

    Attributes
    ----------
    kind, number
        With the plan they give the trial again.
    ranks : dict of str to int
        Draws below the truth, ties broken at random; empty when the sampler found no start.
    truth : dict of str to float
    ess : dict of str to float
        Bulk effective sample size of all recorded draws.
    r_hat : float
        Largest rank-normalised split R-hat of the ranked quantities.
    round_trips : int
        Of the ladder, in the run that made fewest.
    scans : int
        Scans of each run, burn-in included.
    failure : str
        What went wrong, empty when nothing did. Ranks of a trial that only failed to reach
        its effective sizes are kept.
    discarded : dict of str to int
        Trials discarded before this one, by reason.
    seconds : float
        Processor time.
    """

    kind: Kind
    number: int
    ranks: dict[str, int]
    truth: dict[str, float]
    ess: dict[str, float]
    r_hat: float
    round_trips: int
    scans: int
    failure: str
    discarded: dict[str, int]
    seconds: float


def rank_trial(
    plan: CalibrationPlan, kind: Kind, number: int, *, stopped: Callable[[], bool] = lambda: False
) -> RankedTrial:
    """Run one trial from its own seed.

    Parameters
    ----------
    plan : CalibrationPlan
    kind : {"os", "pfs"}
    number : int
    stopped : callable
        Looked at between chunks of scans.

    Raises
    ------
    StoppedError
        When `stopped` says so.
    """
    began = time.thread_time()
    drawing, sampling, ties = trial_seeds(plan, kind, number)
    trial = draw_published_trial(
        plan.settings, kind=kind, rules=plan.rules, rng=np.random.default_rng(drawing)
    )
    truth = true_values(trial, plan.settings)
    try:
        runs = _start(plan, trial, kind, sampling)
    except ValueError as error:
        return _without_ranks(trial, kind, number, truth, str(error), began)
    quantities, ess, r_hat = _extend(plan, runs, stopped)
    rng = np.random.default_rng(ties)
    worst = min(RANKED, key=lambda name: ess[name])
    failure = ""
    if ess[worst] < plan.ess_needed:
        failure = f"effective sample size of {worst} is {ess[worst]:.0f}"
    return RankedTrial(
        kind=kind,
        number=number,
        ranks={
            name: rank_among(truth[name], thin_draws(quantities[name], plan.draws), rng=rng)
            for name in RANKED + SHOWN
        },
        truth=truth,
        ess=ess,
        r_hat=r_hat,
        round_trips=min(int(run.ladder["trips"][0]) for run in runs),
        scans=len(runs[0].parameters) * (plan.chunk // plan.thin) * plan.thin,
        failure=failure,
        discarded=trial.discarded,
        seconds=time.thread_time() - began,
    )


def trial_seeds(
    plan: CalibrationPlan, kind: Kind, number: int
) -> tuple[np.random.SeedSequence, np.random.SeedSequence, np.random.SeedSequence]:
    """Seeds of drawing, sampling and breaking ties; no other trial enters them."""
    own = np.random.SeedSequence(plan.seed, spawn_key=(KINDS.index(kind), number))
    drawing, sampling, ties = own.spawn(3)
    return drawing, sampling, ties


def true_values(trial: PublishedTrial, settings: AnalysisSettings) -> dict[str, float]:
    """Values of the ranked quantities in the simulated trial."""
    values = {"log HR": trial.log_hr}
    for arm, name in enumerate(("control", "RT")):
        hazard = trial.hazard[arm]
        values[f"events {name}"] = float(trial.events[arm])
        for month in (12.0, 24.0):
            values[f"S({month:g}) {name}"] = float(survival(hazard, month, cuts=settings.cuts))
        values[f"RMST(24) {name}"] = float(rmst(hazard, 24.0, cuts=settings.cuts))
    return {name: values[name] for name in RANKED + SHOWN}


def rank_among(truth: float, draws: NDArray[np.float64], *, rng: np.random.Generator) -> int:
    """Count the draws below the truth, those equal to it at random.

    Returns
    -------
    int
        0 to the number of draws; uniform when truth and draws are exchangeable.
    """
    below, equal = int((draws < truth).sum()), int((draws == truth).sum())
    return below + int(rng.integers(0, equal + 1))


def thin_draws(values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Evenly spaced draws of all chains laid end to end, shape (count,)."""
    flat = values.reshape(-1)
    picks = ((np.arange(count) + 0.5) * flat.size / count).astype(int)
    return np.asarray(flat[picks])


def _start(
    plan: CalibrationPlan, trial: PublishedTrial, kind: Kind, seed: np.random.SeedSequence
) -> list[Chain]:
    problem = assemble_problem(trial.record, kind, plan.settings)
    sampler = plan.settings.sampler
    return [start_chain(problem, sampler, seed=child) for child in seed.spawn(plan.chains)]


def _extend(
    plan: CalibrationPlan, runs: list[Chain], stopped: Callable[[], bool]
) -> tuple[Mapping[str, NDArray[np.float64]], dict[str, float], float]:
    """Extend the runs until the ranked quantities are worth enough draws or the limit is reached.

    The number of chunks depends on the draws alone, never on the clock.
    """
    sampler = plan.settings.sampler.model_copy(update={"chunk": plan.chunk, "thin": plan.thin})
    for chunk in range(1, plan.chunks + 1):
        for run in runs:
            if stopped():
                raise StoppedError
            extend_chain(run, sampler)
        if chunk < 2 and plan.chunks > 1:
            continue
        quantities = judged_quantities(runs, plan.settings)
        found = diagnose_chains(np.stack([quantities[name] for name in RANKED + SHOWN], axis=-1))
        ess = {name: float(found.ess_bulk[i]) for i, name in enumerate(RANKED + SHOWN)}
        if min(ess[name] for name in RANKED) >= plan.ess_wanted:
            break
    moving = found.r_hat[: len(RANKED)]
    return quantities, ess, float(np.nanmax(moving))


def _without_ranks(
    trial: PublishedTrial,
    kind: Kind,
    number: int,
    truth: dict[str, float],
    failure: str,
    began: float,
) -> RankedTrial:
    return RankedTrial(
        kind=kind,
        number=number,
        ranks={},
        truth=truth,
        ess={},
        r_hat=float("inf"),
        round_trips=0,
        scans=0,
        failure=failure,
        discarded=trial.discarded,
        seconds=time.thread_time() - began,
    )
