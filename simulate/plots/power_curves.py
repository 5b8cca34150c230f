"""Power over one field of a design or truth, a line for each value of another."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from models.interval_estimate import Z_95
from models.plots.panels import own_axes
from models.plots.style import FAINT, MUTED, SMALL, WIDE, styled
from simulate.plots.power_by_test import TRUTH_STYLES

Floats = NDArray[np.float64]

HEIGHT = 4.2
DASHES = ("solid", (0, (5, 1.5)), (0, (1.5, 1.2)), (0, (6, 1.5, 1.5, 1.5)))
ROOM = 90
MOST_LINES = len(TRUTH_STYLES)


@styled
def plot_power_curves(
    values: ArrayLike,
    power: ArrayLike,
    error: ArrayLike,
    *,
    lines: Sequence[str] = ("",),
    field: str,
    lines_field: str = "",
    targets: Sequence[float] = (),
    measure: str = "Probability of success",
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw power curves with bands of their Monte Carlo error.

    Parameters
    ----------
    values : array (value,)
        Of the field, increasing.
    power, error : array (line, value)
        Power and its Monte Carlo standard error; not a number where unknown.
    lines : sequence of str, length line
        What each line stands for.
    field, lines_field : str
        Names of the fields, at the horizontal axis and above the names of the lines.
    targets : sequence of float
        Powers to be drawn as lines across.
    measure : str
        What is drawn.
    title : str
    ax : matplotlib.axes.Axes, optional
        Axes to draw in.

    Returns
    -------
    matplotlib.axes.Axes
        Bands are 1.96 standard errors to either side.

    Raises
    ------
    ValueError
        If there are more lines than can be told apart.

    Examples
    --------
    >>> import numpy as np
    >>> from simulate import plot_power_curves
    >>> ax = plot_power_curves(
    ...     [200, 300, 400], np.array([[0.70, 0.80, 0.90], [0.50, 0.60, 0.70]]),
    ...     np.full((2, 3), 0.01), lines=["0.65", "0.70"], field="Patients",
    ...     lines_field="HR, RT versus control, below 1 favours RT", targets=[0.8],
    ... )
    >>> ax.get_xlabel()
    'Patients'
    """
    x, shares, errors = (np.asarray(given, np.float64) for given in (values, power, error))
    if len(lines) > MOST_LINES:
        raise ValueError(
            f"`lines` has {len(lines)} names and {MOST_LINES} lines can be told apart; draw fewer "
            "at once"
        )
    ax = own_axes(ax, width=WIDE, height=HEIGHT)
    ax.grid(color=FAINT, linewidth=0.5)
    for target in targets:
        ax.axhline(
            target, color=MUTED, linewidth=1.0, linestyle=(0, (2, 2)), gid=f"target-{target}"
        )
    for place, (name, share, spread) in enumerate(zip(lines, shares, errors, strict=True)):
        _draw_line(ax, x, share, spread, place=place, name=name)
    ax.set_xlabel(field)
    ax.set_ylabel(measure)
    ax.set_ylim(*_limits(shares, errors, targets))
    _legend(ax, named=len(lines) > 1, lines_field=lines_field, title=title)
    return ax


def _draw_line(ax: Axes, x: Floats, share: Floats, error: Floats, *, place: int, name: str) -> None:
    style, dashes = TRUTH_STYLES[place], DASHES[place % len(DASHES)]
    low, high = np.maximum(share - Z_95 * error, 0.0), np.minimum(share + Z_95 * error, 1.0)
    ax.fill_between(x, low, high, color=style.colour, alpha=0.22, linewidth=0, gid=f"band-{name}")
    known = np.isfinite(share)
    ax.plot(x[known], share[known], color=style.colour, linestyle=dashes, label=name,
            marker=style.marker, markersize=4.4, markerfacecolor="white", markeredgewidth=1.1,
            zorder=3, gid=f"power-{name}")  # fmt: skip


def _limits(share: Floats, error: Floats, targets: Sequence[float]) -> tuple[float, float]:
    """Hold all bands and targets; the whole range where they take most of it."""
    low = float(np.nanmin([*np.ravel(share - Z_95 * error), *targets]))
    high = float(np.nanmax([*np.ravel(share + Z_95 * error), *targets]))
    if high - low > 0.6:
        return -0.01, 1.01
    margin = 0.06 * max(high - low, 0.02)
    return max(low - margin, -0.01), min(high + margin, 1.01)


def _legend(ax: Axes, *, named: bool, lines_field: str, title: str) -> None:
    heading = "Bands: 95% Monte Carlo intervals"
    if named and lines_field:
        heading += f"; lines: {lines_field}"
    handles, labels = ax.get_legend_handles_labels() if named else ([], [])
    ax.legend(
        handles,
        labels,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        title=f"{title}\n{heading}" if title else heading,
        title_fontsize=SMALL,
        alignment="left",
        ncols=len(labels) if sum(map(len, labels)) + 8 * len(labels) < ROOM else 4,
    )
