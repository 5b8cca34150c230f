"""Hazard ratio over time, one panel for each model of the effect, prior beside posterior."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from models.interval_estimate import CI_PROB
from models.plots.hazard_ratio import ratio_ticks
from models.plots.kaplan_meier import month_ticks
from models.plots.panels import grid, own_axes
from models.plots.style import ARM_STYLES, MUTED, SMALL, WIDE, styled
from models.plots.wording import HR_DIRECTION, HR_LABEL, central_masses

if TYPE_CHECKING:
    import xarray as xr

INNER_PROB = 0.5
LIMITS = (0.1, 5.0)
COLUMNS = 2
ROW, FRAME = 2.1, 0.8
COLOUR = ARM_STYLES["rt"].colour


@styled
def plot_effect_bands(
    bands: Mapping[str, xr.Dataset],
    prior_bands: Mapping[str, xr.Dataset],
    *,
    endpoint_label: str,
    ax: Axes | None = None,
) -> list[Axes]:
    """Draw the posterior median and bands of HR(t) under each model.

    Parameters
    ----------
    bands, prior_bands : mapping of str to xarray.Dataset
        By the name of the model, from `ratio_bands`: `hazard_ratio` (quantile, time), months.
    endpoint_label : str
        Name of the endpoint.
    ax : matplotlib.axes.Axes, optional
        Axes to draw in.

    Returns
    -------
    list of matplotlib.axes.Axes
        One for each model. Bands hold pointwise and run off the axis where they are wider.
    """
    rows = -(-len(bands) // COLUMNS)
    ax = own_axes(ax, width=WIDE, height=FRAME + ROW * rows)
    columns = min(COLUMNS, len(bands))
    panels = grid(ax, rows=rows, columns=columns, gap=(0.12, 0.3))
    for spare in panels[len(bands) :]:
        spare.set_axis_off()
    for place, (name, found) in enumerate(bands.items()):
        panel = panels[place]
        _draw(panel, found, prior_bands.get(name))
        panel.set_title(name)
        if place >= len(bands) - columns:
            panel.set_xlabel("Months since randomisation")
    note = "; dotted: 95% of the prior" if prior_bands else ""
    masses = central_masses(INNER_PROB, CI_PROB)
    ax.set_title(
        f"{endpoint_label}: {HR_LABEL[0].lower()}{HR_LABEL[1:]}, {HR_DIRECTION}\n"
        f"posterior median with {masses}, pointwise{note}",
        fontsize=SMALL,
        pad=20,
    )
    return panels[: len(bands)]


def _draw(ax: Axes, bands: xr.Dataset, prior: xr.Dataset | None) -> None:
    time = bands["time"].values
    _ratio_axis(ax)
    ax.set_xlim(0, float(time.max()))
    ax.set_xticks(month_ticks(float(time.max())))
    ax.axhline(1.0, color=MUTED, linewidth=0.8, zorder=0)
    for mass, alpha in ((CI_PROB, 0.16), (INNER_PROB, 0.32)):
        low, high = (_line(bands, share) for share in ((1 - mass) / 2, (1 + mass) / 2))
        ax.fill_between(time, low, high, facecolor=COLOUR, linewidth=0.0, alpha=alpha,
                        step="pre", zorder=1)  # fmt: skip
    ax.plot(time, _line(bands, 0.5), color=COLOUR, linewidth=2.0, drawstyle="steps-pre",
            zorder=3, gid="median")  # fmt: skip
    if prior is not None:
        for share in ((1 - CI_PROB) / 2, (1 + CI_PROB) / 2):
            ax.plot(prior["time"].values, _line(prior, share), color=MUTED, linewidth=0.9,
                    linestyle=(0, (1, 1.5)), drawstyle="steps-pre", zorder=2,
                    gid=f"prior-{share:g}")  # fmt: skip


def _line(bands: xr.Dataset, share: float) -> np.ndarray:
    return np.asarray(bands["hazard_ratio"].sel(quantile=share, method="nearest").values)


def _ratio_axis(ax: Axes) -> None:
    ax.set_yscale("log")
    ax.set_ylim(*LIMITS)
    ax.yaxis.set_major_locator(FixedLocator(ratio_ticks(*LIMITS, most=7)))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(FuncFormatter(lambda ratio, _: f"{ratio:g}"))
