"""The posterior of one endpoint as groups of a DataTree, ready for ArviZ and for planning."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from models.check_result import CheckResult
from models.prior_draws import PriorDraws
from models.reanalysis.predict import Predictions

SCHEMA = "replan posterior 1"
VERDICTS = {True: "passed", False: "failed", None: "not judged"}


def posterior_groups(
    draws: xr.Dataset,
    *,
    estimands: xr.Dataset,
    predicted: Predictions,
    cuts: Sequence[float],
) -> dict[str, xr.Dataset]:
    """Name the groups that every re-analysis has.

    Parameters
    ----------
    draws : xarray.Dataset
        From `label_draws`.
    estimands : xarray.Dataset
        From `compute_estimands`.
    predicted : Predictions
    cuts : sequence of float
        Interior cut points of the hazard in months.

    Returns
    -------
    dict of str to xarray.Dataset
        `posterior`, `estimands`, `prior` (chain, draw), `prior_predictive`,
        `posterior_predictive` (draw) and `constant_data` with `cuts` (cut).
    """
    return {
        "posterior": draws,
        "estimands": estimands,
        "prior": label_prior(predicted.prior, draws),
        "prior_predictive": predicted.before.figures,
        "posterior_predictive": predicted.after.figures,
        "constant_data": xr.Dataset({"cuts": ("cut", np.asarray(cuts))}),
    }


def name_tree(
    groups: Mapping[str, xr.Dataset], *, endpoint: str, attrs: Mapping[str, str | int]
) -> xr.DataTree:
    """Put groups into a tree that says what it is and in which units."""
    tree = xr.DataTree.from_dict(groups)
    tree.attrs = {
        "schema": SCHEMA,
        "endpoint": endpoint,
        "time_unit": "months",
        "hazard_unit": "per month",
        "hazard_ratio": "RT versus control, below 1 favours RT",
        **attrs,
    }
    return tree


def label_prior(prior: PriorDraws, draws: xr.Dataset) -> xr.Dataset:
    """Name the dims of draws from the prior as those of the posterior are, in one chain."""
    coords = {
        name: draws.coords[name] for name in ("arm", "interval", "interval_start", "interval_stop")
    }
    dims = ("chain", "draw")
    return xr.Dataset(
        {
            "log_hr": (dims, prior.log_hr[np.newaxis]),
            "hazard": ((*dims, "arm", "interval"), prior.hazard[np.newaxis]),
        },
        coords=coords,
    )


def patients_dataset(patients: pd.DataFrame) -> xr.Dataset:
    """Lay pseudo-patients out by set and patient; those of one place have one arm."""
    columns = ["imputation", "patient", "time", "event"]
    found = patients[columns].set_index(["imputation", "patient"]).to_xarray()
    first = patients[patients["imputation"] == patients["imputation"].iloc[0]]
    found = found.assign_coords(arm=("patient", first["arm"].astype(str).to_numpy(dtype=str)))
    found["time"].attrs["unit"] = "months"
    return found


def checks_dataset(gates: Sequence[CheckResult], findings: Sequence[CheckResult]) -> xr.Dataset:
    """Lay checks out by name: a failed gate voids the result, a finding is information."""
    kinds = ["gate"] * len(gates) + ["finding"] * len(findings)
    checks = [*gates, *findings]
    return xr.Dataset(
        {
            "kind": ("check", np.array(kinds, dtype=str)),
            "verdict": ("check", np.array([VERDICTS[one.passed] for one in checks], dtype=str)),
            "text": ("check", np.array([one.text for one in checks], dtype=str)),
        },
        coords={"check": np.array([one.name for one in checks], dtype=str)},
    )
