"""Patients redrawn under separate arms, where weights of other patients would not do.

Separate arms find patients likely that proportional hazards hardly ever draw, so a few weights
count for all. They have a sampler of their own: replica exchange as for proportional hazards,
with hazards of both arms in place of a baseline and a hazard ratio.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.check_result import CheckResult
from models.convergence import gate
from models.reconstruction.chains import Chain, start_chain
from models.settings import AnalysisSettings
from models.survival.hazard import rmst, survival
from models.time_varying.collapse import demand_gamma
from models.time_varying.separate_moves import draw_rates, run_arms

Array = NDArray[np.float64]

BURN_IN = 0.2
TIMES = (6.0, 12.0, 24.0)
HORIZON = 24.0


@dataclass(frozen=True, kw_only=True)
class RedrawnPatients:
    """Draws of patients and hazards under separate arms, burn-in removed.

    Attributes
    ----------
    hazard : numpy.ndarray, shape (chain, draw, arm, interval)
        Per month.
    time : numpy.ndarray, shape (chain, draw, patient)
        Latent months; patients of the control arm first.
    event : numpy.ndarray, shape (chain, draw, patient)
        1 for an event.
    cut, loss : numpy.ndarray, shape (chain, draw)
        Last cut in months, loss to follow-up per month.
    checks : list of CheckResult
        Gate of log HR of the first and last interval, events, survival and restricted means.
    """

    hazard: Array
    time: Array
    event: NDArray[np.int8]
    cut: Array
    loss: Array
    checks: list[CheckResult]


@dataclass(kw_only=True)
class _Arms:
    """One run: a chain of proportional hazards that lends its states, and the arms' hazards."""

    chain: Chain
    rates: Array
    spare: NDArray[np.void]
    parts: list[tuple[Array, Array, Array, NDArray[np.int8]]]


def redraw_separate(
    problem: NDArray[np.void],
    settings: AnalysisSettings,
    *,
    seed: int,
    threads: int = 2,
    progress: Callable[[float, float], None] | None = None,
) -> RedrawnPatients:
    """Sample patients under separate arms until the sampler's gate holds.

    Parameters
    ----------
    problem : array of PROBLEM, shape (1,)
        From `assemble_problem`.
    settings : AnalysisSettings
        Its `sampler` says how many runs, and when they may stop.
    seed : int
        The same seed gives the same draws for any number of threads.
    threads : int
        Runs that advance at the same time.
    progress : callable, optional
        Called with (effective size, R-hat), the worst of all, after each chunk.

    Returns
    -------
    RedrawnPatients
        Look at `checks`.

    Raises
    ------
    ValueError
        If no patients reproduce the figures, or the baseline is not gamma.
    """
    demand_gamma(settings.baseline)
    plan = settings.sampler
    children = np.random.SeedSequence([seed, 7]).spawn(plan.chains)
    with ThreadPoolExecutor(threads) as pool:
        runs = list(pool.map(lambda child: _start(problem, settings, child), children))
        for chunk in range(1, plan.chunks + 1):
            list(pool.map(lambda run: _extend(run, settings), runs))
            found = _read_out(runs, settings)
            worst = min(min(c.values["ess_bulk"], c.values["ess_tail"]) for c in found.checks)
            if progress is not None:
                progress(worst, max(check.values["r_hat"] for check in found.checks))
            good = all(check.passed is not False for check in found.checks)
            if chunk > 1 and good and worst >= plan.ess_wanted:
                break
    return found


def _start(
    problem: NDArray[np.void], settings: AnalysisSettings, seed: np.random.SeedSequence
) -> _Arms:
    chain = start_chain(problem, settings.sampler, seed=seed)
    intervals = int(problem["intervals"][0])
    rates = np.empty((len(chain.states), 2, intervals))
    for place in range(len(chain.states)):
        draw_rates(chain.states[place], rates[place], chain.states[place], problem[0], chain.rng)
    return _Arms(chain=chain, rates=rates, spare=np.zeros(1, chain.states.dtype), parts=[])


def _extend(run: _Arms, settings: AnalysisSettings) -> None:
    plan, chain = settings.sampler, run.chain
    rows = plan.chunk // plan.thin
    patients, intervals = int(chain.problem["n"][0]), int(chain.problem["intervals"][0])
    follow_up, hazards = np.empty((rows, 2)), np.empty((rows, 2, intervals))
    times, events = np.empty((rows, patients)), np.empty((rows, patients), np.int8)
    run_arms(
        rows * plan.thin, plan.thin, plan.moves, chain.states, run.spare, run.rates,
        np.empty((2, intervals)), chain.ladder, chain.windows, chain.problem, chain.work,
        follow_up, hazards, times, events, chain.rng,
    )  # fmt: skip
    run.parts.append((follow_up, hazards, times, events))


def _read_out(runs: list[_Arms], settings: AnalysisSettings) -> RedrawnPatients:
    joined = [
        np.stack([np.concatenate([part[place] for part in run.parts]) for run in runs])
        for place in range(4)
    ]
    follow_up, hazard, time, event = (x[:, int(BURN_IN * x.shape[1]) :] for x in joined)
    plan, control = settings.sampler, int(runs[0].chain.problem["n_control"][0])
    judged = {
        "log HR of the first interval": np.log(hazard[..., 1, 0] / hazard[..., 0, 0]),
        "log HR of the last interval": np.log(hazard[..., 1, -1] / hazard[..., 0, -1]),
    }
    for arm, name in enumerate(("control", "RT")):
        own = event[..., control:] if arm else event[..., :control]
        judged[f"events {name}"] = own.sum(axis=-1).astype(float)
        curve = survival(hazard[:, :, arm], TIMES, cuts=settings.cuts)
        for place, month in enumerate(TIMES):
            judged[f"S({month:g}) {name}"] = curve[..., place]
        judged[f"RMST({HORIZON:g}) {name}"] = rmst(hazard[:, :, arm], HORIZON, cuts=settings.cuts)
    return RedrawnPatients(
        hazard=hazard,
        time=time,
        event=event,
        cut=follow_up[..., 0],
        loss=follow_up[..., 1],
        checks=gate(judged, r_hat_limit=plan.r_hat, ess_limit=plan.ess_needed),
    )
