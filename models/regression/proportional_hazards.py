"""PyMC model of proportional hazards on a table of events and exposure.

Times are months, hazards per month, exposure person-months; the log hazard ratio is RT versus
control, below 0 favours RT. `pymc` is imported on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.placement import POSITIONS
from models.settings import (
    Baseline,
    GammaBaseline,
    HierarchicalGammaBaseline,
    NormalPrior,
    Placement,
    RandomWalkBaseline,
)
from models.survival.intervals import ARMS

if TYPE_CHECKING:
    import pymc as pm
    import xarray as xr
    from pytensor.tensor.variable import TensorVariable

    Tensor = TensorVariable[Any, Any]


def build_proportional_hazards(
    table: xr.Dataset, *, baseline: Baseline, placement: Placement, log_hr: NormalPrior
) -> pm.Model:
    """Build the model; nothing is sampled or compiled.

    Parameters
    ----------
    table : xarray.Dataset
        `events` and `exposure` (person-months) by (arm, interval), without further dims.
    baseline : GammaBaseline, HierarchicalGammaBaseline or RandomWalkBaseline
        Prior of the baseline hazards.
    placement : {"control", "symmetric"}
        Whether the baseline is the control hazard or the geometric mean of both arms.
    log_hr : NormalPrior
        Prior of the log hazard ratio.

    Returns
    -------
    pymc.Model
        Data `events` and `exposure` can be swapped for tables of the same shape. Variables
        `log_hr`, `baseline` (interval) and `hazard` (arm, interval), both per month. The
        likelihood of a cell is events log(hazard) - hazard exposure: that of the censored times,
        and of Poisson counts up to a constant of the data, but defined without exposure too.

    Raises
    ------
    ValueError
        If the table has other dims.

    References
    ----------
    Holford 1980, doi 10.2307/2529982; Laird & Olivier 1981, doi 10.1080/01621459.1981.10477634.

    Examples
    --------
    >>> import pandas as pd
    >>> from models import GammaBaseline, NormalPrior, build_proportional_hazards, exposure_table
    >>> patients = pd.DataFrame(
    ...     {"time": [2.0, 7.0, 9.0], "event": [1, 1, 0], "arm": ["control", "control", "rt"]}
    ... )
    >>> model = build_proportional_hazards(
    ...     exposure_table(patients, cuts=[6.0]),
    ...     baseline=GammaBaseline(),
    ...     placement="symmetric",
    ...     log_hr=NormalPrior(),
    ... )
    >>> sorted(variable.name for variable in model.free_RVs)
    ['baseline', 'log_hr']
    """
    import pymc as pm

    if set(table["events"].dims) != {"arm", "interval"}:
        raise ValueError(
            f"`table` must hold one set by (arm, interval), got dims {table['events'].dims}; "
            "choose one with .isel(imputation=0)"
        )
    dims = ("arm", "interval")
    coords = {"arm": list(ARMS), "interval": table["interval"].values.tolist()}
    table = table.transpose(*dims)
    with pm.Model(coords=coords) as model:
        events = pm.Data("events", table["events"].values.astype(np.int64), dims=dims)
        exposure = pm.Data("exposure", table["exposure"].values.astype(float), dims=dims)
        effect = pm.Normal("log_hr", log_hr.mean, log_hr.sd)
        log_baseline = _log_baseline(baseline)
        position = np.array(POSITIONS[placement])[:, np.newaxis]
        log_hazard = log_baseline[np.newaxis, :] + position * effect
        pm.Deterministic("hazard", pm.math.exp(log_hazard), dims=dims)
        pm.CustomDist(
            "event_counts",
            log_hazard,
            exposure,
            logp=_log_likelihood,
            random=_random_counts,
            observed=events,
            dims=dims,
        )
    return model


def _log_baseline(baseline: Baseline) -> Tensor:
    """Log hazard of the baseline by interval; scales that data leave open are drawn apart."""
    import pymc as pm

    if isinstance(baseline, GammaBaseline):
        hazard = pm.Gamma("baseline", alpha=baseline.shape, beta=baseline.rate, dims="interval")
        log_hazard: Tensor = pm.math.log(hazard)
        return log_hazard
    if isinstance(baseline, HierarchicalGammaBaseline):
        rate = pm.Gamma("rate", alpha=baseline.rate_shape, beta=baseline.rate_rate)
        unit = pm.Gamma("baseline_times_rate", alpha=baseline.shape, beta=1.0, dims="interval")
        log_hazard = pm.math.log(pm.Deterministic("baseline", unit / rate, dims="interval"))
        return log_hazard
    return _random_walk(baseline)


def _random_walk(baseline: RandomWalkBaseline) -> Tensor:
    import pymc as pm

    intervals = len(pm.modelcontext(None).coords["interval"])
    start = pm.Normal("log_baseline_start", baseline.log_mean, baseline.log_sd)
    walk = np.tril(np.ones((intervals, intervals - 1)), k=-1)
    log_hazard: Tensor = start + np.zeros(intervals)
    if intervals > 1:
        scale = pm.HalfNormal("step_sd", baseline.step)
        steps = pm.Normal("standard_steps", 0.0, 1.0, shape=intervals - 1)
        log_hazard = start + scale * pm.math.dot(walk, steps)
    pm.Deterministic("baseline", pm.math.exp(log_hazard), dims="interval")
    return log_hazard


def _log_likelihood(events: Tensor, log_hazard: Tensor, exposure: Tensor) -> Tensor:
    import pymc as pm

    log_likelihood: Tensor = events * log_hazard - pm.math.exp(log_hazard) * exposure
    return log_likelihood


def _random_counts(
    log_hazard: NDArray[np.float64],
    exposure: NDArray[np.float64],
    rng: np.random.Generator,
    size: tuple[int, ...] | None,
) -> NDArray[np.int64]:
    """Draw counts at the given exposure, for predictive checks."""
    return rng.poisson(np.exp(log_hazard) * exposure, size=size)
