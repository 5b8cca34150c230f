"""Hazards, effect and follow-up of trials, drawn from the prior of an analysis."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.printed.draw import FollowUpDraws
from models.prior_draws import draw_prior
from models.settings import AnalysisSettings, FixedFollowUp

Array = NDArray[np.float64]


class Truths(NamedTuple):
    """Parameters of trials.

    Attributes
    ----------
    log_hr : array (trial,)
        RT versus control.
    hazard : array (trial, arm, interval)
        Per month, control first.
    follow_up : FollowUpDraws
        Ends of follow-up.
    """

    log_hr: Array
    hazard: Array
    follow_up: FollowUpDraws


def draw_truths(settings: AnalysisSettings, *, trials: int, rng: np.random.Generator) -> Truths:
    """Draw the parameters of trials from the prior.

    Parameters
    ----------
    settings : AnalysisSettings
        A free follow-up needs `accrual` and `latest`; the last cut is then uniform between them.
    trials : int
    rng : numpy.random.Generator

    Raises
    ------
    ValueError
        If a free follow-up lacks its accrual window or its latest cut.
    """
    prior = draw_prior(settings, draws=trials, rng=rng)
    follow_up = _draw_follow_up(settings, trials=trials, rng=rng)
    return Truths(prior.log_hr, prior.hazard, follow_up)


def _draw_follow_up(
    settings: AnalysisSettings, *, trials: int, rng: np.random.Generator
) -> FollowUpDraws:
    model = settings.follow_up
    if isinstance(model, FixedFollowUp):
        window = model.latest - model.earliest
        return FollowUpDraws(np.full(trials, model.latest), window, np.full(trials, model.loss))
    if model.accrual is None or model.latest is None:
        raise ValueError(
            f"`follow_up` has accrual = {model.accrual} and latest = {model.latest}; drawing "
            "trials needs both, give them in the settings"
        )
    cut = rng.uniform(model.accrual, model.latest, trials)
    return FollowUpDraws(cut, model.accrual, rng.exponential(model.loss_mean, trials))
