"""PyMC models of an effect that changes over time, on a table of events and exposure by cells.

Times are months, hazards per month, exposure person-months; log hazard ratios are RT versus
control, below 0 favours RT. `pymc` is imported on first use.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.placement import POSITIONS
from models.settings import Baseline, GammaBaseline, NormalPrior, Placement
from models.survival.intervals import ARMS, interval_labels
from models.time_varying.collapse import demand_gamma
from models.time_varying.effect_nodes import (
    baseline_interval,
    cell_cuts,
    effect_nodes,
    walk_basis,
    waning_months,
)
from models.time_varying.priors import (
    DelayedEffect,
    EffectModel,
    RandomWalkEffect,
    SeparateArms,
    WaningEffect,
)

if TYPE_CHECKING:
    import pymc as pm
    import xarray as xr
    from pytensor.tensor.variable import TensorVariable

    Tensor = TensorVariable[Any, Any]

DIMS = ("arm", "interval")
KEPT = {
    "random_walk": ("log_hr", "hazard", "step_sd"),
    "delayed": ("effect", "baseline", "log_delay_share"),
    "waning": ("log_hr", "hazard", "half_life"),
    "separate": ("log_hr", "hazard"),
}
"""Variables to keep of each model; of a delayed effect the delay is drawn from its shares."""


def build_time_varying(
    table: xr.Dataset,
    *,
    model: EffectModel,
    cuts: Sequence[float],
    baseline: Baseline,
    placement: Placement,
    log_hr: NormalPrior,
) -> pm.Model:
    """Build the model; nothing is sampled or compiled.

    Parameters
    ----------
    table : xarray.Dataset
        `events` and `exposure` (person-months) by (arm, interval), the intervals being the cells
        of `cell_cuts`, without further dims.
    model : EffectModel
        How the effect changes.
    cuts : sequence of float
        Interior cut points of the baseline, months.
    baseline : GammaBaseline or HierarchicalGammaBaseline
        Prior of the baseline hazards; of separate arms, of every hazard.
    placement : {"control", "symmetric"}
        Where the baseline stands between the arms.
    log_hr : NormalPrior
        Prior of the log hazard ratio: of the average over intervals, after the delay, or at
        randomisation.

    Returns
    -------
    pymc.Model
        Data `events` and `exposure` can be swapped for tables of the same shape. Variables as in
        `KEPT`; `log_hr` and `hazard` are by cell, `baseline` by interval of the baseline. The
        delay is summed out of the likelihood.

    Raises
    ------
    ValueError
        If the table has other dims or cells, or the baseline no closed form.
    """
    import pymc as pm

    demand_gamma(baseline)
    cells = cell_cuts(model, cuts=cuts)
    _check_table(table, cells)
    table = table.transpose(*DIMS)
    coords = {
        "arm": list(ARMS),
        "interval": interval_labels(cells),
        "baseline_interval": interval_labels(cuts),
    }
    with pm.Model(coords=coords) as built:
        events = pm.Data("events", table["events"].values.astype(np.int64), dims=DIMS)
        exposure = pm.Data("exposure", table["exposure"].values.astype(float), dims=DIMS)
        if isinstance(model, SeparateArms):
            log_hazard = _separate_arms(baseline, intervals=len(cuts) + 1)
        else:
            log_baseline = _log_hazards(baseline, shape=(len(cuts) + 1,), name="baseline")
            placed = log_baseline[baseline_interval(cells, cuts=cuts)]
            position = np.array(POSITIONS[placement])[:, np.newaxis]
            if isinstance(model, DelayedEffect):
                _delayed(model, cuts, log_hr, placed, position, events, exposure)
                return built
            effect = _changing(model, cuts, log_hr)
            log_hazard = placed[np.newaxis, :] + position * effect[np.newaxis, :]
        hazard = pm.Deterministic("hazard", pm.math.exp(log_hazard), dims=DIMS)
        pm.Potential("log_likelihood", (events * log_hazard - hazard * exposure).sum())
    return built


def _check_table(table: xr.Dataset, cells: Sequence[float]) -> None:
    if set(table["events"].dims) != set(DIMS):
        raise ValueError(
            f"`table` must hold one set by (arm, interval), got dims {table['events'].dims}; "
            "choose one with .isel(imputation=0)"
        )
    found = table["interval_start"].values[1:]
    if tuple(found) != tuple(cells):
        raise ValueError(
            f"`table` has the cut points {found.tolist()}, this model needs {list(cells)}; "
            "tabulate with `cell_cuts`"
        )


def _log_hazards(baseline: Baseline, *, shape: tuple[int, ...], name: str) -> Tensor:
    """Log hazards with a gamma prior; a rate that data leave open is drawn apart."""
    import pymc as pm

    if isinstance(baseline, GammaBaseline):
        hazard = pm.Gamma("baseline_hazard", alpha=baseline.shape, beta=baseline.rate, shape=shape)
    else:
        family = demand_gamma(baseline)
        assert not isinstance(family, GammaBaseline)
        rate = pm.Gamma("rate", alpha=family.rate_shape, beta=family.rate_rate)
        unit = pm.Gamma("baseline_times_rate", alpha=family.shape, beta=1.0, shape=shape)
        hazard = unit / rate
    log_hazard: Tensor = pm.math.log(pm.Deterministic(name, hazard))
    return log_hazard


def _separate_arms(baseline: Baseline, *, intervals: int) -> Tensor:
    import pymc as pm

    log_hazard = _log_hazards(baseline, shape=(len(ARMS), intervals), name="arm_hazard")
    pm.Deterministic("log_hr", log_hazard[1] - log_hazard[0], dims="interval")
    return log_hazard


def _changing(
    model: RandomWalkEffect | WaningEffect, cuts: Sequence[float], log_hr: NormalPrior
) -> Tensor:
    """Log hazard ratio by cell; the walk is drawn as standard steps, apart from their scale."""
    import pymc as pm

    level = pm.Normal("level", log_hr.mean, log_hr.sd)
    if isinstance(model, RandomWalkEffect):
        steps = walk_basis(len(cuts) + 1)
        scale = pm.HalfNormal("step_sd", model.scale)
        standard = pm.Normal("standard_steps", 0.0, 1.0, shape=steps.shape[1])
        effect = level + scale * pm.math.dot(steps, standard)
    else:
        log_half_life = pm.Normal("log_half_life", np.log(model.half_life), model.log_sd)
        half_life = pm.Deterministic("half_life", pm.math.exp(log_half_life))
        months = waning_months(model, cuts=cuts)
        effect = level * pm.math.exp(-np.log(2.0) * months / half_life)
    named: Tensor = pm.Deterministic("log_hr", effect, dims="interval")
    return named


def _delayed(
    model: DelayedEffect,
    cuts: Sequence[float],
    log_hr: NormalPrior,
    log_baseline: Tensor,
    position: NDArray[np.float64],
    events: Tensor,
    exposure: Tensor,
) -> None:
    """Sum the likelihood over the delays; keep each draw's log probabilities of the delays."""
    import pymc as pm

    nodes = effect_nodes(model, cuts=cuts, log_hr=log_hr)
    effect = pm.Normal("effect", log_hr.mean, log_hr.sd)
    shift = nodes.basis[:, :, 0][:, np.newaxis, :] * position * effect
    log_hazard = log_baseline[np.newaxis, np.newaxis, :] + shift
    by_delay = (events * log_hazard - pm.math.exp(log_hazard) * exposure).sum(axis=(1, 2))
    weighed = by_delay + nodes.log_weight
    total = pm.math.logsumexp(weighed)
    pm.Deterministic("log_delay_share", weighed - total)
    pm.Potential("log_likelihood", total)
