"""Survival of both arms averaged over the covariates of all patients, draw by draw.

Each patient is given either arm in turn, so the arms are compared in the same patients. Times are
months, hazards per month. Averaged hazards are not proportional, though those of any patient are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.compiled import kernel
from models.estimands.compute import RMST_MONTHS, SURVIVAL_MONTHS
from models.patients.covariates import Covariates
from models.placement import POSITIONS
from models.settings import Placement
from models.survival.intervals import ARMS, Cuts, time_in_intervals

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
NODES = 8
BISECTIONS = 45
LATEST_MONTHS = 1200.0


def standardised_estimands(
    draws: xr.Dataset,
    covariates: Covariates,
    *,
    cuts: Cuts,
    placement: Placement,
    survival_months: Sequence[float] = SURVIVAL_MONTHS,
    rmst_months: Sequence[float] = RMST_MONTHS,
) -> xr.Dataset:
    """Turn draws of the model with covariates into draws of what a trialist asks for.

    Parameters
    ----------
    draws : xarray.Dataset
        `log_hr`, `coefficient` and `baseline` from `fit_adjusted`.
    covariates : Covariates
        Of the patients that are averaged over.
    cuts : sequence of float
        Interior cut points in months.
    placement : {"control", "symmetric"}
        Where the baseline stands between the arms.
    survival_months, rmst_months : sequence of float
        Months at which to give survival, and horizons of restricted means.

    Returns
    -------
    xarray.Dataset
        As `compute_estimands`: the hazard ratio at equal covariates; survival, medians and
        restricted means averaged over the patients. A median beyond 1,200 months is infinite.
    """
    import xarray as xr

    lead = ("chain", "draw")
    shape = (draws.sizes["chain"], draws.sizes["draw"])
    parts = _flat(draws, covariates)
    position = np.array(POSITIONS[placement])

    def averaged(months: Array) -> Array:
        inside = time_in_intervals(months, cuts=cuts)
        return _average(*parts, position, covariates.stratum, inside).reshape(
            *shape, 2, months.size
        )

    times = np.asarray(survival_months, dtype=float)
    areas = [_area(averaged, float(horizon), cuts) for horizon in rmst_months]
    starts = np.concatenate(([0.0], np.asarray(cuts, dtype=float)))
    median = _medians(*parts, position, covariates.stratum, starts).reshape(*shape, 2)
    found = xr.Dataset(
        {
            "log_hr": draws["log_hr"].variable,
            "hazard_ratio": np.exp(draws["log_hr"].variable),
            "hazard_ratio_inverse": np.exp(-draws["log_hr"].variable),
            "survival": ((*lead, "arm", "time"), averaged(times)),
            "median": ((*lead, "arm"), np.where(median >= LATEST_MONTHS, np.inf, median)),
            "rmst": ((*lead, "arm", "horizon"), np.stack(areas, axis=-1)),
        },
        coords={
            "chain": draws["chain"].values,
            "draw": draws["draw"].values,
            "arm": list(ARMS),
            "time": times,
            "horizon": np.asarray(rmst_months, dtype=float),
        },
    )
    for name in ("survival", "median", "rmst"):
        with np.errstate(invalid="ignore"):
            rt, control = (found[name].sel(arm=arm, drop=True) for arm in ("rt", "control"))
            found[f"{name}_difference"] = rt - control
    return found


def _flat(draws: xr.Dataset, covariates: Covariates) -> tuple[Array, Array, Array]:
    """Baseline (D, S, K), log HR (D,), and relative hazard of each patient (D, n)."""
    baseline = draws["baseline"].transpose("chain", "draw", "stratum", "interval").values
    log_hr = draws["log_hr"].values.reshape(-1)
    relative = np.ones((log_hr.size, covariates.stratum.size))
    if covariates.names:
        slope = draws["coefficient"].transpose("chain", "draw", "covariate").values
        relative = np.exp(slope.reshape(log_hr.size, -1) @ covariates.values.T)
    return baseline.reshape(log_hr.size, *baseline.shape[2:]), log_hr, relative


def _area(averaged: object, horizon: float, cuts: Cuts) -> Array:
    """Area under the averaged survival up to a horizon, by Gauss–Legendre between cut points."""
    edges = np.array([0.0, *(cut for cut in cuts if cut < horizon), horizon])
    node, weight = np.polynomial.legendre.leggauss(NODES)
    half = np.diff(edges)[:, np.newaxis] / 2
    months = (edges[:-1, np.newaxis] + half * (node + 1)).reshape(-1)
    assert callable(averaged)
    return np.asarray(averaged(months) @ (half * weight).reshape(-1))


@kernel
def _average(
    baseline: Array,
    log_hr: Array,
    relative: Array,
    position: Array,
    stratum: NDArray[np.int64],
    inside: Array,
) -> Array:
    """Mean survival over the patients by (draw, arm, time)."""
    draws, strata, intervals = baseline.shape
    times, patients = inside.shape[0], stratum.size
    found = np.zeros((draws, 2, times))
    total = np.empty(strata)
    for d in range(draws):
        for t in range(times):
            for s in range(strata):
                total[s] = 0.0
                for k in range(intervals):
                    total[s] += baseline[d, s, k] * inside[t, k]
            for arm in range(2):
                factor = np.exp(position[arm] * log_hr[d])
                for i in range(patients):
                    found[d, arm, t] += np.exp(-factor * relative[d, i] * total[stratum[i]])
                found[d, arm, t] /= patients
    return found


@kernel
def _medians(
    baseline: Array,
    log_hr: Array,
    relative: Array,
    position: Array,
    stratum: NDArray[np.int64],
    starts: Array,
) -> Array:
    """Month at which mean survival is one half, by (draw, arm); at most `LATEST_MONTHS`."""
    draws, strata, intervals = baseline.shape
    patients = stratum.size
    found = np.empty((draws, 2))
    total = np.empty(strata)
    for d in range(draws):
        for arm in range(2):
            factor = np.exp(position[arm] * log_hr[d])
            low, high = 0.0, LATEST_MONTHS
            for _ in range(BISECTIONS):
                month = 0.5 * (low + high)
                for s in range(strata):
                    total[s] = 0.0
                    for k in range(intervals):
                        stop = starts[k + 1] if k + 1 < intervals else month
                        total[s] += baseline[d, s, k] * max(min(month, stop) - starts[k], 0.0)
                mean = 0.0
                for i in range(patients):
                    mean += np.exp(-factor * relative[d, i] * total[stratum[i]])
                if mean > 0.5 * patients:
                    low = month
                else:
                    high = month
            found[d, arm] = high
    return found
