"""Patients redrawn under a model of the effect, where weights of other patients would not do.

A model may find patients likely that proportional hazards hardly ever draw; a few weights count
for all then. Its own sampler is replica exchange as for proportional hazards, with hazards of
both arms in place of a baseline and a hazard ratio.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.check_result import CheckResult
from models.convergence import gate
from models.reconstruction.chains import Chain, start_chain
from models.reconstruction.problem import INTERVALS
from models.settings import AnalysisSettings, HierarchicalGammaBaseline
from models.survival.hazard import rmst, survival
from models.time_varying.collapse import cells_record, demand_gamma, room_record
from models.time_varying.collapsed import Cells, Room
from models.time_varying.effect_nodes import cell_cuts, effect_nodes
from models.time_varying.linear_moves import Nodes, run_linear, update_effect
from models.time_varying.priors import (
    DelayedEffect,
    EffectModel,
    RandomWalkEffect,
    SeparateArms,
    WaningEffect,
)
from models.time_varying.separate_moves import draw_rates, run_arms

Array = NDArray[np.float64]

BURN_IN = 0.2
TIMES = (6.0, 12.0, 24.0)
HORIZON = 24.0


@dataclass(frozen=True, kw_only=True)
class RedrawnPatients:
    """Draws of patients and hazards under a model of the effect, burn-in removed.

    Attributes
    ----------
    hazard : numpy.ndarray, shape (chain, draw, arm, interval)
        Per month, by the model's cells.
    time : numpy.ndarray, shape (chain, draw, patient)
        Latent months; patients of the control arm first.
    event : numpy.ndarray, shape (chain, draw, patient)
        1 for an event.
    cut, loss : numpy.ndarray, shape (chain, draw)
        Last cut in months, loss to follow-up per month.
    checks : list of CheckResult
        Gate of log HR of the last cell, events, survival and restricted means.
    """

    hazard: Array
    time: Array
    event: NDArray[np.int8]
    cut: Array
    loss: Array
    checks: list[CheckResult]


class _Effect(NamedTuple):
    """What a linear effect needs besides the arms' hazards: parameters and nodes by replica."""

    x: Array
    node: NDArray[np.int64]
    nodes: Nodes
    cells: Cells
    room: Room


@dataclass(kw_only=True)
class _Arms:
    """One run: a chain of proportional hazards that lends its states, and the arms' hazards."""

    chain: Chain
    rates: Array
    effect: _Effect | None
    spare: NDArray[np.void]
    parts: list[tuple[Array, Array, Array, NDArray[np.int8]]]


def can_be_redrawn(model: EffectModel, settings: AnalysisSettings) -> bool:
    """Whether the sampler has room for the cells of a model."""
    return len(cell_cuts(model, cuts=settings.cuts)) < INTERVALS


def redraw_patients(
    problem: NDArray[np.void],
    settings: AnalysisSettings,
    *,
    model: EffectModel,
    seed: int,
    threads: int = 2,
    progress: Callable[[float, float], None] | None = None,
) -> RedrawnPatients:
    """Sample patients under a model until the sampler's gate holds.

    Parameters
    ----------
    problem : array of PROBLEM, shape (1,)
        From `assemble_problem`.
    settings : AnalysisSettings
        Its `sampler` says how many runs, and when they may stop.
    model : EffectModel
        How the effect changes.
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
        If no patients reproduce the figures, the baseline is not gamma, or the model has more
        cells than the sampler.
    """
    demand_gamma(settings.baseline)
    cells = cell_cuts(model, cuts=settings.cuts)
    if len(cells) >= INTERVALS:
        raise ValueError(
            f"model {model.kind!r} cuts time into {len(cells) + 1} cells; patients can be redrawn "
            f"on at most {INTERVALS}, let the effect change in larger steps"
        )
    problem = problem.copy()
    problem["intervals"] = len(cells) + 1
    problem["cuts"][0, : len(cells)] = cells
    plan = settings.sampler
    children = np.random.SeedSequence([seed, 7]).spawn(plan.chains)
    pool = ThreadPoolExecutor(threads)
    try:
        runs = list(pool.map(lambda child: _start(problem, settings, model, child), children))
        for chunk in range(1, plan.chunks + 1):
            list(pool.map(lambda run: _extend(run, settings), runs))
            found = _read_out(runs, settings, cells)
            worst = min(min(c.values["ess_bulk"], c.values["ess_tail"]) for c in found.checks)
            if progress is not None:
                progress(worst, max(check.values["r_hat"] for check in found.checks))
            good = all(check.passed is not False for check in found.checks)
            if chunk > 1 and good and worst >= plan.ess_wanted:
                break
    finally:
        # On Ctrl-C nobody waits for chains that have not begun.
        pool.shutdown(wait=True, cancel_futures=True)
    return found


def _start(
    problem: NDArray[np.void],
    settings: AnalysisSettings,
    model: EffectModel,
    seed: np.random.SeedSequence,
) -> _Arms:
    chain = start_chain(problem, settings.sampler, seed=seed)
    rates = np.empty((len(chain.states), 2, int(problem["intervals"][0])))
    effect = None if isinstance(model, SeparateArms) else _start_effect(chain, settings, model)
    for place, state in enumerate(chain.states):
        if effect is None:
            draw_rates(state, rates[place], state, problem[0], chain.rng)
        else:
            update_effect(
                effect.x[place], effect.node[place], rates[place], state, effect.nodes,
                effect.cells, effect.room, chain.rng,
            )  # fmt: skip
    return _Arms(
        chain=chain,
        rates=rates,
        effect=effect,
        spare=np.zeros(1, chain.states.dtype),
        parts=[],
    )


def _start_effect(
    chain: Chain,
    settings: AnalysisSettings,
    model: RandomWalkEffect | DelayedEffect | WaningEffect,
) -> _Effect:
    """Begin every replica at the prior's mean and a node drawn from the prior."""
    laid_out = effect_nodes(model, cuts=settings.cuts, log_hr=settings.log_hr)
    family = demand_gamma(settings.baseline)
    nodes = Nodes(laid_out.basis, laid_out.log_weight, laid_out.mean, laid_out.sd)
    replicas, start = len(chain.states), laid_out.mean
    if isinstance(family, HierarchicalGammaBaseline):
        start = np.append(start, np.log(family.rate_shape / family.rate_rate))
    share = np.exp(nodes.log_weight)
    empty = np.zeros((2, laid_out.interval.size))
    return _Effect(
        x=np.tile(start, (replicas, 1)),
        node=chain.rng.choice(share.size, (replicas, 1), p=share / share.sum()).astype(np.int64),
        nodes=nodes,
        cells=cells_record(empty, empty.copy(), laid_out.interval, family, settings.placement),
        room=room_record(laid_out.interval, start.size),
    )


def _extend(run: _Arms, settings: AnalysisSettings) -> None:
    plan, chain = settings.sampler, run.chain
    rows = plan.chunk // plan.thin
    patients, intervals = int(chain.problem["n"][0]), int(chain.problem["intervals"][0])
    follow_up, hazards = np.empty((rows, 2)), np.empty((rows, 2, intervals))
    times, events = np.empty((rows, patients)), np.empty((rows, patients), np.int8)
    fresh = np.empty((2, intervals))
    if run.effect is None:
        run_arms(
            rows * plan.thin, plan.thin, plan.moves, chain.states, run.spare, run.rates, fresh,
            chain.ladder, chain.windows, chain.problem, chain.work, follow_up, hazards, times,
            events, chain.rng,
        )  # fmt: skip
    else:
        x, node, nodes, cells, room = run.effect
        run_linear(
            rows * plan.thin, plan.thin, plan.moves, chain.states, run.spare, x, node, run.rates,
            fresh, nodes, cells, room, chain.ladder, chain.windows, chain.problem, chain.work,
            follow_up, hazards, times, events, chain.rng,
        )  # fmt: skip
    run.parts.append((follow_up, hazards, times, events))


def _read_out(
    runs: list[_Arms], settings: AnalysisSettings, cells: tuple[float, ...]
) -> RedrawnPatients:
    joined = [
        np.stack([np.concatenate([part[place] for part in run.parts]) for run in runs])
        for place in range(4)
    ]
    follow_up, hazard, time, event = (x[:, int(BURN_IN * x.shape[1]) :] for x in joined)
    plan, control = settings.sampler, int(runs[0].chain.problem["n_control"][0])
    judged = {"log HR at the end": np.log(hazard[..., 1, -1] / hazard[..., 0, -1])}
    for arm, name in enumerate(("control", "RT")):
        own = event[..., control:] if arm else event[..., :control]
        judged[f"events {name}"] = own.sum(axis=-1).astype(float)
        curve = survival(hazard[:, :, arm], TIMES, cuts=cells)
        for place, month in enumerate(TIMES):
            judged[f"S({month:g}) {name}"] = curve[..., place]
        judged[f"RMST({HORIZON:g}) {name}"] = rmst(hazard[:, :, arm], HORIZON, cuts=cells)
    return RedrawnPatients(
        hazard=hazard,
        time=time,
        event=event,
        cut=follow_up[..., 0],
        loss=follow_up[..., 1],
        checks=gate(judged, r_hat_limit=plan.r_hat, ess_limit=plan.ess_needed),
    )
