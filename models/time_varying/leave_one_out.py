"""Models of the effect compared on patients of flesh and blood, each left out in turn.

Times are months. Pareto smoothed importance sampling stands in for refits; patients whose weights
have a heavy tail are left out in earnest, which a swap of data makes cheap. On patients that a
model invented (level 1) such scores say nothing: they reward the model that invented them.

References
----------
Vehtari, Gelman & Gabry 2017, doi 10.1007/s11222-016-9696-4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp

from models.survival.exposure import exposure_dataset, tabulate
from models.survival.intervals import interval_of, time_in_intervals
from models.time_varying.effect_nodes import cell_cuts
from models.time_varying.fit import CompiledEffect, fit_time_varying

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]

HEAVY_TAIL = 0.7


class LeftOut(NamedTuple):
    """How well a model foretells each patient from the others.

    Attributes
    ----------
    log_density : numpy.ndarray, shape (n,)
        Log predictive density of each patient's time and status, given all others.
    pareto_k : numpy.ndarray, shape (n,)
        Shape of the tail of the importance weights.
    refitted : int
        Patients left out in earnest, as their weights were not to be trusted.
    """

    log_density: Array
    pareto_k: Array
    refitted: int


def patient_log_likelihood(
    draws: xr.Dataset, time: ArrayLike, event: ArrayLike, arm_index: ArrayLike
) -> Array:
    """Log density of each patient's time and status under each draw.

    Parameters
    ----------
    draws : xarray.Dataset
        `hazard` (..., arm, interval) per month, with `interval_start`, months.
    time : array_like, shape (n,)
        Months.
    event : array_like of bool, shape (n,)
        Whether the event was seen.
    arm_index : array_like of int, shape (n,)
        0 control, 1 RT.

    Returns
    -------
    numpy.ndarray, shape (..., n)
    """
    cuts = draws["interval_start"].values[1:]
    months, seen = np.asarray(time, dtype=float), np.asarray(event, dtype=bool)
    arm = np.asarray(arm_index)
    hazard = draws["hazard"].transpose(..., "arm", "interval").values
    spent = time_in_intervals(months, cuts=cuts)
    place = interval_of(months, cuts=cuts)
    passed = np.einsum("...nk,nk->...n", hazard[..., arm, :], spent)
    return np.asarray(np.where(seen, np.log(hazard[..., arm, place]), 0.0) - passed)


def leave_one_out(
    draws: xr.Dataset,
    patients: tuple[Array, NDArray[np.bool_], NDArray[np.int64]],
    *,
    compiled: CompiledEffect,
    seed: int,
    cores: int = 1,
) -> LeftOut:
    """Score a fitted model patient by patient.

    Parameters
    ----------
    draws : xarray.Dataset
        Posterior (chain, draw) of the fit to all patients.
    patients : tuple of numpy.ndarray
        Times in months, statuses and arms (0 control, 1 RT), shape (n,) each.
    compiled : CompiledEffect
        To fit again without a patient.
    seed : int
    cores : int

    Returns
    -------
    LeftOut
    """
    import warnings

    import arviz as az  # type: ignore[import-untyped]
    import xarray as xr

    time, event, arm = patients
    values = patient_log_likelihood(draws, time, event, arm)
    dims = ("chain", "draw", "patient")
    tree = xr.DataTree.from_dict(
        {
            "posterior": xr.Dataset({"log_hr": draws["log_hr"].isel(interval=0, drop=True)}),
            "log_likelihood": xr.Dataset({"time": (dims, values)}),
        }
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = az.loo(tree, pointwise=True)
    density = np.asarray(found.elpd_i, dtype=float).copy()
    tail = np.asarray(found.pareto_k, dtype=float)
    heavy = np.flatnonzero(~(tail < HEAVY_TAIL))
    for patient in heavy:
        density[patient] = _refit(int(patient), patients, compiled, seed=seed, cores=cores)
    return LeftOut(log_density=density, pareto_k=tail, refitted=heavy.size)


def _refit(
    patient: int,
    patients: tuple[Array, NDArray[np.bool_], NDArray[np.int64]],
    compiled: CompiledEffect,
    *,
    seed: int,
    cores: int,
) -> float:
    """Log predictive density of one patient from a fit to the others."""
    time, event, arm = patients
    others = (np.delete(time, patient), np.delete(event, patient), np.delete(arm, patient))
    table = one_set(*others, compiled=compiled, label=patient + 1)
    tree = fit_time_varying(table, compiled=compiled, seed=seed, cores=cores)
    draws = tree["posterior"].to_dataset().isel(imputation=0)
    alone = (values[[patient]] for values in patients)
    value = patient_log_likelihood(draws, *alone).reshape(-1)
    return float(logsumexp(value) - np.log(value.size))


def one_set(
    time: Array,
    event: NDArray[np.bool_],
    arm: NDArray[np.int64],
    *,
    compiled: CompiledEffect,
    label: int = 0,
) -> xr.Dataset:
    """Table of one set of patients by the cells of a compiled model."""
    cells = cell_cuts(compiled.model, cuts=compiled.settings.cuts)
    table = tabulate(time[np.newaxis], event[np.newaxis], arm, cuts=cells)
    return exposure_dataset(table, cuts=cells, imputation=[label])
