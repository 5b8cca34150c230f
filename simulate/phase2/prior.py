"""Hazards, effect and follow-up of trials, drawn from the prior of an analysis."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.printed.draw import FollowUpDraws
from models.settings import (
    AnalysisSettings,
    FixedFollowUp,
    GammaBaseline,
    HierarchicalGammaBaseline,
)

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
    log_hr = rng.normal(settings.log_hr.mean, settings.log_hr.sd, trials)
    baseline = _draw_baseline(settings, trials=trials, rng=rng)
    shift = 0.5 if settings.placement == "symmetric" else 0.0
    factors = np.exp(np.stack([-shift * log_hr, (1.0 - shift) * log_hr], axis=1))
    hazard = factors[:, :, np.newaxis] * baseline[:, np.newaxis, :]
    return Truths(log_hr, hazard, _draw_follow_up(settings, trials=trials, rng=rng))


def _draw_baseline(settings: AnalysisSettings, *, trials: int, rng: np.random.Generator) -> Array:
    baseline, size = settings.baseline, (trials, len(settings.cuts) + 1)
    if isinstance(baseline, GammaBaseline):
        return rng.gamma(baseline.shape, 1.0 / baseline.rate, size)
    if isinstance(baseline, HierarchicalGammaBaseline):
        rate = rng.gamma(baseline.rate_shape, 1.0 / baseline.rate_rate, (trials, 1))
        return rng.gamma(baseline.shape, 1.0, size) / rate
    step = np.abs(rng.normal(0.0, baseline.step, (trials, 1)))
    walk = rng.normal(0.0, 1.0, size) * step
    walk[:, 0] = rng.normal(baseline.log_mean, baseline.log_sd, trials)
    return np.exp(np.cumsum(walk, axis=1))


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
