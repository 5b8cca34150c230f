"""Printed figures among those of trials drawn from prior and posterior: one row a figure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes

from models.plots.hazard_ratio import ratio_axis
from models.plots.interval_rows import IntervalRow, draw_intervals, write_at_right
from models.plots.panels import own_axes
from models.plots.style import CONTRAST, FAINT, MUTED, WIDE, ArmStyle, styled
from models.plots.wording import central, interval, number
from models.printed.predictive import WORDS

if TYPE_CHECKING:
    import pandas as pd

ROW, FRAME = 0.29, 1.5
APART = 0.15
WIDEST = 6.0
MARGIN = 1.08
COLUMNS = ("endpoint", "figure", "unit", "printed", "median", "lower", "upper", "p")
PRIOR = ArmStyle(MUTED, (2.0, 1.2), "s")
DECIMALS = {"patients": 0, "months": 1}


@styled
def plot_predictive(
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    title: str,
    endpoint_labels: Mapping[str, str],
    at_least: Collection[tuple[str, str]] = (),
    ax: Axes | None = None,
) -> Axes:
    """Draw the figures of drawn trials as multiples of what is printed.

    Parameters
    ----------
    before, after : pandas.DataFrame
        Trials drawn from the prior and from the posterior: rows of `predictive_table` with a
        column `endpoint`, the same figures in the same order.
    title : str
        What the trials are of, such as the name of the published one.
    endpoint_labels : mapping of str to str
        Short names of the endpoints.
    at_least : collection of (str, str)
        Endpoint and figure of what only a lower bound is printed of.
    ax : matplotlib.axes.Axes, optional
        Axes to draw in.

    Returns
    -------
    matplotlib.axes.Axes
        Medians and 95% central intervals; the print is at 1. Beside each row stand the figures of
        trials drawn from the posterior, and the tail probability of the print among them.

    Raises
    ------
    ValueError
        If a column is missing, or the tables are not of the same figures.
    """
    _refuse(before, after)
    ax = own_axes(ax, width=WIDE, height=ROW * len(after) + FRAME)
    posterior = _rows(after, CONTRAST, shift=-APART)
    low, high = _limits(posterior)
    ratio_axis(ax, low, high)
    ax.axvline(1.0, color=MUTED, linewidth=0.8, zorder=0)
    draw_intervals(ax, [*posterior, *_rows(before, PRIOR, shift=APART)])
    texts = [_text(row) for row in after.to_dict("records")]
    write_at_right(ax, list(range(len(after))), texts)
    labels = [
        f"{endpoint_labels[row['endpoint']]}, "
        f"{_label(row, bound=(row['endpoint'], row['figure']) in at_least)}"
        for row in after.to_dict("records")
    ]
    _dress_rows(ax, labels, endpoints=after["endpoint"].tolist())
    ax.set_xlabel("Figure of a drawn trial divided by the printed one (log scale)")
    for style, label in ((PRIOR, "drawn from the prior"), (CONTRAST, "drawn from the posterior")):
        ax.plot([], [], **style.line, linewidth=1.0, marker=style.marker, markersize=4.6,
                markerfacecolor="white", markeredgecolor=style.colour, label=label)  # fmt: skip
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, alignment="left",
              title=f"{title}: as printed, and in drawn trials (median, {central()})")  # fmt: skip
    return ax


def _refuse(before: pd.DataFrame, after: pd.DataFrame) -> None:
    missing = [name for name in COLUMNS for table in (before, after) if name not in table.columns]
    if missing:
        raise ValueError(
            f"`before` or `after` lacks the column {missing[0]!r}; make them with "
            "`predictive_table` and name the endpoints"
        )
    same = ["endpoint", "figure", "printed"]
    if before[same].values.tolist() != after[same].values.tolist():
        raise ValueError(
            "`before` and `after` are not of the same printed figures in the same order; make "
            "them from one record"
        )


def _rows(table: pd.DataFrame, style: ArmStyle, *, shift: float) -> list[IntervalRow]:
    """Rows in units of the print; none where the print is 0."""
    printed = table["printed"].where(table["printed"] > 0.0, np.nan)
    figures = table[["median", "lower", "upper"]].div(printed, axis=0).to_numpy(dtype=float)
    return [
        IntervalRow(height + shift, median, lower, upper, style)
        for height, (median, lower, upper) in enumerate(figures.tolist())
    ]


def _limits(rows: list[IntervalRow]) -> tuple[float, float]:
    """Limits that hold the rows, but not more than `WIDEST` times the print or its inverse."""
    values = np.array([[row.lower, row.upper] for row in rows])
    known = np.clip(values[~np.isnan(values)], 1.0 / WIDEST, WIDEST)
    low, high = min(1.0, *known), max(1.0, *known)
    return float(low) / MARGIN, float(high) * MARGIN


def _text(row: dict[Any, Any]) -> str:
    decimals = DECIMALS.get(row["unit"], 2)
    drawn = interval(row["median"], row["lower"], row["upper"], decimals=decimals)
    if np.isnan(row["p"]):
        return drawn
    return f"{drawn}, p = {row['p']:.{3 if row['p'] < 0.1 else 2}f}"


def _label(row: dict[Any, Any], *, bound: bool) -> str:
    value = number(row["printed"], decimals=0 if row["unit"] == "patients" else 2)
    unit = " months" if row["unit"] == "months" else ""
    return f"{WORDS[row['figure']]}: {value}{unit}{' or more' if bound else ''}"


def _dress_rows(ax: Axes, labels: list[str], *, endpoints: list[str]) -> None:
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.set_yticks(range(len(labels)), labels=labels)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    for height, (one, following) in enumerate(pairwise(endpoints)):
        if one != following:
            ax.axhline(height + 0.5, color=FAINT, linewidth=0.6, zorder=0)
