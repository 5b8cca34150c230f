"""Axes to draw in: one of our own where none is given, and panels inside it."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from models.plots.style import dress


def own_axes(ax: Axes | None, *, width: float, height: float) -> Axes:
    """Return the given axes, or those of a new figure.

    Parameters
    ----------
    ax : matplotlib.axes.Axes or None
        Axes to draw in; none makes a figure, reached by `ax.figure`.
    width, height : float
        Size of the new figure in inches.

    Returns
    -------
    matplotlib.axes.Axes
    """
    if ax is None:
        ax = Figure(figsize=(width, height), layout="constrained").add_subplot()
    dress(ax)
    return ax


def stacked(ax: Axes, heights: Sequence[float], *, gaps: Sequence[float]) -> list[Axes]:
    """Panels one below the other inside axes that are themselves hidden, first at the top.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Frame of the panels; its own axis lines are switched off.
    heights : sequence of float, shape (P,)
        Relative heights.
    gaps : sequence of float, shape (P - 1,)
        Room below each panel but the last, in the same unit.

    Returns
    -------
    list of matplotlib.axes.Axes
    """
    ax.set_axis_off()
    total = sum(heights) + sum(gaps)
    panels, top = [], total
    for height, gap in zip(heights, [*gaps, 0.0], strict=True):
        panels.append(ax.inset_axes((0.0, (top - height) / total, 1.0, height / total)))
        top -= height + gap
    return _dressed(panels)


def abreast(ax: Axes, widths: Sequence[float], *, gaps: Sequence[float]) -> list[Axes]:
    """Panels side by side inside axes that are themselves hidden, first at the left.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Frame of the panels; its own axis lines are switched off.
    widths : sequence of float, shape (P,)
        Relative widths.
    gaps : sequence of float, shape (P - 1,)
        Room to the right of each panel but the last, in the same unit.

    Returns
    -------
    list of matplotlib.axes.Axes
    """
    ax.set_axis_off()
    total = sum(widths) + sum(gaps)
    panels, left = [], 0.0
    for width, gap in zip(widths, [*gaps, 0.0], strict=True):
        panels.append(ax.inset_axes((left / total, 0.0, width / total, 1.0)))
        left += width + gap
    return _dressed(panels)


def grid(ax: Axes, *, rows: int, columns: int, gap: tuple[float, float]) -> list[Axes]:
    """Equal panels in rows inside axes that are themselves hidden, read like text.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Frame of the panels; its own axis lines are switched off.
    rows, columns : int
        At least 1 each.
    gap : tuple of float
        Room between columns and between rows, as shares of a panel's width and height.

    Returns
    -------
    list of matplotlib.axes.Axes, length rows x columns
    """
    ax.set_axis_off()
    width = 1 / (columns + (columns - 1) * gap[0])
    height = 1 / (rows + (rows - 1) * gap[1])
    panels = [
        ax.inset_axes(
            (
                column * width * (1 + gap[0]),
                1 - height - row * height * (1 + gap[1]),
                width,
                height,
            )
        )
        for row in range(rows)
        for column in range(columns)
    ]
    return _dressed(panels)


def _dressed(panels: list[Axes]) -> list[Axes]:
    for panel in panels:
        dress(panel)
    return panels
