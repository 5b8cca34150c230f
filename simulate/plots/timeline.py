"""Months, patients and events when trials stop: mean with the range from 10% to 90%, by truth."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from models.plots.interval_rows import (
    IntervalRow,
    draw_intervals,
    interval_limits,
    write_at_right,
)
from models.plots.panels import abreast, own_axes
from models.plots.style import CONTRAST, FAINT, SMALL, WIDE, styled

if TYPE_CHECKING:
    import xarray as xr


class Panel(NamedTuple):
    """A measure, its axis label, the decimals of its figures, and its unit."""

    measure: str
    label: str
    decimals: int
    unit: str


PANELS = (
    Panel("month", "Month of the stop", 1, "months"),
    Panel("patients", "Patients enrolled", 0, "patients"),
    Panel("events", "Events, both arms", 0, "events"),
)
NAME_WIDTH = 20
ROW, HEAD = 0.26, 1.3


@styled
def plot_timeline(
    table: xr.Dataset, *, test: str, title: str = "", ax: Axes | None = None
) -> list[Axes]:
    """Draw what a trial has cost when it stops.

    Parameters
    ----------
    table : xarray.Dataset
        From `characteristics`: `at_stop_mean` and `at_stop_quantile` with the quantiles 0.1
        and 0.9.
    test : str
        Which test decides, a coordinate of `table`.
    title : str
        Such as the name of the design.
    ax : matplotlib.axes.Axes, optional
        Frame to draw in; its own axis lines are switched off.

    Returns
    -------
    list of matplotlib.axes.Axes
        Panels for months, patients and events; a row a truth. The mean may lie outside the range
        where a few trials are unlike the rest.

    Examples
    --------
    >>> from simulate import load_design, operating_characteristics, plot_timeline
    >>> design = load_design("analyses/phase3/os_alone.toml")
    >>> table = operating_characteristics(design, seed=1, trials=200)["os"].to_dataset()
    >>> len(plot_timeline(table, test="log_rank", title=design.name))
    3
    """
    chosen = table.sel(test=test)
    names = [str(name) for name in table["truth"].values]
    labels = [textwrap.fill(name, NAME_WIDTH) for name in names]
    height = HEAD + ROW * sum(max(1.6, 1.0 + label.count("\n")) for label in labels)
    frame = own_axes(ax, width=WIDE, height=height)
    panels = abreast(frame, [1.0] * len(PANELS), gaps=[0.6] * (len(PANELS) - 1))
    for place, (panel, figure) in enumerate(zip(PANELS, panels, strict=True)):
        _draw_panel(figure, chosen, panel)
        figure.set_yticks(range(len(names)), labels=[""] * len(names) if place else labels)
    heading = "When trials stop: mean (diamond), 10% to 90% of trials (line)" + _error(chosen)
    panels[0].annotate(f"{title}\n{heading}" if title else heading, (0, 1),
                       xycoords="axes fraction", xytext=(0, 8), textcoords="offset points",
                       fontsize=SMALL)  # fmt: skip
    return panels


def _error(table: xr.Dataset) -> str:
    """Tell the largest standard error of the means, measure by measure, where it is known."""
    if "at_stop_mean_mcse" not in table:
        return ""
    worst = table["at_stop_mean_mcse"].max("truth")
    said = [f"{float(worst.sel(measure=one.measure)):.2f} {one.unit}" for one in PANELS]
    return f"\nMonte Carlo standard error of the means at most {', '.join(said)}"


def _draw_panel(ax: Axes, table: xr.Dataset, panel: Panel) -> None:
    here = table.sel(measure=panel.measure)
    mean = here["at_stop_mean"].values
    spread = here["at_stop_quantile"]
    low = spread.sel(quantile=0.1, method="nearest").values
    high = spread.sel(quantile=0.9, method="nearest").values
    rows = [
        IntervalRow(float(height), float(middle), float(lower), float(upper), CONTRAST)
        for height, (middle, lower, upper) in enumerate(zip(mean, low, high, strict=True))
    ]
    ax.set_xlim(*interval_limits(rows, include=None))
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.grid(axis="x", color=FAINT, linewidth=0.5)
    draw_intervals(ax, rows, thin=1.6)
    ax.set_xlabel(panel.label)
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    write_at_right(ax, np.arange(len(rows)).tolist(), [_text(row, panel.decimals) for row in rows])


def _text(row: IntervalRow, decimals: int) -> str:
    return f"{row.median:.{decimals}f}\n({row.lower:.{decimals}f}–{row.upper:.{decimals}f})"
