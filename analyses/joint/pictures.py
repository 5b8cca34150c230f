"""The pictures of a joint re-analysis: what each shows, drawn from finished numbers."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from analyses.joint.analysis import JointAnalysis
from analyses.outputs.pictures import save_pictures
from analyses.reanalyse.pictures import MONTHS, captions, convergence_picture
from models.illness_death.survival import Endpoint, survival_at
from models.joint.quantities import packed_draws
from models.plots.benefit_scatter import plot_benefits
from models.plots.kaplan_meier import plot_kaplan_meier
from models.plots.occupancy_bands import plot_occupancy_bands
from models.plots.occupancy_quantiles import occupancy_quantiles
from models.plots.predictive_forest import plot_predictive
from models.plots.survival_bands import plot_survival_bands
from models.plots.survival_quantiles import BAND_PROBABILITIES
from models.plots.transition_forest import plot_transitions
from models.reanalysis.predict import least_counts
from models.survival.intervals import ARMS

ENDPOINTS: tuple[Endpoint, Endpoint] = ("pfs", "os")


def draw_pictures(run: JointAnalysis, folder: Path) -> None:
    """Draw and save every picture of a run as PNG and SVG."""
    save_pictures(joint_pictures(run), folder, quick=run.quick)


def joint_pictures(run: JointAnalysis) -> Iterator[tuple[str, Axes]]:
    """Draw the pictures, one after the other.

    Yields
    ------
    (str, Axes)
        Name of the file and axes of the figure.
    """
    arms = {arm: details.label for arm, details in run.record.arms.items()}
    for endpoint in ENDPOINTS:
        yield from _endpoint_pictures(run, endpoint)
    title = run.record.trial.name
    yield (
        "states",
        plot_occupancy_bands(
            occupancy_quantiles(run.posterior, MONTHS), title=title, arm_labels=arms
        )[0],
    )
    yield "hazard_ratios", plot_transitions(run.table, title=title)
    yield "benefit", plot_benefits(run.estimands, title=title)
    yield "predictive", _predictive_picture(run, title=title)
    yield "convergence", convergence_picture(run.sample, endpoint_label="PFS and OS together")


def _endpoint_pictures(run: JointAnalysis, endpoint: Endpoint) -> Iterator[tuple[str, Axes]]:
    """Curves of the pseudo-patients and of the posterior."""
    said = captions(run.record, endpoint)
    label = run.record.endpoints[endpoint].label or endpoint.upper()
    columns = {f"{endpoint}_time": "time", f"{endpoint}_event": "event"}
    yield (
        f"kaplan_meier_{endpoint}",
        plot_kaplan_meier(
            run.patients.rename(columns=columns),
            printed_medians=said.medians,
            endpoint_label=label,
            arm_labels=said.arms,
            last_follow_up=said.last_follow_up,
        )[0],
    )
    yield (
        f"survival_{endpoint}",
        plot_survival_bands(
            endpoint_quantiles(run.posterior, endpoint),
            printed_medians=said.medians,
            endpoint_label=label,
            arm_labels=said.arms,
        ),
    )


def _predictive_picture(run: JointAnalysis, *, title: str) -> Axes:
    """Draw the printed figures among those of drawn trials."""
    return plot_predictive(
        run.predicted.before.table,
        run.predicted.after.table,
        title=title,
        endpoint_labels={name: name.upper() for name in ENDPOINTS},
        at_least={(name, one) for name in ENDPOINTS for one in least_counts(run.record, name)},
    )


def endpoint_quantiles(posterior: xr.DataTree, endpoint: Endpoint) -> xr.Dataset:
    """Quantiles of each arm's survival over time, as `survival_quantiles` gives them.

    Parameters
    ----------
    posterior : xarray.DataTree
        Of kind "illness_death".
    endpoint : {"pfs", "os"}
    """
    draws = posterior["posterior"].to_dataset()
    hazard = draws["hazard"].transpose("chain", "draw", "transition", "arm", "interval")
    cuts = posterior["constant_data"].to_dataset()["cuts"].values
    packed = packed_draws(hazard.values, cuts, clock=posterior.attrs["clock"])
    curves = np.stack([survival_at(packed, [t], endpoint=endpoint)[..., 0] for t in MONTHS], -1)
    return xr.Dataset(
        {
            "survival": (
                ("quantile", "arm", "time"),
                np.quantile(curves, BAND_PROBABILITIES, axis=1),
            )
        },
        coords={"quantile": list(BAND_PROBABILITIES), "arm": list(ARMS), "time": MONTHS},
    )
