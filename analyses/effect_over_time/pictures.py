"""The pictures of a run on changing effects: what each shows, drawn from finished numbers."""

from collections.abc import Iterator
from pathlib import Path

from matplotlib.axes import Axes

from analyses.effect_over_time.comparison import comparison_table
from analyses.effect_over_time.patient_data import PatientComparison
from analyses.effect_over_time.run import EndpointEffect
from analyses.outputs.pictures import save_picture, save_pictures
from models.plots.effect_bands import plot_effect_bands
from models.plots.effect_change import plot_effect_change
from models.plots.effect_evidence import plot_effect_evidence
from models.time_varying.priors import MODEL_NAMES, TimeVaryingSettings


def draw_pictures(found: EndpointEffect, plan: TimeVaryingSettings, folder: Path) -> None:
    """Draw and save every picture of one endpoint as PNG and SVG."""
    save_pictures(endpoint_pictures(found, plan), folder)


def draw_patient_pictures(found: PatientComparison, folder: Path, *, endpoint: str) -> None:
    """Draw and save HR(t) under each model fitted to patient data."""
    axes = plot_effect_bands(
        {MODEL_NAMES[kind]: read.bands for kind, read in found.readings.items()},
        {MODEL_NAMES[kind]: read.prior_bands for kind, read in found.readings.items()},
        endpoint_label=endpoint.upper(),
    )
    save_picture(axes[0], folder / "hazard_ratio_over_time")


def endpoint_pictures(
    found: EndpointEffect, plan: TimeVaryingSettings
) -> Iterator[tuple[str, Axes]]:
    """Draw the pictures of one endpoint, one after the other.

    Yields
    ------
    (str, Axes)
        Name of the file and axes of the figure.
    """
    table = comparison_table(found.answers)
    trusted = {row["kind"] for row in table.to_dict("records") if row["trusted"]}
    shown = {MODEL_NAMES[kind]: a for kind, a in found.answers.items() if kind in trusted}
    changing = table[table["kind"] != "proportional"]
    yield "evidence", plot_effect_evidence(changing, endpoint_label=found.label)
    yield (
        "hazard_ratio_over_time",
        plot_effect_bands(
            {name: answer.readings.bands for name, answer in shown.items()},
            {name: answer.readings.prior_bands for name, answer in shown.items()},
            endpoint_label=found.label,
        )[0],
    )
    changes = {
        name: (answer.readings.prior_change, answer.readings.change)
        for name, answer in shown.items()
        if answer.kind != "proportional"
    }
    if changes:
        yield (
            "largest_change",
            plot_effect_change(changes, endpoint_label=found.label, similar=plan.similar),
        )
