"""Assurance of a design: simulated under draws of a posterior, averaged, and taken apart."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulate.assurance.effect import DrawEffects, draw_effects
from simulate.assurance.nested import NestedMean, nested_mean
from simulate.assurance.posterior import PosteriorDraws, spread_order
from simulate.assurance.prior_row import TINY, PriorRow, prior_row, worth_fewer
from simulate.assurance.priors import Exchange, weigh
from simulate.assurance.question import Question, ask
from simulate.assurance.simulator import DrawSimulator, Progress, SimulatedDraws
from simulate.assurance.smooth import SmoothPower, smooth_power
from simulate.assurance.split import COST_OF_A_DRAW, Split, check_draws, given_split, split_trials
from simulate.design.trial import TrialDesign

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Exchanges = Callable[[Integers, Floats], Sequence[Exchange]]

PILOT_DRAWS, PILOT_TRIALS = 200, 5
FIXED_SHARE = 8
RAW = Exchange("raw", "the posterior as it is")


@dataclass(frozen=True, kw_only=True)
class FixedPower:
    """Power if the truth were one point of the posterior.

    Attributes
    ----------
    name : str
        "posterior mean" or "posterior median" of all log hazards and log hazard ratios.
    hazard_ratio : float
        Of the question, RT versus control, below 1 favours RT.
    power, mcse : float
    """

    name: str
    hazard_ratio: float
    power: float
    mcse: float


@dataclass(frozen=True, kw_only=True)
class Assurance:
    """All that is found.

    Attributes
    ----------
    question : Question
    benefit : float
        Hazard ratio at or below which a benefit is one.
    split : Split
    simulated : SimulatedDraws
    effects : DrawEffects
        Of the draws used.
    log_hr : array (draw,)
        Of the question.
    smooth : SmoothPower
    power : array (draw,)
        Smoothed power under each draw.
    fixed : tuple of FixedPower
    rows : tuple of PriorRow
        The posterior as it is first.
    by_target : dict of str to NestedMean
        Assurance of each endpoint, of any and of both, where there are two.
    """

    question: Question
    benefit: float
    split: Split
    simulated: SimulatedDraws
    effects: DrawEffects
    log_hr: Floats
    smooth: SmoothPower
    power: Floats
    fixed: tuple[FixedPower, ...]
    rows: tuple[PriorRow, ...]
    by_target: dict[str, NestedMean]


def no_exchange(_numbers: Integers, _log_hr: Floats) -> Sequence[Exchange]:
    """Leave the posterior as it is."""
    return ()


def find_assurance(
    design: TrialDesign,
    posterior: PosteriorDraws,
    *,
    target: str = "success",
    benefit: float = 0.8,
    draws: int | None = None,
    trials: int = 20_000,
    seed: int,
    truth: str | None = None,
    raw: Exchange = RAW,
    exchanges: Exchanges = no_exchange,
    workers: int = 2,
    progress: Progress = lambda _: None,
) -> Assurance:
    """Average the probability of success over a posterior.

    Parameters
    ----------
    design : TrialDesign
    posterior : PosteriorDraws
    target : str
        What counts as success: "success", "any", "both", or an endpoint.
    benefit : float
        Hazard ratio, RT versus control, at or below which a benefit is one.
    draws : int, optional
        How many to use; by default the number that makes the error smallest.
    trials : int
        In all.
    seed : int
        The same seed gives the same answer for any number of workers.
    truth : str, optional
        Name of the design's truth that drop-out and factors are taken from; the first by default.
    raw : Exchange
        What the posterior as it is is called.
    exchanges : callable
        From the numbers of the draws used, and their log HR, to further priors and evidence.
    workers : int
    progress : callable
        Told the number of trials done.

    Returns
    -------
    Assurance

    Raises
    ------
    ValueError
        If design, posterior and question do not fit together, or the numbers are out of range.
    """
    question = ask(design, posterior, target=target)
    _check_numbers(benefit, draws, trials=trials, available=posterior.size)
    simulator = DrawSimulator(
        design, posterior, question, truth=truth, seed=seed, workers=workers, progress=progress
    )
    order = spread_order(posterior.size)
    split = _find_split(simulator, order, draws=draws, trials=trials)
    numbers = order[: split.draws]
    simulated = simulator.of_draws(numbers, trials=split.trials)
    success = simulated.success
    effects = draw_effects(posterior, posterior.take(numbers))
    log_hr = question.log_hr(effects.log_hr, known=posterior.endpoints)
    smooth = smooth_power(success, effects)
    power = smooth.power(effects)
    dependence = worth_fewer(power, numbers, chains=posterior.chains, size=posterior.size)
    others = exchanges(numbers, log_hr)
    rows = [
        prior_row(
            weigh(exchange, draws=split.draws), success, log_hr, power, numbers,
            posterior=posterior, benefit=benefit,
        )
        for exchange in (raw, *others)
    ]  # fmt: skip
    return Assurance(
        question=question,
        benefit=benefit,
        split=split,
        simulated=simulated,
        effects=effects,
        log_hr=log_hr,
        smooth=smooth,
        power=power,
        fixed=_fixed_power(simulator, trials=max(trials // FIXED_SHARE, 2)),
        rows=tuple(rows),
        by_target=_by_target(design, simulated, dependence=dependence),
    )


def _by_target(
    design: TrialDesign, simulated: SimulatedDraws, *, dependence: float
) -> dict[str, NestedMean]:
    """Assurance of every endpoint, of any and of both of them; nothing where there is one."""
    names = [str(one.name) for one in design.tested()]
    if len(names) == 1:
        return {}
    shown = {name: simulated.won[..., place] for place, name in enumerate(names)}
    shown |= {"any": simulated.won.any(axis=-1), "both": simulated.won.all(axis=-1)}
    return {name: nested_mean(won, dependence=dependence) for name, won in shown.items()}


def _find_split(
    simulator: DrawSimulator, order: Integers, *, draws: int | None, trials: int
) -> Split:
    available = order.size
    pilot_draws = max(min(PILOT_DRAWS, available, trials // PILOT_TRIALS), 2)
    pilot = nested_mean(simulator.of_draws(order[:pilot_draws], trials=PILOT_TRIALS).success)
    cost = COST_OF_A_DRAW[simulator.posterior.kind]
    if draws is not None:
        return given_split(pilot, draws=draws, trials=trials, cost=cost, available=available)
    return split_trials(pilot, trials=trials, cost=cost, available=available)


def _fixed_power(simulator: DrawSimulator, *, trials: int) -> tuple[FixedPower, ...]:
    """Power at the mean and at the median of all log hazards, on the same random numbers."""
    posterior = simulator.posterior
    logs = np.log(np.maximum(posterior.hazard, TINY))
    hazard = np.exp(np.stack([logs.mean(axis=0), np.median(logs, axis=0)]))
    numbers = np.full(2, posterior.size)
    success = simulator.of_hazards(hazard, numbers, trials=trials).success
    found = draw_effects(posterior, hazard).log_hr
    log_hr = simulator.question.log_hr(found, known=posterior.endpoints)
    shares = success.mean(axis=1)
    # All trials of a kind do not make it certain: the error is that of one that is not.
    doubt = np.clip(shares, 1.0 / trials, 1.0 - 1.0 / trials)
    return tuple(
        FixedPower(
            name=f"posterior {name}",
            hazard_ratio=float(np.exp(log_hr[place])),
            power=float(shares[place]),
            mcse=float(np.sqrt(doubt[place] * (1.0 - doubt[place]) / trials)),
        )
        for place, name in enumerate(("mean", "median"))
    )


def _check_numbers(benefit: float, draws: int | None, *, trials: int, available: int) -> None:
    if not 0.01 <= benefit <= 1.0:
        raise ValueError(
            f"--benefit is {benefit:g}; it is a hazard ratio, RT versus control, from 0.01 to 1, "
            "such as 0.8"
        )
    if available < 2:
        raise ValueError(
            f"the posterior has {available} draw; power must be averaged over at least 2, sample "
            "more"
        )
    if draws is not None:
        check_draws(draws, trials=trials, available=available)
