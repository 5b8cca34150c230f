"""Kaplan–Meier curves of pseudo-patients, with printed medians and numbers at risk."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from numpy.typing import NDArray

from models.plots.panels import own_axes, stacked
from models.plots.printed_medians import PrintedMedian, legend_label, mark_printed_medians
from models.plots.pseudo_patient_curves import (
    ArmCurves,
    Steps,
    check_patients,
    pseudo_patient_curves,
)
from models.plots.style import ARM_STYLES, MUTED, NARROW, SMALL, TINY, styled
from models.plots.wording import ARM_LABELS, fitting_labels
from models.survival.intervals import ARMS

if TYPE_CHECKING:
    import pandas as pd

MOST_LINES = 100
LABEL_WIDTH, LEGEND_LINE = 66, 0.14
ROW_LABEL_WIDTH = 17


class KaplanMeierAxes(NamedTuple):
    """Axes of the curves and of the numbers at risk below them."""

    curve: Axes
    at_risk: Axes


@styled
def plot_kaplan_meier(
    patients: pd.DataFrame,
    *,
    printed_medians: Mapping[str, PrintedMedian],
    endpoint_label: str,
    arm_labels: Mapping[str, str] = ARM_LABELS,
    last_follow_up: float | None = None,
    ax: Axes | None = None,
) -> KaplanMeierAxes:
    """Draw the curves of all pseudo-patient sets, their median, and the numbers at risk.

    Parameters
    ----------
    patients : pandas.DataFrame
        Pseudo-patients of one endpoint: columns `imputation`, `time` (months), `event`, `arm`.
    printed_medians : mapping of str to float, str or None
        Printed median of each arm in months; text is shown as it stands, None where not printed.
    endpoint_label : str
        Name of the endpoint, such as "Progression-free survival".
    arm_labels : mapping of str to str
        Names of "control" and "rt".
    last_follow_up : float, optional
        Months at which the time axis ends; the last observed time where not given.
    ax : matplotlib.axes.Axes, optional
        Frame to draw in; its own axis lines are switched off.

    Returns
    -------
    KaplanMeierAxes
        At most 100 sets are drawn, evenly chosen; medians and ranges are over all of them.

    Raises
    ------
    ValueError
        If a column is missing, an arm is empty or the last follow-up is not positive.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from models import plot_kaplan_meier
    >>> patients = pd.DataFrame({
    ...     "imputation": np.repeat([0, 1], 20), "time": np.arange(1.0, 41.0) % 20 + 1,
    ...     "event": np.arange(40) % 3 > 0, "arm": np.tile(["control", "rt"], 20),
    ... })
    >>> medians = {"control": "10.93", "rt": None}
    >>> axes = plot_kaplan_meier(
    ...     patients, printed_medians=medians, endpoint_label="Overall survival"
    ... )
    >>> axes.curve.get_xlabel()
    'Months since randomisation'
    """
    check_patients(patients)
    end = float(patients["time"].max()) if last_follow_up is None else float(last_follow_up)
    if not 0 < end < np.inf:
        raise ValueError(f"`last_follow_up` must be positive, finite months, got {end}")
    months = month_ticks(end)
    curves = pseudo_patient_curves(patients, risk_months=months)
    legend = {
        arm: textwrap.fill(legend_label(arm_labels[arm], printed_medians.get(arm)), LABEL_WIDTH)
        for arm in ARMS
    }
    lines = sum(label.count("\n") for label in legend.values())
    frame = own_axes(ax, width=NARROW, height=4.7 + LEGEND_LINE * lines)
    curve, at_risk = stacked(frame, [1.0, 0.26], gaps=[0.22])
    _draw_curves(curve, curves)
    mark_printed_medians(curve, printed_medians)
    months_axis(curve, end)
    curve.set_ylabel(f"{endpoint_label}, probability")
    _legend(curve, legend, sets=len(curves["control"].sets))
    _draw_at_risk(at_risk, curves, months, end=end, labels=arm_labels)
    return KaplanMeierAxes(curve=curve, at_risk=at_risk)


def month_ticks(end: float) -> NDArray[np.float64]:
    """Ticks of a time axis: whole months from 0, at most nine of them."""
    step = next((step for step in (1, 2, 3, 6, 12, 24, 60) if end / step < 8), 120)
    return np.arange(0, end + 1e-9, step)


def months_axis(ax: Axes, end: float) -> None:
    """Set the axes of a survival plot: months up to `end`, probability from 0 to 1."""
    ax.set_xlim(0, end)
    ax.set_ylim(0, 1.02)
    ax.set_xticks(month_ticks(end))
    ax.set_yticks(np.linspace(0, 1, 6))
    ax.set_xlabel("Months since randomisation")


def _draw_curves(ax: Axes, curves: Mapping[str, ArmCurves]) -> None:
    for arm, found in curves.items():
        style = ARM_STYLES[arm]
        chosen = np.unique(
            np.linspace(0, len(found.sets) - 1, min(MOST_LINES, len(found.sets))).astype(int)
        )
        faint = float(np.clip(6 / len(chosen), 0.1, 0.5))
        ax.add_collection(
            LineCollection(
                [_corners(found.sets[index]) for index in chosen],
                colors=style.colour,
                linewidths=0.5,
                alpha=faint,
                zorder=2,
                gid=f"sets-{arm}",
            )
        )
        ax.step(
            found.median.time,
            found.median.survival,
            where="post",
            **style.line,
            linewidth=2.0,
            zorder=3,
            gid=f"median-{arm}",
        )


def _corners(steps: Steps) -> NDArray[np.float64]:
    """Vertices of a step function, shape (2 J - 1, 2)."""
    return np.column_stack((np.repeat(steps.time, 2)[1:], np.repeat(steps.survival, 2)[:-1]))


def _legend(ax: Axes, labels: Mapping[str, str], *, sets: int) -> None:
    handles = [
        ax.plot([], [], **ARM_STYLES[arm].line, linewidth=2.0, label=labels[arm])[0] for arm in ARMS
    ]
    lines = ax.plot([], [], color=MUTED, linewidth=0.5, label=_sets_label(sets))
    ax.legend(handles=[*handles, *lines], loc="lower left", bbox_to_anchor=(0, 1))


def _sets_label(sets: int) -> str:
    if sets > MOST_LINES:
        return f"thin: {MOST_LINES} of {sets} pseudo-patient sets; bold: median of all {sets}"
    return f"thin: {sets} pseudo-patient sets; bold: their median"


def _draw_at_risk(
    ax: Axes,
    curves: Mapping[str, ArmCurves],
    months: NDArray[np.float64],
    *,
    end: float,
    labels: Mapping[str, str],
) -> None:
    ax.set_xlim(0, end)
    ax.set_ylim(len(ARMS) - 0.5, -0.5)
    ax.set_title("At risk: median over sets (range)", fontsize=SMALL, pad=5)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    ax.set_xticks([])
    names = fitting_labels(labels, width=ROW_LABEL_WIDTH)
    ax.set_yticks(range(len(ARMS)), labels=[names[arm] for arm in ARMS])
    ax.tick_params(axis="y", pad=9)
    for row, arm in enumerate(ARMS):
        ax.get_yticklabels()[row].set_color(ARM_STYLES[arm].colour)
        for month, *counts in zip(months, *curves[arm].at_risk, strict=True):
            _count(ax, month, row, *counts)


def _count(ax: Axes, month: float, row: int, median: float, lowest: int, highest: int) -> None:
    ax.text(month, row, f"{median:g}", ha="center", va="center", fontsize=SMALL)
    if lowest < highest:
        ax.annotate(
            f"{lowest}–{highest}",
            (month, row),
            xytext=(0, -8.5),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=TINY,
            color=MUTED,
        )
