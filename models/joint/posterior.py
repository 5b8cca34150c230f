"""The posterior of an illness-death model as a DataTree, whoever drew it.

Layout of `posterior.nc`, `kind` "illness_death":

Attributes of the tree
    `schema` "replan illness-death posterior 1"; `kind` "illness_death"; `clock` "forward" or
    "reset": whether the intervals of death after progression count months since randomisation or
    since progression (the other two transitions always count from randomisation); `time_unit`
    "months"; `hazard_unit` "per month"; `hazard_ratio` "RT versus control, below 1 favours RT".
Coordinates
    `transition`: "progression", "death_without_progression", "death_after_progression";
    `arm`: "control", "rt"; `interval`: labels such as "(3, 6]", with `interval_start` and
    `interval_stop` (months) by interval, the last stop infinite; `endpoint`: "pfs", "os".
    All transitions share the intervals: the union of everybody's cut points.
Group `posterior` (chain, draw, …)
    `log_hr` (transition): RT versus control; `hazard` (transition, arm, interval) per month;
    `events` (endpoint, arm) and `transitions` (transition, arm): counts among the patients of the
    draw; `last_cut` (months) and `loss` (per month) where follow-up is unknown; `baseline_rate`
    (transition; person-months) and `walk_sd` (transition) where a prior has one.
Group `constant_data`
    `cuts` (cut): interior cut points in months.
"""

import numpy as np
import xarray as xr

from models.illness_death.posterior import posterior_attributes
from models.illness_death.priors import TRANSITIONS
from models.joint.run import JointDraws
from models.joint.settings import JointSettings
from models.settings import FreeFollowUp, HierarchicalGammaBaseline, RandomWalkBaseline
from models.survival.intervals import ARMS, interval_labels, interval_starts, interval_stops


def joint_posterior(
    draws: JointDraws, settings: JointSettings, *, attrs: dict[str, str | int] | None = None
) -> xr.DataTree:
    """Gather the draws of a joint run.

    Parameters
    ----------
    draws : JointDraws
    settings : JointSettings
    attrs : dict, optional
        Provenance.

    Returns
    -------
    xarray.DataTree
        As the head of this module says; `to_netcdf` writes it.
    """
    posterior = _label(draws, settings)
    constant = xr.Dataset({"cuts": ("cut", draws.cuts)})
    tree = xr.DataTree.from_dict({"posterior": posterior, "constant_data": constant})
    tree.attrs = {**posterior_attributes(clock=settings.clock), **(attrs or {})}
    return tree


def _label(draws: JointDraws, settings: JointSettings) -> xr.Dataset:
    dims = ("chain", "draw")
    variables: dict[str, object] = {
        "log_hr": ((*dims, "transition"), draws.log_hr),
        "hazard": ((*dims, "transition", "arm", "interval"), draws.hazard),
        "events": ((*dims, "endpoint", "arm"), draws.events()),
        "transitions": ((*dims, "transition", "arm"), draws.transitions()),
    }
    if isinstance(settings.follow_up, FreeFollowUp):
        variables |= {"last_cut": (dims, draws.cut), "loss": (dims, draws.loss)}
    for name, kind, values in (
        ("baseline_rate", HierarchicalGammaBaseline, draws.rate),
        ("walk_sd", RandomWalkBaseline, draws.walk_sd),
    ):
        has = [isinstance(prior.baseline, kind) for prior in settings.transitions().values()]
        if any(has):
            variables[name] = ((*dims, "transition"), np.where(has, values, np.nan))
    chains, length = draws.cut.shape
    return xr.Dataset(
        variables,
        coords={
            "chain": np.arange(chains),
            "draw": np.arange(length),
            "transition": list(TRANSITIONS),
            "arm": list(ARMS),
            "endpoint": ["pfs", "os"],
            "interval": interval_labels(draws.cuts),
            "interval_start": ("interval", interval_starts(draws.cuts)),
            "interval_stop": ("interval", interval_stops(draws.cuts)),
        },
    )
