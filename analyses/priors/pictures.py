"""The pictures of a run of priors: what each shows, drawn from finished numbers."""

from collections.abc import Iterator
from pathlib import Path

from matplotlib.axes import Axes

from analyses.outputs.pictures import save_pictures
from analyses.priors.run import EndpointPriors
from analyses.priors.trial_at_hand import MONTHS
from models.plots.prior_curves import plot_prior_curves
from models.plots.prior_densities import plot_prior_densities
from models.plots.prior_posteriors import plot_prior_posteriors
from models.plots.tipping_point import plot_tipping_point
from models.plots.trial_forest import plot_trial_forest
from models.priors.predictive_prior import (
    DISCOUNTED,
    DISCOUNTED_ROBUST,
    FACE_VALUE,
    ROBUST,
    SCEPTICAL,
    VAGUE,
)
from models.priors.prior_curves import prior_survival

DRAWN = (FACE_VALUE, ROBUST, DISCOUNTED, DISCOUNTED_ROBUST, SCEPTICAL, VAGUE)


def draw_pictures(run: EndpointPriors, folder: Path) -> None:
    """Draw and save every picture of one endpoint as PNG and SVG."""
    save_pictures(endpoint_pictures(run), folder)


def endpoint_pictures(run: EndpointPriors) -> Iterator[tuple[str, Axes]]:
    """Draw the pictures of one endpoint, one after the other.

    Yields
    ------
    (str, Axes)
        Name of the file and axes of the figure.
    """
    face_value = FACE_VALUE in run.found.predictive
    note = "pooled at face value" if face_value else "pooled after each trial's discount"
    yield "trials", plot_trial_forest(run.forest, endpoint_label=run.label, note=note)
    drawn = {name: run.found.priors[name] for name in DRAWN if name in run.found.priors}
    events = dict(zip(run.priors["prior"], run.priors["events"], strict=True))
    yield (
        "priors",
        plot_prior_densities(
            drawn,
            events=events,
            endpoint_label=run.label,
            estimate=None if run.trial is None else run.trial.likelihood,
        ),
    )
    if run.trial is None or run.answers is None:
        return
    yield (
        "tipping_point",
        plot_tipping_point(
            run.answers.tipping,
            endpoint_label=run.label,
            marked={name: run.found.priors[name].sd for name in (SCEPTICAL, VAGUE)},
        ),
    )
    yield "posteriors", plot_prior_posteriors(run.priors, endpoint_label=run.label)
    curves = {
        name: prior_survival(prior, months=MONTHS, control=run.trial.control)
        for name, prior in drawn.items()
    }
    yield "prior_survival", plot_prior_curves(curves, endpoint_label=run.label)[0]
