"""Rows of a forest plot: a point, a thin interval, a thick one inside, numbers at the right."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from models.plots.style import INK, SMALL, ArmStyle

MARGIN = 0.06


class IntervalRow(NamedTuple):
    """One line of a forest plot.

    Attributes
    ----------
    height : float
        Where it stands on the vertical axis.
    median, lower, upper : float
        Point and limits; infinite limits run off the axis, not-a-number draws nothing.
    style : ArmStyle
        Colour, dashes and marker.
    inner : tuple of float or None
        Limits of the thick interval.
    """

    height: float
    median: float
    lower: float
    upper: float
    style: ArmStyle
    inner: tuple[float, float] | None = None


def interval_limits(rows: Sequence[IntervalRow], *, include: float | None) -> tuple[float, float]:
    """Limits of an axis that holds all finite figures of the rows, with a margin.

    Parameters
    ----------
    rows : sequence of IntervalRow
        Rows of one panel.
    include : float or None
        A value that the axis must show, such as that of no effect.
    """
    values = [value for row in rows for value in (row.median, row.lower, row.upper)]
    if include is not None:
        values.append(include)
    finite = np.array([value for value in values if np.isfinite(value)])
    if finite.size == 0:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    margin = MARGIN * (high - low) or 0.5
    return low - margin, high + margin


def draw_intervals(ax: Axes, rows: Sequence[IntervalRow], *, thin: float = 1.0) -> None:
    """Draw the rows of one panel, whose horizontal limits must be set.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Axes of the panel.
    rows : sequence of IntervalRow
        Rows to draw; a limit beyond the axis ends in an arrow head at its edge.
    thin : float
        Width of the thin interval in points.
    """
    edges = np.array(ax.get_xlim())
    for row in rows:
        if np.isnan([row.median, row.lower, row.upper]).any():
            continue
        low, high = np.clip((row.lower, row.upper), *edges)
        ax.plot([low, high], [row.height] * 2, **row.style.line, linewidth=thin, zorder=2)
        _arrow_heads(ax, row, edges)
        if row.inner is not None:
            ends = np.clip(row.inner, *edges)
            ax.plot(ends, [row.height] * 2, color=row.style.colour, linewidth=3.2 * thin, zorder=3)
        if np.isfinite(row.median):
            ax.plot([row.median], [row.height], marker=row.style.marker, markersize=4.6,
                    markerfacecolor="white", markeredgecolor=row.style.colour,
                    markeredgewidth=1.2, zorder=4)  # fmt: skip


def write_at_right(
    ax: Axes, heights: Sequence[float], texts: Sequence[str], *, colour: str = INK
) -> None:
    """Write a column of texts beside the right edge of a panel, one for each row."""
    for height, text in zip(heights, texts, strict=True):
        ax.annotate(
            text,
            (1.0, height),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL,
            color=colour,
            annotation_clip=False,
        )


def _arrow_heads(ax: Axes, row: IntervalRow, edges: NDArray[np.float64]) -> None:
    for limit, edge, marker in ((row.lower, edges[0], "<"), (row.upper, edges[1], ">")):
        if (limit < edge) if marker == "<" else (limit > edge):
            ax.plot([edge], [row.height], marker=marker, markersize=4.5, color=row.style.colour,
                    clip_on=False, zorder=4)  # fmt: skip
