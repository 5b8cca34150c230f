"""Patients and events by calendar month as expected, and when the looks are to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from models.plots.kaplan_meier import month_ticks
from models.plots.panels import own_axes
from models.plots.style import ARM_STYLES, INK, MUTED, SMALL, WIDE, styled
from models.survival.intervals import ARMS

if TYPE_CHECKING:
    import xarray as xr

Floats = NDArray[np.float64]

PATIENTS = "#6b6b6b"
ARM_NAMES = {"control": "control", "rt": "RT"}
LABEL_WIDTH, LABEL_HEIGHT = 0.115, 0.17


@styled
def plot_forecast(course: xr.Dataset, *, title: str = "", ax: Axes | None = None) -> Axes:
    """Draw expected patients and events with their bands, and mark the looks.

    Parameters
    ----------
    course : xarray.Dataset
        From `trial_course`.
    title : str
        Such as the name of the design and the truth.
    ax : matplotlib.axes.Axes, optional
        Axes to draw in.

    Returns
    -------
    matplotlib.axes.Axes
        Bands and bars go from the 10% to the 90% quantile of simulated trials, none stopped early.

    Examples
    --------
    >>> from simulate import load_design, plot_forecast, trial_course
    >>> design = load_design("analyses/phase3/os_alone.toml")
    >>> course = trial_course(design, design.truths[0], seed=1, trials=50, points=20)
    >>> plot_forecast(course, title=design.name).get_xlabel()
    'Calendar months since recruitment opened'
    """
    ax = own_axes(ax, width=WIDE, height=4.2)
    months = course["month"].values
    total = course["events"].sum("arm").values
    _band(ax, course, "patients_quantile", colour=PATIENTS)
    _band(ax, course, "events_quantile", colour=INK)
    ax.plot(months, course["patients"].values, color=PATIENTS, linewidth=1.8, zorder=3,
            linestyle=(0, (6, 1.5)), label="patients enrolled", gid="patients")  # fmt: skip
    ax.plot(months, total, color=INK, linewidth=2.0, zorder=3, label="events, both arms",
            gid="events")  # fmt: skip
    for arm in ARMS:
        ax.plot(months, course["events"].sel(arm=arm).values, **ARM_STYLES[arm].line, linewidth=1.1,
                zorder=3, label=f"events, {ARM_NAMES[arm]}", gid=f"events-{arm}")  # fmt: skip
    ax.set_xlim(0, months[-1])
    ax.set_xticks(month_ticks(float(months[-1])))
    ax.set_ylim(0, 1.05 * max(float(course["patients_quantile"].max()), total.max(), 1.0))
    _mark_looks(ax, course)
    ax.set_xlabel("Calendar months since recruitment opened")
    ax.set_ylabel("Patients, events")
    _legend(ax, title, trials=int(course.attrs["trials"]))
    return ax


def _band(ax: Axes, course: xr.Dataset, name: str, *, colour: str) -> None:
    values = course[name]
    low, high = values.isel(quantile=0).values, values.isel(quantile=-1).values
    ax.fill_between(course["month"].values, low, high, facecolor=colour, alpha=0.2, linewidth=0,
                    zorder=2, gid=name)  # fmt: skip


def _mark_looks(ax: Axes, course: xr.Dataset) -> None:
    """Cross each look: its month and its events, 10% to 90%, with a line down to its month."""
    looks = course["look"].values
    month, events = course["look_month"].values, course["look_events"].values
    labelled = _labelled(month[1] / ax.get_xlim()[1], events[1] / ax.get_ylim()[1])
    for place, look in enumerate(looks):
        low, middle, high = month[:, place]
        few, seen, many = events[:, place]
        ax.plot([middle, middle], [0, seen], color=MUTED, linewidth=0.7, linestyle=(0, (1, 2)),
                zorder=1)  # fmt: skip
        ax.errorbar([middle], [seen], xerr=[[middle - low], [high - middle]],
                    yerr=[[seen - few], [many - seen]], color=INK, marker="D", markersize=4.5,
                    markerfacecolor="white", linewidth=1.2, capsize=2.5, zorder=5)  # fmt: skip
        if place in labelled:
            text = f"look {look}\n{seen:g} events\nmonth {middle:.1f}\n({low:.1f} to {high:.1f})"
            _label(ax, middle, seen, text)


def _labelled(across: Floats, up: Floats) -> list[int]:
    """Choose the looks to label, from the last: those whose labels do not overlap.

    Places are shares of the axes.
    """
    chosen = [len(across) - 1]
    for look in range(len(across) - 2, -1, -1):
        last = chosen[-1]
        if across[last] - across[look] >= LABEL_WIDTH or up[last] - up[look] >= LABEL_HEIGHT:
            chosen.append(look)
    return chosen


def _label(ax: Axes, month: float, events: float, text: str) -> None:
    """Write above and to the left of a look, between the curves of events and patients."""
    ax.annotate(text, (month, events), xytext=(-5, 7), textcoords="offset points", ha="right",
                va="bottom", fontsize=SMALL, zorder=6,
                path_effects=[withStroke(linewidth=2.2, foreground="white")])  # fmt: skip


def _legend(ax: Axes, title: str, *, trials: int) -> None:
    note = (
        f"Lines: expected. Bands and bars: 10% to 90% of {trials:,} simulated trials, "
        "none stopped early"
    )
    ax.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        title=f"{title}\n{note}" if title else note,
        title_fontsize=SMALL,
        alignment="left",
        ncols=4,
    )
