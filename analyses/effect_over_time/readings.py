"""What draws of an effect say: estimands, HR(t), how much it changes, prior beside posterior."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from models.estimands import compute_estimands, summarise
from models.estimands.table import effective_size
from models.time_varying.priors import TimeVaryingSettings
from models.time_varying.summaries import largest_change, ratio_bands, with_average

Array = NDArray[np.float64]

MONTHS = np.arange(0.25, 36.01, 0.25)


@dataclass(frozen=True, kw_only=True)
class Share:
    """A probability under the prior and under the posterior, with the latter's error."""

    prior: float
    posterior: float
    standard_error: float


@dataclass(frozen=True, kw_only=True)
class Readings:
    """What is read off the draws of one model.

    Attributes
    ----------
    table : pandas.DataFrame
        Estimands; hazard ratios are averages over the window.
    bands, prior_bands : xarray.Dataset
        Quantiles of HR(t), see `ratio_bands`.
    change, prior_change : numpy.ndarray
        Draws of the largest difference of log hazard ratios between intervals.
    similar : Share
        Probability that all intervals' hazard ratios agree within the factor of the plan.
    """

    table: pd.DataFrame
    bands: xr.Dataset
    prior_bands: xr.Dataset
    change: Array
    prior_change: Array
    similar: Share


def read_draws(draws: xr.Dataset, prior: xr.Dataset, *, plan: TimeVaryingSettings) -> Readings:
    """Read off everything that is reported of a model's draws.

    Parameters
    ----------
    draws : xarray.Dataset
        `log_hr` ([imputation,] chain, draw, interval) and `hazard` (..., arm, interval).
    prior : xarray.Dataset
        `log_hr` (chain, draw, interval) from the prior, by the same intervals.
    plan : TimeVaryingSettings
    """
    change, before = largest_change(draws), largest_change(prior).values.reshape(-1)
    limit = float(np.log(plan.similar))
    within = (change.values < limit).astype(float)
    share = float(within.mean())
    return Readings(
        table=summarise(compute_estimands(with_average(draws, window=plan.window))),
        bands=ratio_bands(draws, MONTHS),
        prior_bands=ratio_bands(prior, MONTHS),
        change=change.values.reshape(-1),
        prior_change=before,
        similar=Share(
            prior=float((before < limit).mean()),
            posterior=share,
            standard_error=float(np.sqrt(share * (1 - share) / effective_size(within))),
        ),
    )
