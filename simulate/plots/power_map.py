"""Power over two fields at once: a map of shades with contours of wanted powers."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.patheffects import withStroke
from numpy.typing import ArrayLike, NDArray

from models.plots.panels import own_axes
from models.plots.style import INK, SMALL, TINY, WIDE, styled

Floats = NDArray[np.float64]

HEIGHT = 4.6
MOST_WRITTEN = 12
DARK = 0.62
SHADES = LinearSegmentedColormap.from_list(
    "power", ["#f7f4ec", "#cfe0d2", "#86b9a3", "#3f8a78", "#0f4f4b"]
)
"""One hue from light to dark, so that grey print keeps the order."""

Labels = Sequence[float] | Sequence[str]


@styled
def plot_power_map(
    power: ArrayLike,
    *,
    columns: Labels,
    rows: Labels,
    fields: tuple[str, str],
    levels: Sequence[float] = (0.8, 0.9),
    worst_error: float = 0.0,
    measure: str = "Probability of success",
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw power as shades, and contours where both fields are numbers.

    Parameters
    ----------
    power : array (row, column)
        Not a number where unknown.
    columns, rows : sequence of float or str
        Values of the fields; numbers increase.
    fields : (str, str)
        Names of the fields of the columns and of the rows.
    levels : sequence of float
        Powers that get a contour, where there are three values of each field or more.
    worst_error : float
        Largest Monte Carlo standard error, which is told.
    measure : str
        What is drawn.
    title : str
    ax : matplotlib.axes.Axes, optional
        Axes to draw in.

    Returns
    -------
    matplotlib.axes.Axes
        Up to 12 rows and columns have their percentages written in.

    Examples
    --------
    >>> import numpy as np
    >>> from simulate import plot_power_map
    >>> ax = plot_power_map(
    ...     np.array([[0.7, 0.8, 0.9], [0.6, 0.7, 0.8], [0.5, 0.6, 0.7]]), columns=[200, 300, 400],
    ...     rows=[0.6, 0.65, 0.7], fields=("Patients", "HR, RT versus control, below 1 favours RT"),
    ...     worst_error=0.01,
    ... )
    >>> ax.get_xlabel()
    'Patients'
    """
    shares = np.asarray(power, np.float64)
    ax = own_axes(ax, width=WIDE, height=HEIGHT)
    x, across = _edges(columns)
    y, up = _edges(rows)
    shade = Normalize(float(np.nanmin(shares)), float(np.nanmax(shares)))
    ax.pcolormesh(across, up, shares, cmap=SHADES, norm=shade, edgecolors="face", linewidth=0.1)
    if max(shares.shape) <= MOST_WRITTEN:
        _write(ax, x, y, shares, shade)
    numbers = not any(isinstance(value, str) for value in (*columns, *rows))
    if numbers and min(shares.shape) > 2:
        _draw_contours(ax, x, y, shares, levels)
    for axis, places, labels in ((ax.xaxis, x, columns), (ax.yaxis, y, rows)):
        if len(labels) <= MOST_WRITTEN:
            axis.set_ticks(places, labels=[_label(value) for value in labels])
    ax.set_xlabel(fields[0])
    ax.set_ylabel(fields[1])
    _bar(ax, shade, measure)
    told = (
        f"Monte Carlo standard error at most {100 * worst_error:.2g} points" if worst_error else ""
    )
    ax.set_title("\n".join(line for line in (title, told) if line), fontsize=SMALL)
    return ax


def _edges(values: Labels) -> tuple[Floats, Floats]:
    """Places of values, and edges of their cells halfway between."""
    named = any(isinstance(value, str) for value in values)
    places = np.arange(len(values)) if named else np.asarray(values)
    x = places.astype(np.float64)
    if x.size == 1:
        return x, x[0] + np.array([-0.5, 0.5])
    middle = (x[1:] + x[:-1]) / 2
    return x, np.concatenate([[1.5 * x[0] - 0.5 * x[1]], middle, [1.5 * x[-1] - 0.5 * x[-2]]])


def _label(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.6g}"


def _write(ax: Axes, x: Floats, y: Floats, shares: Floats, shade: Normalize) -> None:
    # Contours pass behind the numbers, which stand on the shade of their own cells.
    for row, height in enumerate(y):
        for column, place in enumerate(x):
            share = float(shares[row, column])
            if np.isfinite(share):
                ax.text(float(place), float(height), f"{100 * share:.0f}%", ha="center",
                        va="center", fontsize=TINY, zorder=4,
                        color="white" if shade(share) > DARK else INK,
                        bbox={"facecolor": SHADES(shade(share)), "linewidth": 0, "pad": 1.2},
                        )  # fmt: skip


def _draw_contours(ax: Axes, x: Floats, y: Floats, shares: Floats, levels: Sequence[float]) -> None:
    inside = [one for one in levels if np.nanmin(shares) < one < np.nanmax(shares)]
    if not inside:
        return
    lines = ax.contour(x, y, shares, levels=inside, colors=INK, linewidths=1.3, zorder=3)
    for label in ax.clabel(lines, fmt=lambda level: f"{100 * level:g}%", fontsize=SMALL):
        label.set_path_effects([withStroke(linewidth=2.5, foreground="white")])


def _bar(ax: Axes, shade: Normalize, measure: str) -> None:
    inset = ax.inset_axes((1.02, 0.0, 0.03, 1.0))
    bar = inset.figure.colorbar(ScalarMappable(shade, SHADES), cax=inset)
    bar.set_label(measure)
    bar.outline.set_visible(False)
    bar.ax.tick_params(labelsize=SMALL)
