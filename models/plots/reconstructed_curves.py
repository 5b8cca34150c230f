"""A published curve as it was read off, the reconstructed ones, and the numbers at risk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from models.curves.curve import ArmCurve
from models.plots.kaplan_meier import KaplanMeierAxes, months_axis
from models.plots.panels import own_axes, stacked
from models.plots.printed_medians import PrintedMedian, legend_label, mark_printed_medians
from models.plots.pseudo_patient_curves import ArmCurves, Steps, pseudo_patient_curves
from models.plots.style import ARM_STYLES, INK, MUTED, NARROW, SMALL, TINY, styled
from models.plots.wording import ARM_LABELS, fitting_labels
from models.survival.intervals import ARMS

if TYPE_CHECKING:
    import pandas as pd

MOST_LINES = 100
MOST_POINTS = 120
ROW_LABEL_WIDTH = 17


@styled
def plot_reconstruction(
    patients: pd.DataFrame,
    curves: Mapping[str, ArmCurve],
    *,
    printed_medians: Mapping[str, PrintedMedian],
    endpoint_label: str,
    arm_labels: Mapping[str, str] = ARM_LABELS,
    ax: Axes | None = None,
) -> KaplanMeierAxes:
    """Draw the points read off over the curves of all sets, with printed numbers at risk.

    Parameters
    ----------
    patients : pandas.DataFrame
        Reconstructed sets: columns `imputation`, `time` (months), `event`, `arm`.
    curves : mapping of str to ArmCurve
        As they were read off.
    printed_medians : mapping of str to float, str or None
        Printed median of each arm in months; None where not printed.
    endpoint_label : str
        Name of the endpoint, such as "Overall survival".
    arm_labels : mapping of str to str
        Names of "control" and "rt".
    ax : matplotlib.axes.Axes, optional
        Frame to draw in; its own axis lines are switched off.

    Returns
    -------
    KaplanMeierAxes
        Below the curves stand the printed numbers at risk, and in small type what the sets have
        where that differs. At most 100 sets and 120 points an arm are drawn, evenly chosen.
    """
    months = np.unique(np.concatenate([curves[arm].risk_time for arm in ARMS]))
    found = pseudo_patient_curves(patients, risk_months=months)
    end = max(curve.end for curve in curves.values())
    frame = own_axes(ax, width=NARROW, height=4.7)
    top, below = stacked(frame, [1.0, 0.26], gaps=[0.22])
    for arm in ARMS:
        _draw_sets(top, found[arm], arm)
        _draw_points(top, curves[arm], arm)
    mark_printed_medians(top, printed_medians)
    months_axis(top, end)
    top.set_ylabel(f"{endpoint_label}, probability")
    _legend(top, arm_labels, printed_medians, sets=len(found["control"].sets))
    _draw_counts(below, curves, found, months, end=end, labels=arm_labels)
    return KaplanMeierAxes(curve=top, at_risk=below)


def _draw_sets(ax: Axes, found: ArmCurves, arm: str) -> None:
    chosen = _evenly(len(found.sets), MOST_LINES)
    ax.add_collection(
        LineCollection(
            [_corners(found.sets[index]) for index in chosen],
            colors=ARM_STYLES[arm].colour,
            linewidths=0.6,
            alpha=float(np.clip(6 / len(chosen), 0.1, 0.5)),
            zorder=2,
            gid=f"sets-{arm}",
        )
    )


def _draw_points(ax: Axes, curve: ArmCurve, arm: str) -> None:
    chosen = _evenly(curve.time.size, MOST_POINTS)
    ax.plot(
        curve.time[chosen],
        curve.survival[chosen],
        marker=ARM_STYLES[arm].marker,
        markersize=1.8,
        markerfacecolor=INK,
        markeredgewidth=0,
        linestyle="none",
        zorder=3,
        gid=f"points-{arm}",
    )


def _evenly(count: int, most: int) -> np.ndarray:
    return np.unique(np.linspace(0, count - 1, min(most, count)).astype(int))


def _corners(steps: Steps) -> np.ndarray:
    """Vertices of a step function, shape (2 J - 1, 2)."""
    return np.column_stack((np.repeat(steps.time, 2)[1:], np.repeat(steps.survival, 2)[:-1]))


def _legend(
    ax: Axes, labels: Mapping[str, str], medians: Mapping[str, PrintedMedian], *, sets: int
) -> None:
    handles = [
        ax.plot(
            [],
            [],
            color=ARM_STYLES[arm].colour,
            linewidth=2.0,
            label=legend_label(labels[arm], medians[arm]) if arm in medians else labels[arm],
        )[0]
        for arm in ARMS
    ]
    handles += ax.plot([], [], color=MUTED, linewidth=0.6, label=f"lines: {sets} sets of patients")
    handles += ax.plot(
        [], [], marker="o", markersize=2.5, color=INK, linestyle="none", label="points: read off"
    )
    ax.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)


def _draw_counts(
    ax: Axes,
    curves: Mapping[str, ArmCurve],
    found: Mapping[str, ArmCurves],
    months: np.ndarray,
    *,
    end: float,
    labels: Mapping[str, str],
) -> None:
    ax.set_xlim(0, end)
    ax.set_ylim(len(ARMS) - 0.5, -0.5)
    ax.set_title("At risk as printed (sets, where they differ)", fontsize=SMALL, pad=5)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    ax.set_xticks([])
    names = fitting_labels(labels, width=ROW_LABEL_WIDTH)
    ax.set_yticks(range(len(ARMS)), labels=[names[arm] for arm in ARMS])
    ax.tick_params(axis="y", pad=9)
    for row, arm in enumerate(ARMS):
        ax.get_yticklabels()[row].set_color(ARM_STYLES[arm].colour)
        for month, printed in zip(curves[arm].risk_time, curves[arm].at_risk, strict=True):
            ax.text(month, row, f"{printed}", ha="center", va="center", fontsize=SMALL)
            place = int(np.searchsorted(months, month))
            low, high = (int(found[arm].at_risk[k][place]) for k in (1, 2))
            if (low, high) != (printed, printed):
                ax.annotate(
                    f"{low}–{high}",
                    (month, row),
                    xytext=(0, -8.5),
                    textcoords="offset points",
                    ha="center",
                    va="center",
                    fontsize=TINY,
                    color=MUTED,
                )
