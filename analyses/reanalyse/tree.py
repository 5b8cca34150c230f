"""The posterior of one endpoint as a DataTree, ready for ArviZ and for planning."""

import xarray as xr

from analyses.reanalyse.endpoint import EndpointAnalysis
from models.reanalysis.predict import Predictions
from models.reanalysis.tree import name_tree, posterior_groups
from models.settings import AnalysisSettings

GROUPS = (
    "posterior",
    "estimands",
    "posterior_by_set",
    "sample_stats_by_set",
    "convergence_by_set",
    "prior",
    "prior_predictive",
    "posterior_predictive",
    "constant_data",
)


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
    predicted = Predictions(result.prior, result.prior_predictive, result.posterior_predictive)
    groups = posterior_groups(
        result.draws, estimands=result.estimands, predicted=predicted, cuts=settings.cuts
    )
    by_set = {
        "posterior_by_set": result.regression["posterior"].to_dataset(),
        "sample_stats_by_set": result.regression["sample_stats"].to_dataset(),
        "convergence_by_set": result.regression["convergence"].to_dataset(),
    }
    return name_tree(
        {name: (groups | by_set)[name] for name in GROUPS}, endpoint=result.endpoint, attrs=attrs
    )
