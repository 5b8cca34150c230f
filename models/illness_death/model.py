"""PyMC model of progression and death on a table of events and exposure by transition.

Times are months, hazards per month, exposure person-months; log hazard ratios are RT versus
control, below 0 favours RT. `pymc` is imported on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from models.illness_death.priors import (
    TRANSITIONS,
    CommonEffect,
    Effects,
    IllnessDeathPriors,
    SeparateEffects,
)
from models.placement import POSITIONS
from models.settings import Baseline, GammaBaseline, HierarchicalGammaBaseline, RandomWalkBaseline
from models.survival.intervals import ARMS, interval_labels

if TYPE_CHECKING:
    import pymc as pm
    import xarray as xr
    from pytensor.tensor.variable import TensorVariable

    Tensor = TensorVariable[Any, Any]

DIMS = ("transition", "arm", "interval")


def build_illness_death(table: xr.Dataset, *, priors: IllnessDeathPriors) -> pm.Model:
    """Build the model; nothing is sampled or compiled.

    Parameters
    ----------
    table : xarray.Dataset
        `events` and `exposure` (person-months) by (transition, arm, interval), without further
        dims, as `transition_table` makes it with the cut points and the clock of `priors`.
    priors : IllnessDeathPriors
        What is assumed of hazards and effects.

    Returns
    -------
    pymc.Model
        Data `events` and `exposure` can be swapped for tables of the same shape. Variables
        `log_hr` (transition) and `hazard` (transition, arm, interval) per month, and of pooled
        effects `effect_centre` and `effect_spread`. The likelihood of a cell is
        events log(hazard) - hazard exposure: that of the observed courses of patients, since each
        transition is, given the others, a censored time of its own.

    Raises
    ------
    ValueError
        If the table has other dims, cut points or another clock than `priors`.

    References
    ----------
    Andersen & Keiding 2002, doi 10.1191/0962280202SM276ra; Meller, Beyersmann & Rufibach 2019,
    doi 10.1002/sim.8295.
    """
    import pymc as pm

    check_table(table, priors=priors)
    table = table.transpose(*DIMS)
    coords = {
        "transition": list(TRANSITIONS),
        "arm": list(ARMS),
        "interval": interval_labels(priors.cuts()),
    }
    with pm.Model(coords=coords) as model:
        events = pm.Data("events", table["events"].values.astype(np.int64), dims=DIMS)
        exposure = pm.Data("exposure", table["exposure"].values.astype(float), dims=DIMS)
        log_hr = _log_hr(priors.effects)
        log_baseline = _log_baselines(priors)
        position = np.array(POSITIONS[priors.placement])[:, np.newaxis]
        log_hazard = log_baseline[:, np.newaxis, :] + position * log_hr[:, np.newaxis, np.newaxis]
        hazard = pm.Deterministic("hazard", pm.math.exp(log_hazard), dims=DIMS)
        pm.Potential("log_likelihood", (events * log_hazard - hazard * exposure).sum())
    return model


def check_table(table: xr.Dataset, *, priors: IllnessDeathPriors) -> None:
    """Refuse a table that is not one set on the intervals and the clock of `priors`."""
    if set(table["events"].dims) != set(DIMS):
        raise ValueError(
            f"`table` must hold one set by {DIMS}, got dims {table['events'].dims}; "
            "choose one with .isel(imputation=0)"
        )
    if tuple(table["interval_start"].values[1:]) != priors.cuts():
        raise ValueError(
            f"`table` has the cut points {table['interval_start'].values[1:].tolist()} and "
            f"`priors` {list(priors.cuts())}; tabulate with priors.cuts()"
        )
    if table.attrs.get("clock") != priors.clock:
        raise ValueError(
            f"`table` has the clock {table.attrs.get('clock')!r} and `priors` {priors.clock!r}; "
            "tabulate with priors.clock"
        )


def _log_hr(effects: Effects) -> Tensor:
    """Log hazard ratios by transition; pooled ones are drawn apart from centre and spread.

    Of 75 patients, ratios drawn about the centre itself diverge dozens of times in 4,000 draws.
    """
    import pymc as pm

    if isinstance(effects, SeparateEffects):
        own = effects.of_each()
        separate: Tensor = pm.Normal(
            "log_hr",
            np.array([prior.mean for prior in own]),
            np.array([prior.sd for prior in own]),
            dims="transition",
        )
        return separate
    if isinstance(effects, CommonEffect):
        one = pm.Normal("common_log_hr", effects.log_hr.mean, effects.log_hr.sd)
        common: Tensor = pm.Deterministic(
            "log_hr", one + np.zeros(len(TRANSITIONS)), dims="transition"
        )
        return common
    centre = pm.Normal("effect_centre", effects.centre.mean, effects.centre.sd)
    spread = pm.HalfNormal("effect_spread", effects.scale)
    standard = pm.Normal("standard_effect", 0.0, 1.0, dims="transition")
    pooled: Tensor = pm.Deterministic("log_hr", centre + spread * standard, dims="transition")
    return pooled


def _log_baselines(priors: IllnessDeathPriors) -> Tensor:
    """Log baseline hazards by transition and common interval."""
    import pymc as pm

    rows = []
    for name, own, place in zip(TRANSITIONS, priors.of_each(), priors.places(), strict=True):
        rows.append(_log_baseline(own.baseline, name=name, intervals=len(own.cuts) + 1)[place])
    stacked: Tensor = pm.math.stack(rows)
    return stacked


def _log_baseline(baseline: Baseline, *, name: str, intervals: int) -> Tensor:
    """Log baseline hazards of one transition by its own intervals."""
    import pymc as pm

    if isinstance(baseline, GammaBaseline):
        hazard = pm.Gamma(
            f"{name}_baseline", alpha=baseline.shape, beta=baseline.rate, shape=intervals
        )
        log_hazard: Tensor = pm.math.log(hazard)
        return log_hazard
    if isinstance(baseline, HierarchicalGammaBaseline):
        rate = pm.Gamma(f"{name}_rate", alpha=baseline.rate_shape, beta=baseline.rate_rate)
        unit = pm.Gamma(f"{name}_unit", alpha=baseline.shape, beta=1.0, shape=intervals)
        log_hazard = pm.math.log(unit) - pm.math.log(rate)
        return log_hazard
    return _random_walk(baseline, name=name, intervals=intervals)


def _random_walk(baseline: RandomWalkBaseline, *, name: str, intervals: int) -> Tensor:
    import pymc as pm

    start = pm.Normal(f"{name}_start", baseline.log_mean, baseline.log_sd)
    log_hazard: Tensor = start + np.zeros(intervals)
    if intervals > 1:
        walk = np.tril(np.ones((intervals, intervals - 1)), k=-1)
        step = pm.HalfNormal(f"{name}_step_sd", baseline.step)
        steps = pm.Normal(f"{name}_standard_steps", 0.0, 1.0, shape=intervals - 1)
        log_hazard = start + step * pm.math.dot(walk, steps)
    return log_hazard
