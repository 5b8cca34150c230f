"""The pictures of an assurance: what each shows, drawn from finished numbers."""

import math
from collections.abc import Iterator
from pathlib import Path

from matplotlib.axes import Axes

from analyses.assurance.run import AssuranceRun
from analyses.outputs.pictures import save_pictures
from simulate.plots.assurance_by_prior import AssuranceBar, plot_assurance_by_prior
from simulate.plots.power_distribution import plot_power_distribution
from simulate.plots.success_by_effect import plot_success_by_effect


def draw_assurance_pictures(run: AssuranceRun, folder: Path) -> None:
    """Draw and save every picture of a run as PNG and SVG.

    Parameters
    ----------
    run : AssuranceRun
    folder : Path
    """
    save_pictures(assurance_pictures(run), folder)


def assurance_pictures(run: AssuranceRun) -> Iterator[tuple[str, Axes]]:
    """Draw the pictures one after the other.

    Yields
    ------
    (str, Axes)
        Name of the file and axes of the figure.
    """
    found, title = run.found, run.design.name
    at_mean, first = found.fixed[0].power, found.rows[0].assurance
    assert first is not None
    yield (
        "power_distribution",
        plot_power_distribution(
            found.power, assurance=first.value, mcse=first.mcse, at_mean=at_mean, title=title
        ),
    )
    bars = [
        AssuranceBar(
            name=row.draws.exchange.name,
            value=math.nan if row.assurance is None else row.assurance.value,
            mcse=math.nan if row.assurance is None else row.assurance.mcse,
            effective_size=row.draws.effective_size,
        )
        for row in found.rows
    ]
    yield "assurance_by_prior", plot_assurance_by_prior(bars, at_mean=at_mean, title=title)
    yield (
        "success_by_effect",
        plot_success_by_effect(
            found.log_hr,
            found.power,
            hazard_ratio=run.by_effect.hazard_ratio,
            success=run.by_effect.success,
            mcse=run.by_effect.mcse,
            benefit=found.benefit,
            label=found.question.label(),
            title=title,
        ),
    )
