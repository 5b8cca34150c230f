"""Hazards of the three transitions drawn from the prior, and patients drawn from hazards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.illness_death.exposure import FollowedPatients
from models.illness_death.packed import RESET, PackedIllnessDeath
from models.illness_death.posterior import posterior_attributes
from models.illness_death.priors import (
    TRANSITIONS,
    CommonEffect,
    Effects,
    IllnessDeathPriors,
    SeparateEffects,
)
from models.placement import arm_hazards
from models.prior_draws import draw_baseline
from models.survival.hazard import time_at_cumulative_hazard
from models.survival.intervals import ARMS, interval_labels, interval_starts, interval_stops

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]


def draw_illness_death_prior(
    priors: IllnessDeathPriors, *, draws: int, rng: np.random.Generator
) -> xr.DataTree:
    """Draw log hazard ratios and hazards from the prior, in the layout of a posterior.

    Parameters
    ----------
    priors : IllnessDeathPriors
    draws : int
        All in one chain.
    rng : numpy.random.Generator

    Returns
    -------
    xarray.DataTree
        Group `posterior` as `fit_illness_death` returns it, without `imputation`: whatever is
        computed of a posterior can be computed of it.

    Examples
    --------
    >>> import numpy as np
    >>> from models import IllnessDeathPriors, draw_illness_death_prior
    >>> tree = draw_illness_death_prior(
    ...     IllnessDeathPriors(), draws=10, rng=np.random.default_rng(1)
    ... )
    >>> dict(tree["posterior"]["log_hr"].sizes)
    {'chain': 1, 'draw': 10, 'transition': 3}
    """
    import xarray as xr

    log_hr = _draw_log_hr(priors.effects, draws=draws, rng=rng)
    parts = []
    for index, (own, place) in enumerate(zip(priors.of_each(), priors.places(), strict=True)):
        baseline = draw_baseline(own.baseline, intervals=len(own.cuts) + 1, draws=draws, rng=rng)
        hazard = arm_hazards(log_hr[:, index], baseline, placement=priors.placement)
        parts.append(hazard[..., place])
    cuts = priors.cuts()
    posterior = xr.Dataset(
        {
            "log_hr": (("chain", "draw", "transition"), log_hr[np.newaxis]),
            "hazard": (
                ("chain", "draw", "transition", "arm", "interval"),
                np.stack(parts, axis=1)[np.newaxis],
            ),
        },
        coords={
            "chain": [0],
            "draw": np.arange(draws),
            "transition": list(TRANSITIONS),
            "arm": list(ARMS),
            "interval": interval_labels(cuts),
            "interval_start": ("interval", interval_starts(cuts)),
            "interval_stop": ("interval", interval_stops(cuts)),
        },
    )
    tree = xr.DataTree.from_dict(
        {"posterior": posterior, "constant_data": xr.Dataset({"cuts": ("cut", np.array(cuts))})}
    )
    tree.attrs = {
        **posterior_attributes(clock=priors.clock),
        "priors": priors.model_dump_json(),
    }
    return tree


def draw_patients(
    packed: PackedIllnessDeath,
    *,
    arm_index: NDArray[np.int64],
    follow_up: Array,
    rng: np.random.Generator,
) -> FollowedPatients:
    """Draw one trial under each draw of the hazards.

    Parameters
    ----------
    packed : PackedIllnessDeath
        A stratum for each of S draws.
    arm_index : numpy.ndarray of int, shape (n,)
        0 control, 1 RT.
    follow_up : numpy.ndarray, shape (S, n)
        Months at which each patient's follow-up ends, death apart.
    rng : numpy.random.Generator

    Returns
    -------
    FollowedPatients
        Arrays of shape (S, n); progression is seen when it happens.
    """
    progression, without, after = (
        np.moveaxis(hazard[arm_index], 0, 1) for hazard in (*packed.hazard, packed.after_hazard)
    )
    target = rng.standard_exponential((3, *follow_up.shape))
    first = time_at_cumulative_hazard(progression, target[0], cuts=packed.cuts)
    death = time_at_cumulative_hazard(without, target[1], cuts=packed.cuts)
    progresses = first < death
    start = np.where(progresses, first, 0.0)
    if packed.clock == RESET:
        later = start + time_at_cumulative_hazard(after, target[2], cuts=packed.after_cuts)
    else:
        spent = _cumulative_each(after, start, cuts=packed.after_cuts)
        later = time_at_cumulative_hazard(after, target[2] + spent, cuts=packed.after_cuts)
    death = np.where(progresses, later, death)
    progressed = progresses & (first <= follow_up)
    last = np.minimum(death, follow_up)
    return FollowedPatients(
        progression=np.where(progressed, first, last),
        progressed=progressed,
        last=last,
        died=death <= follow_up,
    )


def _draw_log_hr(effects: Effects, *, draws: int, rng: np.random.Generator) -> Array:
    """Log hazard ratios, shape (draw, transition)."""
    size = (draws, len(TRANSITIONS))
    if isinstance(effects, SeparateEffects):
        own = effects.of_each()
        return rng.normal([prior.mean for prior in own], [prior.sd for prior in own], size)
    if isinstance(effects, CommonEffect):
        one = rng.normal(effects.log_hr.mean, effects.log_hr.sd, (draws, 1))
        return np.broadcast_to(one, size).copy()
    centre = rng.normal(effects.centre.mean, effects.centre.sd, (draws, 1))
    spread = np.abs(rng.normal(0.0, effects.scale, (draws, 1)))
    return centre + spread * rng.standard_normal(size)


def _cumulative_each(hazard: Array, months: Array, *, cuts: Array) -> Array:
    """Cumulative hazard of each patient at a month of their own; `hazard` (..., interval)."""
    starts, stops = interval_starts(cuts), interval_stops(cuts)
    spent = np.clip(months[..., np.newaxis], starts, stops) - starts
    return np.asarray((hazard * spent).sum(axis=-1))
