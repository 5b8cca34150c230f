"""Assurance under one prior after another, and on other evidence."""

import textwrap
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from models.interval_estimate import Z_95
from models.plots.interval_rows import IntervalRow, draw_intervals, write_at_right
from models.plots.panels import own_axes
from models.plots.style import ARM_STYLES, CONTRAST, FAINT, INK, MUTED, SMALL, WIDE, styled

NAME_WIDTH = 30
LINE, ROW, HEAD = 0.14, 0.2, 1.0
DASHED = (0, (4, 2))


class AssuranceBar(NamedTuple):
    """One line of the picture.

    Attributes
    ----------
    name : str
        Of the prior or the evidence.
    value, mcse : float
        Assurance with its Monte Carlo standard error; not a number where draws were too thin.
    effective_size : float
        Draws that it rests on.
    """

    name: str
    value: float
    mcse: float
    effective_size: float


@styled
def plot_assurance_by_prior(
    bars: Sequence[AssuranceBar],
    *,
    at_mean: float,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw assurance row by row, with the power at the posterior mean as a line.

    Parameters
    ----------
    bars : sequence of AssuranceBar
        The posterior as it is first.
    at_mean : float
        Power at the posterior mean.
    title : str
        Such as the name of the design.
    ax : matplotlib.axes.Axes, optional
        Axes to draw in.

    Returns
    -------
    matplotlib.axes.Axes
        Lines are 95% Monte Carlo intervals, 1.96 standard errors to either side.
    """
    labels = [textwrap.fill(bar.name, NAME_WIDTH) for bar in bars]
    heights = [ROW + LINE * label.count("\n") for label in labels]
    ax = own_axes(ax, width=WIDE, height=HEAD + sum(heights))
    places = np.cumsum(heights) - np.asarray(heights) / 2
    rows = [_row(float(place), bar) for place, bar in zip(places, bars, strict=True)]
    ax.set_xlim(-0.01, 1.01)
    ax.set_ylim(sum(heights), 0.0)
    ax.grid(axis="x", color=FAINT, linewidth=0.5)
    style: dict[str, Any] = {
        "color": ARM_STYLES["control"].colour,
        "linewidth": 1.4,
        "linestyle": DASHED,
    }
    ax.axvline(at_mean, zorder=1, gid="power-at-mean", **style)
    draw_intervals(ax, rows, thin=1.4)
    for row, bar in zip(rows, bars, strict=True):
        write_at_right(ax, [row.height], [_text(bar)], colour=MUTED if _thin(bar) else INK)
    ax.set_yticks(places, labels=labels)
    ax.tick_params(axis="y", length=0)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_xlabel("Probability of success, averaged over the posterior")
    handle = Line2D([], [], label=f"power at the posterior mean: {100 * at_mean:.1f}%", **style)
    heading = "Assurance; lines and brackets: 95% Monte Carlo intervals"
    ax.legend(
        handles=[handle],
        loc="lower left",
        bbox_to_anchor=(0, 1),
        title=f"{title}\n{heading}" if title else heading,
        title_fontsize=SMALL,
        alignment="left",
    )
    return ax


def _thin(bar: AssuranceBar) -> bool:
    return bool(np.isnan(bar.value))


def _row(height: float, bar: AssuranceBar) -> IntervalRow:
    low, high = max(bar.value - Z_95 * bar.mcse, 0.0), min(bar.value + Z_95 * bar.mcse, 1.0)
    return IntervalRow(height, bar.value, low, high, CONTRAST)


def _text(bar: AssuranceBar) -> str:
    if _thin(bar):
        return f"worth {bar.effective_size:,.0f} draws: too thin"
    low, high = bar.value - Z_95 * bar.mcse, bar.value + Z_95 * bar.mcse
    return f"{100 * bar.value:.1f}% ({100 * max(low, 0):.1f} to {100 * min(high, 1):.1f})"
