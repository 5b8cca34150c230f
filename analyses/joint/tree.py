"""The posterior of a joint re-analysis as a DataTree, ready for ArviZ and for planning."""

import xarray as xr

from analyses.joint.analysis import JointAnalysis


def joint_tree(run: JointAnalysis, *, attrs: dict[str, str | int]) -> xr.DataTree:
    """Gather everything drawn.

    Parameters
    ----------
    run : JointAnalysis
    attrs : dict
        Provenance; `settings` among them names the priors that planning may exchange.

    Returns
    -------
    xarray.DataTree
        The groups `posterior` and `constant_data` of `models.joint.posterior`; `estimands`
        (chain, draw), see `illness_death_estimands`; and of the PyMC fits `posterior_by_set`,
        `sample_stats_by_set` and `convergence_by_set` (imputation, ...). `prior` (chain, draw):
        `log_hr` and `hazard`. `prior_predictive`, `posterior_predictive` (endpoint, draw):
        figures of drawn trials.
    """
    fits, predicted = run.fits, run.predicted
    tree = xr.DataTree.from_dict(
        {
            "posterior": run.posterior["posterior"].to_dataset(),
            "estimands": run.estimands,
            "posterior_by_set": fits["posterior"].to_dataset(),
            "sample_stats_by_set": fits["sample_stats"].to_dataset(),
            "convergence_by_set": fits["convergence"].to_dataset(),
            "prior": predicted.prior,
            "prior_predictive": predicted.before.figures,
            "posterior_predictive": predicted.after.figures,
            "constant_data": run.posterior["constant_data"].to_dataset(),
        }
    )
    tree.attrs = {**run.posterior.attrs, **attrs}
    return tree
