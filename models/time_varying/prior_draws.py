"""Hazards of both arms drawn from the prior of a model of a changing effect.

Times are months, hazards per month; log hazard ratios are RT versus control.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.placement import POSITIONS
from models.prior_draws import draw_baseline
from models.settings import AnalysisSettings
from models.survival.intervals import ARMS, interval_labels, interval_starts, interval_stops
from models.time_varying.effect_nodes import (
    baseline_interval,
    cell_cuts,
    walk_basis,
    waning_months,
)
from models.time_varying.priors import (
    DelayedEffect,
    EffectModel,
    RandomWalkEffect,
    SeparateArms,
)

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]


def draw_effect_prior(
    model: EffectModel, *, settings: AnalysisSettings, draws: int, rng: np.random.Generator
) -> xr.Dataset:
    """Draw log hazard ratios and hazards.

    Parameters
    ----------
    model : EffectModel
        How the effect changes.
    settings : AnalysisSettings
        Cut points and prior of the baseline, placement, prior of the log hazard ratio.
    draws : int
    rng : numpy.random.Generator

    Returns
    -------
    xarray.Dataset
        `log_hr` (chain, draw, interval) and `hazard` (chain, draw, arm, interval) per month, in
        one chain, by the model's cells.
    """
    import xarray as xr

    cells = cell_cuts(model, cuts=settings.cuts)
    if isinstance(model, SeparateArms):
        size = 2 * (len(settings.cuts) + 1)
        flat = draw_baseline(settings.baseline, intervals=size, draws=draws, rng=rng)
        hazard = flat.reshape(draws, 2, -1)
        log_hr = np.log(hazard[:, 1] / hazard[:, 0])
    else:
        log_hr = _draw_log_hr(model, settings, draws, rng)
        baseline = draw_baseline(
            settings.baseline, intervals=len(settings.cuts) + 1, draws=draws, rng=rng
        )
        placed = baseline[:, np.newaxis, baseline_interval(cells, cuts=settings.cuts)]
        position = np.array(POSITIONS[settings.placement])[:, np.newaxis]
        hazard = placed * np.exp(position * log_hr[:, np.newaxis, :])
    dims = ("chain", "draw")
    return xr.Dataset(
        {
            "log_hr": ((*dims, "interval"), log_hr[np.newaxis]),
            "hazard": ((*dims, "arm", "interval"), hazard[np.newaxis]),
        },
        coords={
            "arm": list(ARMS),
            "interval": interval_labels(cells),
            "interval_start": ("interval", interval_starts(cells)),
            "interval_stop": ("interval", interval_stops(cells)),
        },
    )


def _draw_log_hr(
    model: EffectModel, settings: AnalysisSettings, draws: int, rng: np.random.Generator
) -> Array:
    """Log hazard ratios by cell, shape (draw, F)."""
    level = rng.normal(settings.log_hr.mean, settings.log_hr.sd, (draws, 1))
    cuts = settings.cuts
    if isinstance(model, RandomWalkEffect):
        steps = walk_basis(len(cuts) + 1)
        scale = np.abs(rng.normal(0.0, model.scale, (draws, 1)))
        return np.asarray(level + scale * (rng.normal(size=(draws, steps.shape[1])) @ steps.T))
    if isinstance(model, DelayedEffect):
        delay = rng.choice(np.array(model.months), (draws, 1))
        return np.where(interval_starts(cell_cuts(model, cuts=cuts)) >= delay, level, 0.0)
    assert not isinstance(model, SeparateArms)
    half_life = model.half_life * np.exp(rng.normal(0.0, model.log_sd, (draws, 1)))
    return np.asarray(level * np.exp2(-waning_months(model, cuts=cuts) / half_life))
