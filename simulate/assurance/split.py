"""How many draws and how many trials of each, for the smallest error of assurance at a cost."""

import math
from dataclasses import dataclass

from simulate.assurance.nested import FEWEST_TRIALS, NestedMean

COST_OF_A_DRAW = {"proportional": 0.1, "time_varying": 0.1, "illness_death": 0.6}
"""Time that another draw takes, in trials, as tests/benchmarks/assurance.py measures it; fixed, so
that the same seed gives the same split."""
MOST_TRIALS = 1000


@dataclass(frozen=True, kw_only=True)
class Split:
    """Draws and trials of each.

    Attributes
    ----------
    draws, trials : int
        As used; trials are those of each draw.
    best : float
        Trials a draw that make the error smallest at a cost: the root of cost × within / between.
    cost : float
        Of another draw, in trials.
    between, within : float
        Variance of power over draws, and mean variance of one trial within a draw, in the pilot.
    available : int
        Draws that the posterior has.
    chosen : bool
        Whether the split is the best one that is possible, rather than given.
    """

    draws: int
    trials: int
    best: float
    cost: float
    between: float
    within: float
    available: int
    chosen: bool


def best_trials(*, between: float, within: float, cost: float) -> float:
    """Trials a draw that make the error smallest at a cost; infinite where draws are all alike."""
    return math.sqrt(cost * within / between) if between > 0.0 else math.inf


def split_trials(pilot: NestedMean, *, trials: int, cost: float, available: int) -> Split:
    """Split a total number of trials.

    Parameters
    ----------
    pilot : NestedMean
        Of a few draws.
    trials : int
        In all, at least 4.
    cost : float
        Of another draw, in trials; see `COST_OF_A_DRAW`.
    available : int
        Draws that there are.

    Returns
    -------
    Split
        At least two trials a draw, so that the error can be split, and no more draws than there
        are. Trials that do not fill a draw are left out.
    """
    best = best_trials(between=pilot.between, within=pilot.within, cost=cost)
    wished = min(max(round(min(best, MOST_TRIALS)), FEWEST_TRIALS), trials // 2)
    few = trials // available
    ways = [
        (min(available, trials // each), each) for each in {max(wished, few + k) for k in (0, 1)}
    ]
    draws, each = min(
        (way for way in ways if way[0] >= 2),
        key=lambda way: pilot.between / way[0] + pilot.within / (way[0] * way[1]),
    )
    return Split(
        draws=draws,
        trials=each,
        best=best,
        cost=cost,
        between=pilot.between,
        within=pilot.within,
        available=available,
        chosen=True,
    )


def given_split(
    pilot: NestedMean, *, draws: int, trials: int, cost: float, available: int
) -> Split:
    """Split a total number of trials over a number of draws that was asked for.

    Raises
    ------
    ValueError
        If there are fewer draws or too few trials: one sentence.
    """
    check_draws(draws, trials=trials, available=available)
    return Split(
        draws=draws,
        trials=trials // draws,
        best=best_trials(between=pilot.between, within=pilot.within, cost=cost),
        cost=cost,
        between=pilot.between,
        within=pilot.within,
        available=available,
        chosen=False,
    )


def check_draws(draws: int, *, trials: int, available: int) -> None:
    """Refuse more draws than there are, or than two trials each allow: one sentence."""
    if draws > available:
        raise ValueError(
            f"--draws is {draws:,} and the posterior has {available:,}; each draw is used once, "
            f"ask for at most {available:,}"
        )
    if trials < FEWEST_TRIALS * draws:
        raise ValueError(
            f"--trials is {trials:,} for {draws:,} draws; the error can be split only with "
            f"{FEWEST_TRIALS} trials of each draw, raise --trials to {FEWEST_TRIALS * draws:,} or "
            "lower --draws"
        )
