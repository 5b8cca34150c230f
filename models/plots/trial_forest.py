"""Forest of trials behind a predictive prior: as printed, drawn together, pooled, predicted."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from models.plots.hazard_ratio import ratio_axis
from models.plots.interval_rows import (
    IntervalRow,
    draw_intervals,
    interval_limits,
    write_at_right,
)
from models.plots.panels import own_axes
from models.plots.style import ARM_STYLES, CONTRAST, FAINT, INK, MUTED, WIDE, ArmStyle, styled
from models.plots.wording import HR_DIRECTION, HR_LABEL, central, ratio_interval

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("name", "kind", "median", "lower", "upper", "drawn_median", "drawn_lower", "drawn_upper")
KINDS = ("trial", "sensitivity", "pooled", "predicted")
ROW, FRAME = 0.3, 1.5
LABEL_WIDTH = 34
APART = 0.14
PRINTED = ArmStyle(INK, None, "s")
ASIDE = ArmStyle(MUTED, (2.0, 1.2), "s")
DRAWN = ARM_STYLES["rt"]


@styled
def plot_trial_forest(
    table: pd.DataFrame, *, endpoint_label: str, note: str = "", ax: Axes | None = None
) -> Axes:
    """Draw trials with their intervals, and below them their mean and what they predict.

    Parameters
    ----------
    table : pandas.DataFrame
        Rows from top to bottom: `name`; `kind`, one of trial, sensitivity (not pooled), pooled
        and predicted; `median`, `lower`, `upper` of the hazard ratio, RT versus control; for
        trials that are pooled also `drawn_median`, `drawn_lower`, `drawn_upper`, drawn towards
        the others.
    endpoint_label : str
        Name of the endpoint.
    note : str
        Words in the title, such as whether discounts apply.
    ax : matplotlib.axes.Axes, optional
        Axes to draw in.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If a column is missing or a kind is unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> from models import plot_trial_forest
    >>> table = pd.DataFrame({
    ...     "name": ["Gomez 2016", "pooled mean"], "kind": ["trial", "pooled"],
    ...     "median": [0.35, 0.62], "lower": [0.16, 0.41], "upper": [0.76, 0.85],
    ...     "drawn_median": [0.50, None], "drawn_lower": [0.25, None], "drawn_upper": [0.85, None],
    ... })
    >>> plot_trial_forest(table, endpoint_label="Progression-free survival").get_xlabel()
    'Hazard ratio, RT versus control (log scale), below 1 favours RT'
    """
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing or not set(table["kind"]) <= set(KINDS):
        raise ValueError(
            f"`table` needs the columns {', '.join(COLUMNS)} with `kind` one of "
            f"{', '.join(KINDS)}, got {', '.join(map(str, table.columns))}; name them so"
        )
    ax = own_axes(ax, width=WIDE, height=FRAME + ROW * len(table))
    heights = np.arange(len(table))[::-1].astype(float)
    rows = [
        line
        for height, (_, row) in zip(heights, table.iterrows(), strict=True)
        for line in _lines(row, float(height))
    ]
    low, high = _limits(rows)
    ratio_axis(ax, low, high)
    ax.axvline(1.0, color=MUTED, linewidth=0.8, zorder=0)
    _divide(ax, list(table["kind"]), heights)
    draw_intervals(ax, rows)
    ax.set_ylim(-0.7, len(table) - 0.3)
    ax.set_yticks(heights, [textwrap.fill(name, LABEL_WIDTH) for name in table["name"]])
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    texts = [ratio_interval(r["median"], r["lower"], r["upper"]) for _, r in table.iterrows()]
    write_at_right(ax, list(heights), texts)
    ax.set_xlabel(f"{HR_LABEL}, {HR_DIRECTION}")
    _legend(ax, title=f"{endpoint_label}: what other trials say" + (f", {note}" if note else ""))
    return ax


def _lines(row: pd.Series, height: float) -> list[IntervalRow]:
    """Lines of one row: as printed, and beside it drawn towards the others."""
    style = {"trial": PRINTED, "sensitivity": ASIDE, "pooled": CONTRAST, "predicted": DRAWN}
    paired = np.isfinite(row["drawn_median"])
    printed = IntervalRow(
        height + (APART if paired else 0.0),
        row["median"],
        row["lower"],
        row["upper"],
        style[str(row["kind"])],
    )
    if not paired:
        return [printed]
    drawn = (row["drawn_median"], row["drawn_lower"], row["drawn_upper"])
    return [printed, IntervalRow(height - APART, *drawn, DRAWN)]


def _limits(rows: list[IntervalRow]) -> tuple[float, float]:
    """Limits of an axis of ratios that holds all rows."""
    logs = [
        row._replace(median=math.log(row.median), lower=math.log(row.lower),
                     upper=math.log(row.upper))
        for row in rows
    ]  # fmt: skip
    low, high = interval_limits(logs, include=0.0)
    return math.exp(low), math.exp(high)


def _divide(ax: Axes, kinds: list[str], heights: np.ndarray) -> None:
    """Rule a line where one kind of row ends and another begins."""
    for place in range(1, len(kinds)):
        if kinds[place] != kinds[place - 1]:
            ax.axhline(heights[place] + 0.5, color=FAINT, linewidth=0.6, zorder=0)


def _legend(ax: Axes, *, title: str) -> None:
    looks = (
        (PRINTED, "as printed, 95%"),
        (ASIDE, "as printed, not pooled"),
        (DRAWN, f"drawn to the others; {central()}"),
        (CONTRAST, f"pooled mean; {central()}"),
    )
    for style, label in looks:
        ax.plot([], [], **style.line, linewidth=1.0, marker=style.marker, markersize=4.6,
                markerfacecolor="white", markeredgecolor=style.colour, label=label)  # fmt: skip
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, title=textwrap.fill(title, 80),
              alignment="left")  # fmt: skip
