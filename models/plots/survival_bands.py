"""Posterior survival curves of both arms with central bands, and the printed medians."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING

from matplotlib.axes import Axes

from models.interval_estimate import CI_PROB
from models.plots.kaplan_meier import LABEL_WIDTH, months_axis
from models.plots.panels import own_axes
from models.plots.printed_medians import PrintedMedian, legend_label, mark_printed_medians
from models.plots.style import ARM_STYLES, NARROW, SMALL, styled
from models.plots.wording import ARM_LABELS, central_masses
from models.survival.intervals import ARMS

if TYPE_CHECKING:
    import xarray as xr

INNER_PROB = 0.5
SHADES = {CI_PROB: 0.16, INNER_PROB: 0.32}
HATCHES = {"control": "//", "rt": None}


@styled
def plot_survival_bands(
    quantiles: xr.Dataset,
    *,
    printed_medians: Mapping[str, PrintedMedian],
    endpoint_label: str,
    arm_labels: Mapping[str, str] = ARM_LABELS,
    ax: Axes | None = None,
) -> Axes:
    """Draw the median and the 50% and 95% central bands of each arm's survival.

    Parameters
    ----------
    quantiles : xarray.Dataset
        From `survival_quantiles`: `survival` by (quantile, arm, time), time in months.
    printed_medians : mapping of str to float, str or None
        Printed median of each arm in months; text is shown as it stands, None where not printed.
    endpoint_label : str
        Name of the endpoint, such as "Overall survival".
    arm_labels : mapping of str to str
        Names of "control" and "rt".
    ax : matplotlib.axes.Axes, optional
        Axes to draw in.

    Returns
    -------
    matplotlib.axes.Axes
        Bands hold pointwise; the hatched one is control.

    Raises
    ------
    ValueError
        If a quantile that the bands need is missing.

    Examples
    --------
    >>> import numpy as np
    >>> from models import plot_survival_bands, survival_quantiles
    >>> hazard = np.random.default_rng(1).gamma(50, 0.001, (4, 100, 2, 1))
    >>> ax = plot_survival_bands(
    ...     survival_quantiles(hazard, np.linspace(0, 24, 25), cuts=()),
    ...     printed_medians={"control": "13.7", "rt": "15.4"}, endpoint_label="Overall survival",
    ... )
    >>> ax.get_xlabel()
    'Months since randomisation'
    """
    _demand(quantiles)
    ax = own_axes(ax, width=NARROW, height=3.8)
    for arm in ARMS:
        label = legend_label(arm_labels[arm], printed_medians.get(arm))
        _draw_arm(ax, quantiles["survival"].sel(arm=arm), arm, label=label)
    mark_printed_medians(ax, printed_medians)
    months_axis(ax, float(quantiles["time"].max()))
    ax.set_ylabel(f"{endpoint_label}, probability")
    masses = central_masses(INNER_PROB, CI_PROB)
    ax.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        title=f"Posterior median with {masses}, pointwise",
        title_fontsize=SMALL,
        alignment="left",
    )
    return ax


def _draw_arm(ax: Axes, survival: xr.DataArray, arm: str, *, label: str) -> None:
    style, time = ARM_STYLES[arm], survival["time"].values
    for mass, alpha in SHADES.items():
        low, high = (
            survival.sel(quantile=share, method="nearest").values for share in _limits(mass)
        )
        ax.fill_between(
            time,
            low,
            high,
            facecolor=style.colour,
            edgecolor=style.colour,
            hatch=HATCHES[arm] if mass == CI_PROB else None,
            linewidth=0.0,
            alpha=alpha,
            zorder=1,
            gid=f"band-{arm}-{100 * mass:g}",
        )
    for share in _limits(CI_PROB):
        edge = survival.sel(quantile=share, method="nearest").values
        ax.plot(time, edge, **style.line, linewidth=0.6, zorder=2, gid=f"limit-{arm}-{share:g}")
    ax.plot(
        time,
        survival.sel(quantile=0.5, method="nearest").values,
        **style.line,
        linewidth=2.0,
        zorder=3,
        label=textwrap.fill(label, LABEL_WIDTH),
        gid=f"median-{arm}",
    )


def _limits(mass: float) -> tuple[float, float]:
    return (1 - mass) / 2, (1 + mass) / 2


def _demand(quantiles: xr.Dataset) -> None:
    given = quantiles["quantile"].values
    for share in (0.5, *_limits(INNER_PROB), *_limits(CI_PROB)):
        if abs(given - share).min() > 1e-9:
            raise ValueError(
                f"`quantiles` lacks the quantile {share:g}, has {given.tolist()}; "
                "compute it with `survival_quantiles`"
            )
