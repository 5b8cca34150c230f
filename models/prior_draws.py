"""Log hazard ratio and hazards drawn from the prior of an analysis."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.placement import arm_hazards
from models.settings import AnalysisSettings, Baseline, GammaBaseline, HierarchicalGammaBaseline

Array = NDArray[np.float64]


class PriorDraws(NamedTuple):
    """Draws from the prior.

    Attributes
    ----------
    log_hr : array (draw,)
        RT versus control.
    hazard : array (draw, arm, interval)
        Per month, control first.
    """

    log_hr: Array
    hazard: Array


def draw_prior(settings: AnalysisSettings, *, draws: int, rng: np.random.Generator) -> PriorDraws:
    """Draw the log hazard ratio and the hazards of both arms.

    Parameters
    ----------
    settings : AnalysisSettings
        Intervals and priors.
    draws : int
    rng : numpy.random.Generator
    """
    log_hr = rng.normal(settings.log_hr.mean, settings.log_hr.sd, draws)
    intervals = len(settings.cuts) + 1
    baseline = draw_baseline(settings.baseline, intervals=intervals, draws=draws, rng=rng)
    return PriorDraws(log_hr, arm_hazards(log_hr, baseline, placement=settings.placement))


def draw_baseline(
    baseline: Baseline, *, intervals: int, draws: int, rng: np.random.Generator
) -> Array:
    """Draw baseline hazards per month, shape (draw, interval)."""
    size = (draws, intervals)
    if isinstance(baseline, GammaBaseline):
        return rng.gamma(baseline.shape, 1.0 / baseline.rate, size)
    if isinstance(baseline, HierarchicalGammaBaseline):
        rate = rng.gamma(baseline.rate_shape, 1.0 / baseline.rate_rate, (draws, 1))
        return rng.gamma(baseline.shape, 1.0, size) / rate
    step = np.abs(rng.normal(0.0, baseline.step, (draws, 1)))
    walk = rng.normal(0.0, 1.0, size) * step
    walk[:, 0] = rng.normal(baseline.log_mean, baseline.log_sd, draws)
    return np.exp(np.cumsum(walk, axis=1))
