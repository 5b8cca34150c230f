"""The pictures of a run: what each shows, drawn from finished numbers."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from analyses.outputs.pictures import save_picture
from analyses.reanalyse.endpoint import EndpointAnalysis
from analyses.reanalyse.evidence import level_zero, printed_ratio
from analyses.reanalyse.run import Reanalysis
from analyses.reanalyse.sensitivity import Sensitivity
from models.estimands import summarise
from models.exact_posterior import exact_posterior
from models.joint.run import JointRun
from models.plots.agreement import plot_agreement
from models.plots.audit_overview import plot_audit
from models.plots.convergence import plot_convergence
from models.plots.estimand_forest import plot_estimands
from models.plots.hazard_ratio import plot_hazard_ratio
from models.plots.kaplan_meier import plot_kaplan_meier
from models.plots.quantile_agreement import (
    quantile_agreement,
    quantiles_of_draws,
    quantiles_of_sets,
)
from models.plots.sensitivity_forest import plot_sensitivity
from models.plots.survival_bands import plot_survival_bands
from models.plots.survival_quantiles import survival_quantiles
from models.reconstruction.sample import Sample
from models.record.record import Record
from models.settings import RandomWalkBaseline

MONTHS = np.linspace(0.0, 36.0, 73)


def draw_pictures(run: Reanalysis, folder: Path, *, sensitivity: Sensitivity | None) -> None:
    """Draw and save every picture of a run as PNG and SVG.

    Parameters
    ----------
    run : Reanalysis
    folder : Path
        With a folder for each endpoint.
    sensitivity : Sensitivity or None
    """
    save_picture(plot_audit(run.audit), folder / "audit", quick=run.quick)
    for name, result in run.endpoints.items():
        for picture, ax in endpoint_pictures(run, result):
            save_picture(ax, folder / name / picture, quick=run.quick)
        if sensitivity is not None:
            rows = sensitivity.estimands
            axes = plot_sensitivity(
                rows[rows["endpoint"] == name],
                default=run.settings.name,
                endpoint_label=result.label,
            )
            save_picture(axes[0], folder / name / "sensitivity", quick=run.quick)


def endpoint_pictures(
    run: Reanalysis, result: EndpointAnalysis
) -> Iterator[tuple[str, Axes | None]]:
    """Draw the pictures of one endpoint, one after the other.

    Yields
    ------
    (str, Axes)
        Name of the file and axes of the figure.
    """
    yield from _curves(run, result)
    yield from _effect(run, result)
    yield "convergence", convergence_picture(result.sample, endpoint_label=result.label)
    agreement = _agreement(run, result)
    if agreement is not None:
        yield "agreement", agreement


def _curves(run: Reanalysis, result: EndpointAnalysis) -> Iterator[tuple[str, Axes | None]]:
    """Curves of the pseudo-patients and of the posterior."""
    said = captions(run.record, result.endpoint)
    yield (
        "kaplan_meier",
        plot_kaplan_meier(
            result.patients,
            printed_medians=said.medians,
            endpoint_label=result.label,
            arm_labels=said.arms,
            last_follow_up=said.last_follow_up,
        )[0],
    )
    yield (
        "survival",
        plot_survival_bands(
            survival_quantiles(result.draws["hazard"].values, MONTHS, cuts=run.settings.cuts),
            printed_medians=said.medians,
            endpoint_label=result.label,
            arm_labels=said.arms,
        ),
    )


def _effect(run: Reanalysis, result: EndpointAnalysis) -> Iterator[tuple[str, Axes | None]]:
    """Hazard ratio beside what is printed of it, and all estimands."""
    printed = run.record.endpoints[result.endpoint]
    yield (
        "hazard_ratio",
        plot_hazard_ratio(
            result.draws["log_hr"].values,
            prior=run.settings.log_hr,
            level_0=level_zero(printed, log_hr=run.settings.log_hr),
            level_0_flat=level_zero(printed, log_hr=None),
            printed=printed_ratio(printed),
            direction=printed.direction,
            endpoint_label=result.label,
        ),
    )
    inner = summarise(result.estimands, ci_prob=0.5)
    yield "estimands", plot_estimands(result.table, inner=inner, endpoint_label=result.label)[0]


class Captions(NamedTuple):
    """What curves of an endpoint are captioned with.

    Attributes
    ----------
    medians : dict of str to str or None
        As printed, by arm.
    arms : dict of str to str
        Labels.
    last_follow_up : float or None
        Longest follow-up in months.
    """

    medians: dict[str, str | None]
    arms: dict[str, str]
    last_follow_up: float | None


def captions(record: Record, endpoint: str) -> Captions:
    """Gather the captions of an endpoint's curves from its record."""
    printed, longest = record.endpoints[endpoint].median, record.follow_up.maximum
    return Captions(
        medians={arm: None if figure is None else figure.text for arm, figure in printed.items()},
        arms={arm: details.label for arm, details in record.arms.items()},
        last_follow_up=None if longest is None else longest.value,
    )


def convergence_picture(sample: Sample | JointRun, *, endpoint_label: str) -> Axes:
    """Draw the chains of the quantities that were judged by their R-hat."""
    judged = [check for check in sample.checks if "r_hat" in check.values]
    figures = plot_convergence(sample.quantities, judged, endpoint_label=endpoint_label)
    return next(iter(figures.values()))


def _agreement(run: Reanalysis, result: EndpointAnalysis) -> Axes | None:
    """Draw the agreement with quadrature, which a random walk baseline does not have."""
    settings = run.settings
    if isinstance(settings.baseline, RandomWalkBaseline):
        return None
    tables = result.tables
    exact = exact_posterior(
        tables["events"].transpose("imputation", "arm", "interval").values,
        tables["exposure"].transpose("imputation", "arm", "interval").values,
        baseline=settings.baseline,
        placement=settings.placement,
        log_hr=settings.log_hr,
    )
    pooled = result.regression["posterior"]["log_hr"].transpose("imputation", "chain", "draw")
    quantiles = quantile_agreement(
        quantiles_of_draws(result.draws["log_hr"].values),
        {
            "PyMC, pooled over sets": quantiles_of_draws(pooled.values),
            "quadrature, pooled over sets": quantiles_of_sets(exact),
        },
    )
    return plot_agreement(quantiles, result.sets["z"], endpoint_label=result.label)[0]
