"""PyMC model of proportional hazards with covariates and strata, patient by patient.

Times are months, hazards per month; the log hazard ratio is RT versus control, below 0 favours
RT. `pymc` is imported on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from models.patients.covariates import Covariates
from models.patients.table import PatientTable
from models.placement import POSITIONS
from models.settings import (
    Baseline,
    GammaBaseline,
    HierarchicalGammaBaseline,
    NormalPrior,
    Placement,
    RandomWalkBaseline,
)

if TYPE_CHECKING:
    import pymc as pm
    from pytensor.tensor.variable import TensorVariable

    Tensor = TensorVariable[Any, Any]

COEFFICIENT_SD = 1.0
"""Prior sd of a coefficient: a standard deviation more, or another category, changes the hazard
hardly more than sevenfold either way."""


def build_adjusted(
    table: PatientTable,
    covariates: Covariates,
    *,
    baseline: Baseline,
    placement: Placement,
    log_hr: NormalPrior,
) -> pm.Model:
    """Build the model; nothing is sampled or compiled.

    Parameters
    ----------
    table : PatientTable
        Events and exposure of each patient.
    covariates : Covariates
    baseline : GammaBaseline, HierarchicalGammaBaseline or RandomWalkBaseline
        Prior of the baseline hazards of each stratum; strata share its scales.
    placement : {"control", "symmetric"}
        Whether the baseline is the control hazard or the geometric mean of both arms, at mean
        covariates.
    log_hr : NormalPrior
        Prior of the log hazard ratio at equal covariates.

    Returns
    -------
    pymc.Model
        Data `died` (patient), `lived` (patient, interval) and `events` (stratum, interval) can be
        swapped. Variables `log_hr`, `coefficient` (covariate; normal with mean 0 and sd 1 a
        priori) and `baseline` (stratum, interval), per month.
    """
    import pymc as pm

    coords = {
        "covariate": covariates.names,
        "stratum": covariates.strata,
        "interval": table.labels,
    }
    position = np.array(POSITIONS[placement])[table.arm]
    with pm.Model(coords=coords) as model:
        died = pm.Data("died", table.died.astype(float))
        lived = pm.Data("lived", table.lived)
        events = pm.Data("events", table.events.astype(float), dims=("stratum", "interval"))
        effect = pm.Normal("log_hr", log_hr.mean, log_hr.sd)
        predictor = position * effect
        if covariates.names:
            slope = pm.Normal("coefficient", 0.0, COEFFICIENT_SD, dims="covariate")
            predictor = predictor + pm.math.dot(covariates.values, slope)
        log_baseline = _log_baseline(baseline, strata=len(covariates.strata))
        hazard = pm.Deterministic(
            "baseline", pm.math.exp(log_baseline), dims=("stratum", "interval")
        )
        passed = (lived * hazard[covariates.stratum]).sum(axis=1)
        pm.Potential(
            "log_likelihood",
            (events * log_baseline).sum()
            + (died * predictor).sum()
            - (passed * pm.math.exp(predictor)).sum(),
        )
    return model


def _log_baseline(baseline: Baseline, *, strata: int) -> Tensor:
    """Log hazards by (stratum, interval)."""
    import pymc as pm

    dims = ("stratum", "interval")
    if isinstance(baseline, GammaBaseline):
        unit = pm.Gamma("unit_hazard", alpha=baseline.shape, beta=1.0, dims=dims)
        found: Tensor = pm.math.log(unit / baseline.rate)
        return found
    if isinstance(baseline, HierarchicalGammaBaseline):
        rate = pm.Gamma("rate", alpha=baseline.rate_shape, beta=baseline.rate_rate)
        unit = pm.Gamma("unit_hazard", alpha=baseline.shape, beta=1.0, dims=dims)
        found = pm.math.log(unit / rate)
        return found
    return _random_walk(baseline, strata=strata)


def _random_walk(baseline: RandomWalkBaseline, *, strata: int) -> Tensor:
    import pymc as pm

    intervals = len(pm.modelcontext(None).coords["interval"])
    start = pm.Normal("log_baseline_start", baseline.log_mean, baseline.log_sd, dims="stratum")
    walk = np.triu(np.ones((intervals - 1, intervals)), k=1)
    log_hazard: Tensor = start[:, np.newaxis] + np.zeros((1, intervals))
    if intervals > 1:
        scale = pm.HalfNormal("step_sd", baseline.step)
        steps = pm.Normal("standard_steps", 0.0, 1.0, shape=(strata, intervals - 1))
        log_hazard = log_hazard + scale * pm.math.dot(steps, walk)
    return log_hazard
