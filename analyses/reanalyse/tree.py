"""The posterior of one endpoint as a DataTree, ready for ArviZ and for planning."""

import numpy as np
import xarray as xr

from analyses.reanalyse.endpoint import EndpointAnalysis
from models.settings import AnalysisSettings

SCHEMA = "replan posterior 1"


def posterior_tree(
    result: EndpointAnalysis,
    settings: AnalysisSettings,
    *,
    attrs: dict[str, str | int],
) -> xr.DataTree:
    """Gather everything drawn for one endpoint.

    Parameters
    ----------
    result : EndpointAnalysis
    settings : AnalysisSettings
    attrs : dict
        Provenance.

    Returns
    -------
    xarray.DataTree
        `posterior` (chain, draw): `log_hr` (RT versus control), `hazard` (arm, interval) per
        month, `events` (arm), and the free parameters of baseline and follow-up.
        `estimands` (chain, draw): see `compute_estimands`.
        `posterior_by_set` (imputation, chain, draw): `log_hr`, `hazard` of the PyMC fits;
        `sample_stats_by_set` and `convergence_by_set` beside it.
        `prior` (chain, draw): `log_hr`, `hazard`.
        `prior_predictive`, `posterior_predictive` (draw): figures of drawn trials.
        `constant_data`: `cuts` (cut), months.
    """
    cuts = np.asarray(settings.cuts)
    tree = xr.DataTree.from_dict(
        {
            "posterior": result.draws,
            "estimands": result.estimands,
            "posterior_by_set": result.regression["posterior"].to_dataset(),
            "sample_stats_by_set": result.regression["sample_stats"].to_dataset(),
            "convergence_by_set": result.regression["convergence"].to_dataset(),
            "prior": _prior(result),
            "prior_predictive": result.prior_predictive.figures,
            "posterior_predictive": result.posterior_predictive.figures,
            "constant_data": xr.Dataset({"cuts": ("cut", cuts)}),
        }
    )
    tree.attrs = {
        "schema": SCHEMA,
        "endpoint": result.endpoint,
        "time_unit": "months",
        "hazard_unit": "per month",
        "hazard_ratio": "RT versus control, below 1 favours RT",
        **attrs,
    }
    return tree


def _prior(result: EndpointAnalysis) -> xr.Dataset:
    coords = {
        name: result.draws.coords[name]
        for name in ("arm", "interval", "interval_start", "interval_stop")
    }
    dims = ("chain", "draw")
    return xr.Dataset(
        {
            "log_hr": (dims, result.prior.log_hr[np.newaxis]),
            "hazard": ((*dims, "arm", "interval"), result.prior.hazard[np.newaxis]),
        },
        coords=coords,
    )
