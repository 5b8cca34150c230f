"""What matters most: how far power moves when one field after the other goes over its values."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from models.interval_estimate import Z_95
from models.plots.panels import own_axes
from models.plots.style import FAINT, INK, MUTED, SMALL, TINY, WIDE, styled

HEAD, ROW = 1.0, 0.42
THICK = 0.52
DOWN, UP = "#c9c2b4", "#5f9a86"
"""A light and a dark shade: power lost and power gained."""


@dataclass(frozen=True, kw_only=True)
class Swing:
    """Power at the two values of a field where it is least and most, all else as in the centre.

    Attributes
    ----------
    field : str
        What goes over its values.
    low, high : float
        Least and largest power.
    low_at, high_at : str
        Values of the field there.
    low_error, high_error : float
        Monte Carlo standard errors.
    """

    field: str
    low: float
    high: float
    low_at: str
    high_at: str
    low_error: float
    high_error: float


@styled
def plot_tornado(
    swings: Sequence[Swing],
    *,
    centre: float,
    centre_words: str = "",
    measure: str = "Probability of success",
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw swings as bars, the longest at the top.

    Parameters
    ----------
    swings : sequence of Swing
    centre : float
        Power where all fields have their central values.
    centre_words : str
        These values.
    measure : str
        What is drawn.
    title : str
    ax : matplotlib.axes.Axes, optional
        Axes to draw in.

    Returns
    -------
    matplotlib.axes.Axes
        Thin lines are 1.96 Monte Carlo standard errors to either side of each end.

    Examples
    --------
    >>> from simulate import Swing, plot_tornado
    >>> swing = Swing(field="patients", low=0.70, high=0.92, low_at="300", high_at="500",
    ...               low_error=0.01, high_error=0.01)
    >>> plot_tornado([swing], centre=0.85, centre_words="400 patients").get_xlabel()
    'Probability of success'
    """
    rows = sorted(swings, key=lambda swing: swing.low - swing.high)
    ax = own_axes(ax, width=WIDE, height=HEAD + ROW * (len(rows) + 1))
    low, high = min(row.low for row in rows), max(row.high for row in rows)
    room = 0.17 * max(high - low, 0.02)
    ax.set_xlim(low - room, high + room)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.grid(axis="x", color=FAINT, linewidth=0.5)
    for height, row in enumerate(rows):
        _draw_bar(ax, row, height, centre)
    ax.axvline(centre, color=INK, linewidth=1.0, gid="centre")
    ax.set_yticks(np.arange(len(rows)), labels=[row.field for row in rows])
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(measure)
    told = f"Line: {100 * centre:.1f}% at {centre_words}" if centre_words else ""
    note = "One field at a time; thin lines: 95% Monte Carlo intervals"
    ax.set_title("\n".join(line for line in (title, told, note) if line), fontsize=SMALL)
    return ax


def _draw_bar(ax: Axes, row: Swing, height: int, centre: float) -> None:
    for end, colour in ((row.low, DOWN), (row.high, UP)):
        ax.barh(height, end - centre, left=centre, height=THICK, color=colour, linewidth=0)
    ends = (
        (row.low, row.low_error, row.low_at, "right", -4),
        (row.high, row.high_error, row.high_at, "left", 4),
    )
    for end, error, value, side, apart in ends:
        ax.plot(end + Z_95 * np.array([-error, error]), [height] * 2, color=MUTED, linewidth=0.9,
                gid=f"mcse-{row.field}")  # fmt: skip
        outside = Z_95 * error * (1 if apart > 0 else -1)
        ax.annotate(f"{value}: {100 * end:.1f}%", (end + outside, height), xytext=(apart, 0),
                    textcoords="offset points", ha=side, va="center",
                    fontsize=TINY)  # fmt: skip
