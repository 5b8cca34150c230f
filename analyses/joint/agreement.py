"""Whether three ways to one joint posterior agree: sampler, PyMC on each set, quadrature."""

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from analyses.reanalyse.agreement import judge_pooled, judge_sets, set_agreement
from models.check_result import CheckResult
from models.estimands.table import effective_size
from models.illness_death.priors import priors_of_joint
from models.joint.settings import JointSettings

Array = NDArray[np.float64]

LABELS = {"log_hr": "log HR", "survival": "S", "rmst": "RMST", "correlation": "correlation"}


def transition_agreement(
    tables: xr.Dataset, fits: xr.DataTree, settings: JointSettings
) -> pd.DataFrame:
    """Compare PyMC with the exact posterior of each transition's log HR, set by set.

    Given the patients each transition is a proportional hazards model of its own.

    Returns
    -------
    pandas.DataFrame
        `transition` and the columns of `analyses.reanalyse.agreement.set_agreement`.
    """
    places = priors_of_joint(settings).places()
    parts = []
    for (name, prior), place in zip(settings.transitions().items(), places, strict=True):
        own = merge_intervals(tables.sel(transition=name), place)
        log_hr = fits["posterior"].to_dataset()[["log_hr"]].sel(transition=name)
        tree = xr.DataTree.from_dict({"posterior": log_hr})
        found = set_agreement(own, tree, settings.for_one(prior))
        parts.append(found.assign(transition=name))
    table = pd.concat(parts, ignore_index=True)
    return table[["transition", *table.columns.drop("transition")]]


def merge_intervals(table: xr.Dataset, place: NDArray[np.intp]) -> xr.Dataset:
    """Add up the common intervals that make one of a transition's own, by `place`."""
    first = np.unique(place, return_index=True)[1]
    dims = ("imputation", "arm", "interval")
    return xr.Dataset(
        {
            name: (dims, np.add.reduceat(table[name].transpose(*dims).values, first, axis=-1))
            for name in ("events", "exposure")
        },
        coords={"imputation": table["imputation"]},
    )


def transition_agreement_check(table: pd.DataFrame) -> CheckResult:
    """Gate: PyMC agrees with quadrature on every set and transition within Monte Carlo error."""
    known = table.dropna(subset=["z"])
    return judge_sets(
        known["z"],
        compared=(
            f"mean log HR of {known['transition'].nunique()} transitions in "
            f"{known['imputation'].nunique()} sets"
        ),
        values={"compared": len(known)},
        unknown="random walk baselines have no closed form to compare with",
    )


def endpoint_agreement(sampler: xr.Dataset, pooled: xr.Dataset) -> pd.DataFrame:
    """Compare posterior means of the sampler with those of PyMC pooled over sets.

    Parameters
    ----------
    sampler, pooled : xarray.Dataset
        From `illness_death_estimands`.

    Returns
    -------
    pandas.DataFrame
        `quantity`, `sampler`, `pooled` (means), `mcse`, `z`.
    """
    both = [_compared(estimands) for estimands in (sampler, pooled)]
    rows = []
    for name in both[0]:
        values = [found[name] for found in both]
        means = [float(value.mean()) for value in values]
        errors = [float(value.std() / np.sqrt(effective_size(value))) for value in values]
        error = float(np.hypot(errors[0], errors[1]))
        rows.append((name, *means, error, (means[1] - means[0]) / error))
    return pd.DataFrame(rows, columns=["quantity", "sampler", "pooled", "mcse", "z"])


def endpoint_agreement_check(table: pd.DataFrame) -> CheckResult:
    """Gate: the pooled posterior agrees with the sampler's within Monte Carlo error."""
    return judge_pooled(table["z"], names=table["quantity"])


def _compared(estimands: xr.Dataset) -> dict[str, Array]:
    """Draws of each quantity, by ([imputation,] chain, draw); medians may be infinite."""
    with_logs = estimands.assign(
        log_hr=xr.apply_ufunc(np.log, estimands["transition_hazard_ratio"])
    )
    walks = [name for name in ("imputation", "chain", "draw") if name in estimands.dims]
    found = {}
    for name, label in LABELS.items():
        stacked = with_logs[name].stack(cell=[d for d in with_logs[name].dims if d not in walks])
        for cell in stacked["cell"].values:
            parts = cell if isinstance(cell, tuple) else (cell,)
            words = " ".join(f"{part:g}" if isinstance(part, float) else part for part in parts)
            values = stacked.sel(cell=cell).transpose(*walks).values
            found[f"{label} {words}"] = np.asarray(values, dtype=float)
    return found
