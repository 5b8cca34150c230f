"""The pictures of a simulation: what each shows, drawn from finished numbers."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from analyses.outputs.pictures import save_pictures
from analyses.power.run import PowerRun
from simulate.engine.pack import pack_scenario
from simulate.engine.run import BLOCK, simulate_block
from simulate.operating.monitoring import per_event
from simulate.plots.boundaries import plot_boundaries
from simulate.plots.course import trial_course
from simulate.plots.estimates import plot_estimates
from simulate.plots.forecast import plot_forecast
from simulate.plots.judged_paths import judge_paths
from simulate.plots.power import plot_power
from simulate.plots.stopped_estimates import stopped_estimates
from simulate.plots.stopping import plot_stopping
from simulate.plots.timeline import plot_timeline
from simulate.replay.decided import decide_block

CLOSED_FORMS = {
    "Schoenfeld": "schoenfeld",
    "Freedman": "freedman",
    "Lachin–Foulkes": "lachin_foulkes",
    "group-sequential form": "group_sequential",
}


def draw_power_pictures(run: PowerRun, folder: Path) -> None:
    """Draw and save every picture of a run as PNG and SVG.

    Parameters
    ----------
    run : PowerRun
    folder : Path
    """
    save_pictures(power_pictures(run), folder)


def power_pictures(run: PowerRun) -> Iterator[tuple[str, Axes]]:
    """Draw the pictures one after the other: of the first truth, and of all truths together.

    Yields
    ------
    (str, Axes)
        Name of the file and axes of the figure.
    """
    design, first = run.design, run.simulated[0]
    test = design.analysis.test
    closed = {
        label: [getattr(forms, field) for forms in run.closed_forms.values()]
        for label, field in CLOSED_FORMS.items()
    }
    yield "power", plot_power(run.table, alpha=design.alpha, closed_forms=closed, title=design.name)
    yield "stopping", plot_stopping(run.table, test=test, title=design.name)[0]
    yield "timeline", plot_timeline(run.table, test=test, title=design.name)[0]
    of_first = f"{design.name}: {first.truth.name}"
    if test != "bayes":
        yield (
            "boundaries",
            plot_boundaries(
                run.events,
                efficacy_z=run.bounds.z,
                futility_z=run.bounds.futility_z,
                per_event=per_event(design),
                paths=first.paths,
                judged=judge_paths(
                    first.paths,
                    efficacy_z=run.bounds.z,
                    futility_z=run.bounds.futility_z,
                ),
                title=of_first,
            ),
        )
    yield (
        "forecast",
        plot_forecast(trial_course(design, first.truth, seed=run.seed), title=of_first),
    )
    scenario = pack_scenario(design, first.truth)
    block = simulate_block(scenario, seed=run.seed, first=0, trials=BLOCK)
    estimates = stopped_estimates(block, decide_block(design, block, events=run.events))
    limits = np.array([look.cox_limit for look in first.looks])
    yield "estimates", plot_estimates(estimates, cox_limit=limits, title=of_first)[0]
