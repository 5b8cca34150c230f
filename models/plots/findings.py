"""Findings beside survival: the share of patients in each arm, and the difference."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from models.plots.interval_rows import IntervalRow, draw_intervals, write_at_right
from models.plots.panels import abreast, own_axes
from models.plots.style import ARM_STYLES, CONTRAST, MUTED, WIDE, styled
from models.plots.wording import ARM_LABELS, central_masses

if TYPE_CHECKING:
    import pandas as pd

ROW, AXIS = 0.4, 0.9
LABEL_WIDTH = 38
APART = 0.16
ARMS = ("control", "rt")


class FindingsAxes(NamedTuple):
    """Axes of the shares and of their differences."""

    shares: Axes
    difference: Axes


@styled
def plot_findings(table: pd.DataFrame, *, ax: Axes | None = None) -> FindingsAxes:
    """Draw shares and differences of all findings that can be computed.

    Parameters
    ----------
    table : pandas.DataFrame
        From `models.findings.table.findings_table`.
    ax : matplotlib.axes.Axes, optional
        Frame to draw in; its own axis lines are switched off.

    Returns
    -------
    FindingsAxes

    Raises
    ------
    ValueError
        If no finding can be computed.
    """
    known = table[table["tables"] > 0].reset_index(drop=True)
    if known.empty:
        raise ValueError("`table` has no finding that can be computed; there is nothing to draw")
    frame = own_axes(ax, width=WIDE, height=ROW * len(known) + AXIS)
    mass = central_masses(float(known["ci_prob"].iloc[0]))
    frame.set_title(f"Shares of patients: posterior means with {mass}")
    shares, difference = abreast(frame, (1.0, 1.0), gaps=[0.38])
    _draw_shares(shares, known)
    _draw_difference(difference, known)
    return FindingsAxes(shares, difference)


def _draw_shares(ax: Axes, table: pd.DataFrame) -> None:
    ax.set_xlim(0.0, 1.0)
    for side, arm in zip((-APART, APART), ARMS, strict=True):
        rows = [
            IntervalRow(
                height=place + side,
                median=row[f"{arm}_share_mean"] if row["tables"] == 1 else np.inf,
                lower=row[f"{arm}_share_lower"],
                upper=row[f"{arm}_share_upper"],
                style=ARM_STYLES[arm],
            )
            for place, row in enumerate(table.to_dict("records"))
        ]
        draw_intervals(ax, rows)
    labels = [textwrap.fill(label, LABEL_WIDTH) for label in table["finding"]]
    ax.set_yticks(range(len(table)), labels=labels)
    ax.set_xlabel("Share of the arm's patients")
    _dress_rows(ax, len(table))
    for arm in ARMS:
        style = ARM_STYLES[arm]
        ax.plot([], [], **style.line, marker=style.marker, mfc="white", label=ARM_LABELS[arm])
    ax.legend(loc="upper right", bbox_to_anchor=(-0.05, 0.0))
    for place, row in enumerate(table.to_dict("records")):
        for side, arm in zip((-APART, APART), ARMS, strict=True):
            write_at_right(ax, [place + side], [row[arm]], colour=ARM_STYLES[arm].colour)


def _draw_difference(ax: Axes, table: pd.DataFrame) -> None:
    rows = [
        IntervalRow(
            height=place,
            median=row["difference_mean"] if row["tables"] == 1 else np.inf,
            lower=row["difference_lower"],
            upper=row["difference_upper"],
            style=CONTRAST,
        )
        for place, row in enumerate(table.to_dict("records"))
    ]
    ax.set_xlim(-1.0, 1.0)
    ax.axvline(0.0, color=MUTED, linewidth=0.8, linestyle=(0, (1, 2)))
    draw_intervals(ax, rows)
    ax.set_yticks([])
    ax.set_xlabel("Share with RT minus share in control;\nat the right P(share higher with RT)")
    _dress_rows(ax, len(table))
    write_at_right(ax, range(len(table)), [_chance(row) for row in table.to_dict("records")])


def _dress_rows(ax: Axes, rows: int) -> None:
    ax.set_ylim(rows - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


def _chance(row: dict[Any, Any]) -> str:
    low, high = row["p_rt_higher_lowest"], row["p_rt_higher_highest"]
    if row["tables"] == 1:
        return f"{low:.3f}"
    return f"{low:.2f} to {high:.2f}"
