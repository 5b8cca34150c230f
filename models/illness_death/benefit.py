"""How far a benefit in progression-free survival carries over to overall survival."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.estimands.table import effective_size

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

MEASURES = {"rmst_difference": "horizon", "survival_difference": "time"}


class Share(NamedTuple):
    """A posterior probability and its Monte Carlo standard error."""

    value: float
    mcse: float


def benefit_table(
    estimands: xr.Dataset, *, least_months: float = 0.0, least_survival: float = 0.0
) -> pd.DataFrame:
    """Posterior probabilities of benefit in both endpoints, alone, together and given each other.

    A benefit is a difference, RT minus control, above a stated least one: of the restricted mean
    up to a horizon, or of survival at a month. Both endpoints are judged by the same measure at
    the same month. The probabilities are those of the true differences, not of what a trial of
    some size would see.

    Parameters
    ----------
    estimands : xarray.Dataset
        From `illness_death_estimands`.
    least_months : float
        Least difference of restricted means, months, that counts as a benefit.
    least_survival : float
        Least difference of survival that counts as a benefit, a probability.

    Returns
    -------
    pandas.DataFrame
        Columns `measure`, `time_months`, `least`, `p_pfs`, `p_os`, `p_both`, `p_os_given_pfs`,
        `p_os_given_no_pfs` and for each probability `mcse_...`. A conditional probability is not
        a number where its condition never holds.
    """
    import pandas as pd

    least = {"rmst_difference": least_months, "survival_difference": least_survival}
    rows = []
    for measure, dim in MEASURES.items():
        for months in estimands[dim].values:
            at = estimands[measure].sel({dim: months})
            pfs, os = (_benefits(at.sel(endpoint=name), least[measure]) for name in ("pfs", "os"))
            shares = {
                "p_pfs": share_given(pfs),
                "p_os": share_given(os),
                "p_both": share_given(pfs & os),
                "p_os_given_pfs": share_given(os, given=pfs),
                "p_os_given_no_pfs": share_given(os, given=~pfs),
            }
            row: dict[str, object] = {"measure": measure, "time_months": float(months)}
            row["least"] = least[measure]
            row |= {name: share.value for name, share in shares.items()}
            row |= {f"mcse_{name}": share.mcse for name, share in shares.items()}
            rows.append(row)
    return pd.DataFrame(rows)


def share_given(event: Flags, *, given: Flags | None = None) -> Share:
    """Share of draws with an event, of all or of those in which a condition holds.

    Parameters
    ----------
    event : numpy.ndarray of bool, shape (chain, draw) or (imputation, chain, draw)
    given : numpy.ndarray of bool, optional
        The condition, of the same shape.

    Returns
    -------
    Share
        The error is that of a ratio of two means, from the effective size of its residuals.
    """
    held = np.ones(event.shape, dtype=bool) if given is None else given
    weight = float(held.mean())
    if weight == 0.0:
        return Share(np.nan, np.nan)
    share = float((event & held).mean()) / weight
    residual = held * (event - share) / weight
    size = effective_size(residual)
    return Share(share, float(residual.std() / np.sqrt(size)))


def _benefits(differences: xr.DataArray, least: float) -> Flags:
    walks = [dim for dim in ("imputation", "chain", "draw") if dim in differences.dims]
    return np.asarray(differences.transpose(*walks).values > least)
