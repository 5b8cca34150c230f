"""Patients of one simulated trial in calendar time, through progression to death or drop-out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from models.plots.kaplan_meier import month_ticks
from models.plots.panels import abreast, own_axes
from models.plots.style import ARM_STYLES, INK, SMALL, WIDE, styled
from models.plots.wording import ARM_LABELS
from models.survival.intervals import ARMS

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

MOST_PATIENTS = 60
THIN, THICK = 0.8, 2.4
MARKS = {"death": "o", "drop_out": "x", "progression": "^"}
MARK_LABELS = {"progression": "progression seen", "death": "death", "drop_out": "drop-out"}


@styled
def plot_swimmer(
    courses: pd.DataFrame, *, stop: float, title: str = "", ax: Axes | None = None
) -> list[Axes]:
    """Draw a line a patient, thick from the progression that is seen on.

    Parameters
    ----------
    courses : pandas.DataFrame
        From `patient_courses`.
    stop : float
        Calendar month of the look that cuts follow-up off.
    title : str
        Such as the design, the truth and the replicate.
    ax : matplotlib.axes.Axes, optional
        Frame to draw in; its own axis lines are switched off.

    Returns
    -------
    list of matplotlib.axes.Axes
        A panel an arm; at most 30 patients in each, every so many in the order of enrolment.

    Raises
    ------
    ValueError
        If nobody was enrolled by the stop.
    """
    enrolled = courses[courses["entry"] <= stop]
    if enrolled.empty:
        raise ValueError(f"`courses` has nobody enrolled by month {stop:g}; give a later stop")
    frame = own_axes(ax, width=WIDE, height=3.9)
    panels = abreast(frame, [1.0] * len(ARMS), gaps=[0.14] * (len(ARMS) - 1))
    shown = 0
    for arm, panel in zip(ARMS, panels, strict=True):
        here = _some(enrolled[enrolled["arm"] == arm])
        shown += len(here)
        _draw_arm(panel, here, arm, stop=stop)
    panels[0].set_ylabel("Patients, in the order of enrolment")
    _legend(panels[0], title, shown=shown, enrolled=len(enrolled))
    return panels


def _some(patients: pd.DataFrame) -> pd.DataFrame:
    """Choose patients evenly in the order of enrolment, where there are too many."""
    count = min(MOST_PATIENTS // len(ARMS), len(patients))
    places = np.linspace(0, max(len(patients) - 1, 0), count).round().astype(int)
    return patients.iloc[places]


def _draw_arm(ax: Axes, patients: pd.DataFrame, arm: str, *, stop: float) -> None:
    colour, rows = ARM_STYLES[arm].colour, np.arange(1.0, len(patients) + 1)
    entry, progression, death, lost = (
        patients[name].to_numpy(dtype=float)
        for name in ("entry", "progression", "death", "drop_out")
    )
    end = np.minimum(np.minimum(death, lost), stop)
    _draw_lines(ax, rows, entry, end, colour, THIN, f"follow-up-{arm}")
    late = progression < end
    _draw_lines(ax, rows[late], progression[late], end[late], colour, THICK, f"progressed-{arm}")
    for name, marker in MARKS.items():
        month = patients[name].to_numpy(dtype=float)
        here = month <= stop
        ax.plot(month[here], rows[here], linestyle="none", marker=marker, markersize=3.6,
                markeredgewidth=0.9, markerfacecolor="white" if marker == "^" else colour,
                markeredgecolor=colour, zorder=4, gid=f"{name}-{arm}")  # fmt: skip
    ax.axvline(stop, color=INK, linewidth=1.0, linestyle=(0, (4, 2)), zorder=5, gid="stop")
    ax.set_xlim(0, 1.03 * stop)
    ax.set_xticks(month_ticks(stop))
    ax.set_ylim(MOST_PATIENTS // len(ARMS) + 1, 0)
    ax.set_yticks([])
    ax.set_xlabel("Calendar months since recruitment opened")
    ax.set_title(ARM_LABELS[arm], color=colour, fontweight="bold")


def _draw_lines(
    ax: Axes, rows: Floats, start: Floats, end: Floats, colour: str, width: float, name: str
) -> None:
    lines = [[(a, row), (b, row)] for a, b, row in zip(start, end, rows, strict=True)]
    ax.add_collection(
        LineCollection(lines, colors=colour, linewidths=width, zorder=2,
                       capstyle="butt", gid=name)
    )  # fmt: skip


def _legend(ax: Axes, title: str, *, shown: int, enrolled: int) -> None:
    handles = [
        Line2D([], [], color=INK, linewidth=THIN, label="before progression is seen"),
        Line2D([], [], color=INK, linewidth=THICK, label="after"),
    ]
    handles += [
        Line2D([], [], color=INK, linestyle="none", marker=marker, markersize=3.6,
               markerfacecolor="white" if marker == "^" else INK, label=MARK_LABELS[name])
        for name, marker in MARKS.items()
    ]  # fmt: skip
    of = f"{shown} of {enrolled} patients" if shown < enrolled else f"{enrolled} patients"
    heading = f"{of}; lines without a mark at their end are cut off by the look"
    ax.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0, 1.07),
        title=f"{title}\n{heading}" if title else heading,
        title_fontsize=SMALL,
        alignment="left",
        ncols=5,
    )
