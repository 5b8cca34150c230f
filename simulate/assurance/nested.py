"""Trials within draws of a posterior: their mean, its Monte Carlo error, and where that is from."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

FEWEST_TRIALS = 2


class NestedMean(NamedTuple):
    """Mean over draws of the share of trials that succeed.

    Attributes
    ----------
    value : float
    mcse : float
        Monte Carlo standard error of both parts together.
    mcse_draws, mcse_trials : float
        What of it comes from too few draws, and from too few trials of each; their squares add up.
    between, within : float
        Variance of power over draws, and mean variance of one trial's success within a draw.
    """

    value: float
    mcse: float
    mcse_draws: float
    mcse_trials: float
    between: float
    within: float


def nested_mean(
    success: ArrayLike, *, weights: ArrayLike | None = None, dependence: float = 1.0
) -> NestedMean:
    """Average the trials of all draws.

    Parameters
    ----------
    success : array_like, shape (draw, trial)
        0 or 1, at least two draws and two trials of each.
    weights : array_like, shape (draw,), optional
        Importance weights of the draws; equal if left out.
    dependence : float
        Factor on the variance from draws, for draws that are worth fewer independent ones.

    Returns
    -------
    NestedMean
        Where all trials agree, the error is that of a single one that does not.
    """
    shares, trials, chance = _shares(success)
    weight = _normalised(weights, len(shares))
    value = min(float(weight @ shares), 1.0)
    squared = weight**2
    fewer = 1.0 - float(squared.sum())
    total = float(squared @ (shares - value) ** 2) / fewer
    count = trials / float(squared.sum())
    unanimous = max((1.0 - 1.0 / count) / count**2, 0.0) if total == 0.0 else 0.0
    from_trials = min(float(squared @ chance) / trials, total) + unanimous
    within = float(weight @ chance)
    spread = float(weight @ (shares - value) ** 2) / fewer
    from_draws = max(total - from_trials, 0.0) * dependence
    return NestedMean(
        value=value,
        mcse=math.sqrt(from_draws + from_trials),
        mcse_draws=math.sqrt(from_draws),
        mcse_trials=math.sqrt(from_trials),
        between=max(spread - within / trials, 0.0),
        within=within,
    )


def ratio_mcse(
    numerator: ArrayLike,
    denominator: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    dependence: float = 1.0,
) -> float:
    """Monte Carlo standard error of a ratio of weighted means over draws, by linearisation.

    Parameters
    ----------
    numerator, denominator : array_like, shape (draw,)
        Mean over the trials of each draw.
    weights, dependence
        See `nested_mean`.

    Returns
    -------
    float
        Not a number where the denominator's mean is 0.
    """
    top, bottom = np.asarray(numerator, float), np.asarray(denominator, float)
    weight = _normalised(weights, len(top))
    mean = float(weight @ bottom)
    if mean <= 0.0:
        return math.nan
    left = (top - float(weight @ top) / mean * bottom) / mean
    squared = weight**2
    return math.sqrt(float(squared @ left**2) / (1.0 - float(squared.sum())) * dependence)


def _shares(success: ArrayLike) -> tuple[Floats, int, Floats]:
    """Share of success of each draw, trials of each, and variance of one trial, without bias."""
    won = np.asarray(success, dtype=float)
    if won.ndim != 2 or won.shape[0] < 2 or won.shape[1] < FEWEST_TRIALS:
        raise ValueError(
            f"`success` needs at least 2 draws and {FEWEST_TRIALS} trials of each, got "
            f"{won.shape}; the error cannot be split otherwise, simulate more"
        )
    trials = won.shape[1]
    shares = won.mean(axis=1)
    return shares, trials, trials / (trials - 1) * shares * (1.0 - shares)


def _normalised(weights: ArrayLike | None, size: int) -> Floats:
    if weights is None:
        return np.full(size, 1.0 / size)
    weight = np.asarray(weights, dtype=float)
    return np.asarray(weight / weight.sum())
