"""The pictures of a simulation of several endpoints: the trial, then each endpoint."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from analyses.outputs.pictures import save_pictures
from analyses.power.run import PowerRun
from analyses.power.several import SeveralRun
from simulate.design.multiplicity import CoPrimary, Multiplicity
from simulate.design.trial import TrialDesign
from simulate.multiplicity.levels import arrows_of, levels
from simulate.operating.monitoring import per_event
from simulate.plots.alpha_flow import plot_alpha_flow
from simulate.plots.boundaries import plot_boundaries
from simulate.plots.course import trial_course
from simulate.plots.false_wins import false_wins
from simulate.plots.family_wise_error import plot_family_wise_error
from simulate.plots.forecast import plot_forecast
from simulate.plots.judged_paths import judge_paths
from simulate.plots.occupancy import plot_occupancy
from simulate.plots.power_by_test import plot_power_by_test
from simulate.plots.states import state_shares
from simulate.plots.stopping import plot_stopping
from simulate.plots.wording import ENDPOINT_NAMES

MOST_TRUTHS = 8


def draw_several_pictures(run: SeveralRun, folder: Path) -> None:
    """Draw and save every picture of a run as PNG and SVG.

    Parameters
    ----------
    run : SeveralRun
    folder : Path
    """
    save_pictures(several_pictures(run), folder)


def several_pictures(run: SeveralRun) -> Iterator[tuple[str, Axes]]:
    """Draw the pictures one after the other.

    Yields
    ------
    (str, Axes)
        Name of the file and axes of the figure.
    """
    design, first = run.design, run.simulated[0]
    of_first = f"{design.name}: {first.truth.name}"
    if design.multiplicity is not None:
        yield "alpha_flow", draw_flow(design, design.multiplicity)
    wrong = false_wins(run.simulated)
    if wrong.names:
        yield (
            "family_wise_error",
            plot_family_wise_error(
                wrong.names,
                errors=wrong.errors,
                mcse=wrong.mcse,
                alpha=design.alpha,
                null=wrong.null,
                title=design.name,
            ),
        )
    yield "occupancy", plot_occupancy(state_shares(design, first.truth), title=of_first)[0]
    for name, part in run.endpoints.items():
        yield from endpoint_pictures(run, name, title=f"{ENDPOINT_NAMES[name]}, {of_first}")
        shown = part.table.isel(truth=slice(MOST_TRUTHS))
        yield (
            f"{name}_power_by_test",
            plot_power_by_test(
                shown, alpha=design.alpha, title=f"{ENDPOINT_NAMES[name]}, {design.name}"
            ),
        )


def endpoint_pictures(run: SeveralRun, name: str, *, title: str) -> Iterator[tuple[str, Axes]]:
    """Draw the pictures of one endpoint, those of a single truth under the first."""
    part, design = run.endpoints[name], run.design
    test = part.design.analysis.test
    heading = f"{ENDPOINT_NAMES[name]}, {design.name}"
    yield f"{name}_stopping", plot_stopping(looks_that_end(part), test=test, title=heading)[0]
    if test != "bayes":
        paths = part.simulated[0].paths
        upper, lower = part.bounds.z, part.bounds.futility_z
        yield (
            f"{name}_boundaries",
            plot_boundaries(
                part.events,
                efficacy_z=upper,
                futility_z=lower,
                per_event=per_event(design),
                paths=paths,
                judged=judge_paths(paths, efficacy_z=upper, futility_z=lower),
                title=f"{title}\nthe endpoint by itself, at alpha {max(run.bounds[name]):g}",
            ),
        )
    course = trial_course(design, part.simulated[0].truth, seed=run.seed, endpoint=name)
    yield f"{name}_forecast", plot_forecast(course, title=title)


def looks_that_end(part: PowerRun) -> xr.Dataset:
    """Take the looks at which an endpoint is analysed, and others where a trial stops."""
    stops = part.table["stop"].sum(["truth", "test", "outcome"]) > 0
    return part.table.sel(look=part.table["look"][part.table["analysed"] | stops])


def draw_flow(design: TrialDesign, rule: Multiplicity) -> Axes:
    """Draw how alpha is shared and passed on."""
    names = [str(endpoint.name) for endpoint in design.endpoints]
    none = np.zeros((len(names), len(names)))
    arrows = none if isinstance(rule, CoPrimary) else arrows_of(rule, names).transitions
    return plot_alpha_flow(
        [ENDPOINT_NAMES[name] for name in names],
        alpha=levels(rule, names, design.alpha)[0].tolist(),
        transitions=arrows.tolist(),
        title=design.name,
    )
