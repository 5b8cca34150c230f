"""Kaplan–Meier curves of one simulated trial at a look, with numbers at risk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from models.plots.kaplan_meier import KaplanMeierAxes, month_ticks, months_axis
from models.plots.panels import own_axes, stacked
from models.plots.style import ARM_STYLES, NARROW, SMALL, styled
from models.plots.wording import ARM_LABELS
from models.survival.intervals import ARMS
from models.survival.kaplan_meier import kaplan_meier, median_time, numbers_at_risk, survival_at

if TYPE_CHECKING:
    import pandas as pd


@styled
def plot_trial(
    data: pd.DataFrame, *, endpoint_label: str, title: str = "", ax: Axes | None = None
) -> KaplanMeierAxes:
    """Draw the curves of both arms with their censored patients and numbers at risk.

    Parameters
    ----------
    data : pandas.DataFrame
        From `data_at`: `time` (months), `event`, `arm`; at least one patient with follow-up.
    endpoint_label : str
        Name of the endpoint.
    title : str
        Such as the replicate, the look and its hazard ratio.
    ax : matplotlib.axes.Axes, optional
        Frame to draw in; its own axis lines are switched off.

    Returns
    -------
    KaplanMeierAxes
        An arm without patients has no curve.

    Raises
    ------
    ValueError
        If nobody has been followed.

    Examples
    --------
    >>> from simulate import load_design, plot_trial, replay_trial
    >>> design = load_design("analyses/phase3/os_alone.toml")
    >>> trial = replay_trial(design, design.truths[0], seed=1, replicate=0)
    >>> axes = plot_trial(trial.looks[-1].data, endpoint_label="Overall survival")
    >>> axes.curve.get_xlabel()
    'Months since randomisation'
    """
    end = float(data["time"].max()) if len(data) else 0.0
    if not end > 0:
        raise ValueError("`data` has nobody with follow-up; give a later look")
    frame = own_axes(ax, width=NARROW, height=4.7)
    axes = draw_trial(frame, data, end=end, title=title)
    axes.curve.set_ylabel(f"{endpoint_label}, probability")
    return axes


def draw_trial(
    frame: Axes, data: pd.DataFrame, *, end: float, title: str, narrow: bool = False
) -> KaplanMeierAxes:
    """Draw curves, their legend and numbers at risk inside a frame.

    Parameters
    ----------
    frame : matplotlib.axes.Axes
        Its own axis lines are switched off.
    data : pandas.DataFrame
        As for `plot_trial`.
    end : float
        Months at which the time axis ends.
    title : str
        Above the legend.
    narrow : bool
        Whether the labels of the legend take two lines.
    """
    curve, at_risk = stacked(frame, [1.0, 0.2], gaps=[0.24])
    for arm in ARMS:
        _draw_arm(curve, data[data["arm"] == arm], arm, narrow=narrow)
    months_axis(curve, end)
    curve.legend(loc="lower left", bbox_to_anchor=(0, 1), title=title, title_fontsize=SMALL,
                 alignment="left")  # fmt: skip
    _draw_at_risk(at_risk, data, end=end)
    return KaplanMeierAxes(curve=curve, at_risk=at_risk)


def _draw_arm(ax: Axes, data: pd.DataFrame, arm: str, *, narrow: bool) -> None:
    if data.empty:
        return
    style, found = ARM_STYLES[arm], kaplan_meier(data["time"], data["event"])
    time = np.concatenate(([0.0], found.time))
    survival = np.concatenate(([1.0], found.survival))
    middle = median_time(found)
    median = f"{middle:.1f} months" if np.isfinite(middle) else "not reached"
    events = f"{int(data['event'].sum())} events in {len(data)} patients"
    label = f"{ARM_LABELS[arm]}: {events},{'\n' if narrow else ' '}median {median}"
    ax.step(time, survival, where="post", **style.line, linewidth=1.8, zorder=3, label=label,
            gid=f"curve-{arm}")  # fmt: skip
    censored = data.loc[~data["event"], "time"].to_numpy()
    ax.plot(censored, survival_at(found, censored), linestyle="none", marker="|", markersize=4.5,
            markeredgewidth=0.7, color=style.colour, zorder=2, gid=f"censored-{arm}")  # fmt: skip


def _draw_at_risk(ax: Axes, data: pd.DataFrame, *, end: float) -> None:
    months = month_ticks(end)
    ax.set_xlim(0, end)
    ax.set_ylim(len(ARMS) - 0.5, -0.5)
    ax.set_title("At risk", fontsize=SMALL, pad=5)
    ax.spines[:].set_visible(False)
    ax.set_xticks([])
    ax.tick_params(axis="y", length=0, pad=14)
    ax.set_yticks(range(len(ARMS)), labels=[ARM_LABELS[arm] for arm in ARMS])
    for row, arm in enumerate(ARMS):
        ax.get_yticklabels()[row].set_color(ARM_STYLES[arm].colour)
        counts = numbers_at_risk(data.loc[data["arm"] == arm, "time"], months)
        for month, count in zip(months, counts, strict=True):
            ax.text(month, row, f"{count}", ha="center", va="center", fontsize=SMALL)
