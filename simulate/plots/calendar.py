"""One simulated trial in calendar time: a line a patient, from entry to event or the stop."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.transforms import offset_copy

from models.plots.kaplan_meier import month_ticks
from models.plots.panels import own_axes
from models.plots.style import ARM_STYLES, INK, SMALL, WIDE, styled
from models.plots.wording import ARM_LABELS
from models.survival.intervals import ARMS

if TYPE_CHECKING:
    import pandas as pd

MOST_PATIENTS = 120
MOST_LABELS = 6
LOOKS_HIGH = 24.0


@styled
def plot_calendar(
    patients: pd.DataFrame,
    *,
    look_months: Sequence[float],
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw when patients entered and how they ended, up to the last look.

    Parameters
    ----------
    patients : pandas.DataFrame
        From `trial_patients`.
    look_months : sequence of float, shape (look,)
        Calendar months of the looks that were held; the last is the stop.
    title : str
        Such as the design, the truth and the replicate.
    ax : matplotlib.axes.Axes, optional
        Axes to draw in.

    Returns
    -------
    matplotlib.axes.Axes
        At most 120 patients are drawn, every so many in the order of enrolment.

    Raises
    ------
    ValueError
        If nobody was enrolled by the stop.

    Examples
    --------
    >>> from simulate import load_design, plot_calendar, replay_trial
    >>> design = load_design("analyses/phase3/os_alone.toml")
    >>> trial = replay_trial(design, design.truths[0], seed=1, replicate=0)
    >>> ax = plot_calendar(trial.patients, look_months=[look.month for look in trial.looks])
    >>> ax.get_xlabel()
    'Calendar months since recruitment opened'
    """
    stop = float(look_months[-1])
    enrolled = patients[patients["entry"] <= stop]
    if enrolled.empty:
        raise ValueError(f"`patients` has nobody enrolled by month {stop:g}; give a later look")
    count = min(MOST_PATIENTS, len(enrolled))
    places = np.unique(np.linspace(0, len(enrolled) - 1, count).round().astype(int))
    shown = enrolled.iloc[places]
    ax = own_axes(ax, width=WIDE, height=1.6 + 0.03 * max(len(shown), 60))
    rows = np.asarray(places, dtype=float) + 1.0
    for arm in ARMS:
        here = (shown["arm"] == arm).to_numpy()
        _draw_arm(ax, shown[here], rows[here], arm, stop=stop)
    _draw_looks(ax, look_months)
    ax.set_xlim(0, 1.03 * stop)
    ax.set_xticks(month_ticks(stop))
    ax.set_ylim(1.015 * len(enrolled) + 1.0, -0.015 * len(enrolled))
    ax.set_xlabel("Calendar months since recruitment opened")
    ax.set_ylabel("Patients, in the order of enrolment")
    _legend(ax, title, shown=len(shown), enrolled=len(enrolled))
    return ax


def _draw_arm(ax: Axes, patients: pd.DataFrame, rows: np.ndarray, arm: str, *, stop: float) -> None:
    style = ARM_STYLES[arm]
    entry = patients["entry"].to_numpy(dtype=float)
    end = patients["end"].to_numpy(dtype=float)
    last = np.minimum(end, stop)
    lines = [
        [(start, row), (finish, row)] for start, finish, row in zip(entry, last, rows, strict=True)
    ]
    ax.add_collection(
        LineCollection(lines, colors=style.colour, linewidths=0.8, alpha=0.75, zorder=2,
                       linestyles="solid", gid=f"follow-up-{arm}")
    )  # fmt: skip
    for name, marker in (("event", style.marker), ("drop-out", "x")):
        here = (patients["ended_by"] == name).to_numpy() & (end <= stop)
        ax.plot(end[here], rows[here], linestyle="none", marker=marker, markersize=2.8,
                markeredgewidth=0.8, color=style.colour, zorder=3,
                gid=f"{name}-{arm}")  # fmt: skip


def _draw_looks(ax: Axes, months: Sequence[float]) -> None:
    step = math.ceil(len(months) / MOST_LABELS)
    for look, month in enumerate(months, start=1):
        ax.axvline(month, color=INK, linewidth=1.0, linestyle=(0, (4, 2)), zorder=4,
                   gid=f"look-{look}")  # fmt: skip
        if (len(months) - look) % step:
            continue
        ax.annotate(f"look {look}\n{month:.1f}", (month, 1.0), xycoords=("data", "axes fraction"),
                    xytext=(0, 2), textcoords="offset points", ha="center", va="bottom",
                    fontsize=SMALL)  # fmt: skip


def _legend(ax: Axes, title: str, *, shown: int, enrolled: int) -> None:
    handles = []
    for arm in ARMS:
        style = ARM_STYLES[arm]
        handles.append(
            Line2D([], [], color=style.colour, linewidth=1.0, marker=style.marker, markersize=3.5,
                   markevery=(1, 2), label=f"{ARM_LABELS[arm]}, marked at the event")
        )  # fmt: skip
    handles += [
        Line2D([], [], color=INK, linestyle="none", marker="x", markersize=3.5, label="drop-out")
    ]
    of = f"{shown} of {enrolled} patients" if shown < enrolled else f"{enrolled} patients"
    above = offset_copy(ax.transAxes, ax.get_figure(root=True), y=LOOKS_HIGH, units="points")
    heading = f"{of}; lines without a mark are cut off by the last look"
    ax.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        bbox_transform=above,
        title=f"{title}\n{heading}" if title else heading,
        title_fontsize=SMALL,
        alignment="left",
        ncols=3,
    )
