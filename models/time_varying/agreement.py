"""Whether PyMC and quadrature agree on the average log hazard ratio, set by set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.chain_diagnostics import ess_mean
from models.check_result import CheckResult
from models.settings import AnalysisSettings
from models.time_varying.collapse import collapse, window_weights
from models.time_varying.effect_nodes import effect_nodes
from models.time_varying.priors import EffectModel, SeparateArms

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]

LARGEST_Z = 4.5
"""Of some hundred sets the largest standard normal difference is beyond this once in 1,500 runs."""


def set_agreement(
    tables: xr.Dataset,
    average: xr.DataArray,
    *,
    model: EffectModel,
    settings: AnalysisSettings,
    window: float,
    redrawn: Array | None = None,
) -> CheckResult:
    """Hold the posterior means of the average log hazard ratio against quadrature.

    Parameters
    ----------
    tables : xarray.Dataset
        Of the sets, by (imputation, arm, interval).
    average : xarray.DataArray
        Average log hazard ratio (imputation, chain, draw) of the PyMC fits.
    model : EffectModel
    settings : AnalysisSettings
    window : float
        Months averaged over.
    redrawn : numpy.ndarray, shape (chain, draw, arm, interval), optional
        Hazards drawn beside the patients; separate arms, which have no quadrature, are held
        against these as a whole.

    Returns
    -------
    CheckResult
    """
    values = average.transpose("imputation", "chain", "draw").values
    if isinstance(model, SeparateArms):
        return _against_sampler(values, redrawn, settings, window)
    exact = collapse(
        tables["events"].transpose("imputation", "arm", "interval").values,
        tables["exposure"].transpose("imputation", "arm", "interval").values,
        nodes=effect_nodes(model, cuts=settings.cuts, log_hr=settings.log_hr),
        baseline=settings.baseline,
        placement=settings.placement,
        window=window,
    )
    by_walk = np.moveaxis(values, 0, -1)
    error = exact.average_sd / np.sqrt(ess_mean(by_walk))
    z = np.abs(values.mean(axis=(1, 2)) - exact.average_mean) / error
    return CheckResult(
        name="PyMC against quadrature",
        passed=bool(z.max() < LARGEST_Z),
        values={"largest_z": float(z.max()), "sets": float(z.size)},
        text=(
            f"average log HR of PyMC and quadrature differ by at most {z.max():.1f} Monte Carlo "
            f"errors in {z.size} sets (less than {LARGEST_Z} needed)"
        ),
    )


def _against_sampler(
    values: Array, redrawn: Array | None, settings: AnalysisSettings, window: float
) -> CheckResult:
    if redrawn is None:
        return CheckResult(
            name="PyMC against the sampler",
            passed=None,
            text="separate arms whose patients were not redrawn have nothing to be held against",
        )
    weights = window_weights(settings.cuts, window=window)
    other = np.log(redrawn[:, :, 1] / redrawn[:, :, 0]) @ weights
    error = np.hypot(
        values.mean(axis=(1, 2)).std(ddof=1) / np.sqrt(len(values)),
        other.std(ddof=1) / np.sqrt(float(ess_mean(other))),
    )
    z = float(abs(values.mean() - other.mean()) / error)
    return CheckResult(
        name="PyMC against the sampler",
        passed=z < LARGEST_Z,
        values={"z": z},
        text=(
            f"pooled average log HR of PyMC {values.mean():.3f} and of the sampler "
            f"{other.mean():.3f} differ by {z:.1f} Monte Carlo errors ({LARGEST_Z} allowed)"
        ),
    )
