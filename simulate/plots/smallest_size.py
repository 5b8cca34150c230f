"""The smallest size with a wanted power, over the values of another field."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from models.interval_estimate import Z_95
from models.plots.panels import own_axes
from models.plots.style import FAINT, INK, MUTED, SMALL, WIDE, styled
from simulate.plots.power_by_test import TRUTH_STYLES

Floats = NDArray[np.float64]

HEIGHT = 4.0
MOST_TICKS = 12
SMALLEST = 1e-9


@dataclass(frozen=True, kw_only=True)
class SmallestSizes:
    """Sizes at which power reaches a target, by value of a field.

    Attributes
    ----------
    target : float
    size, low, high : array (value,)
        Size and its interval from the Monte Carlo error; minus infinity where the smallest size
        simulated has more power already, infinity where the largest has not.
    """

    target: float
    size: Floats
    low: Floats
    high: Floats


def smallest_sizes(
    sizes: ArrayLike, power: ArrayLike, error: ArrayLike, *, target: float
) -> SmallestSizes:
    """Interpolate where power reaches a target, from powers made monotone.

    Parameters
    ----------
    sizes : array (size,)
        Increasing.
    power, error : array (value, size)
        Power and its Monte Carlo standard error.
    target : float
        Strictly between 0 and 1.

    Returns
    -------
    SmallestSizes
        Interpolated on the normal scale of power, over which the square root of the size is nearly
        straight. The interval is where power less and plus 1.96 standard errors reach the target.

    Examples
    --------
    >>> from simulate import smallest_sizes
    >>> power, error = [[0.70, 0.85, 0.95]], [[0.01, 0.01, 0.01]]
    >>> found = smallest_sizes([200, 300, 400], power, error, target=0.8)
    >>> bool(200 < found.size[0] < 300)
    True
    """
    root = np.sqrt(np.asarray(sizes, np.float64))
    shares, spread = np.asarray(power, np.float64), Z_95 * np.asarray(error, np.float64)

    def crossing(values: Floats) -> Floats:
        return np.array([_crossing(root, monotone(row), target) for row in values])

    return SmallestSizes(
        target=target,
        size=crossing(shares),
        low=crossing(shares + spread),
        high=crossing(shares - spread),
    )


def monotone(values: Floats) -> Floats:
    """Increasing values nearest to these in least squares (pool adjacent violators)."""
    means: list[float] = []
    counts: list[int] = []
    for value in values.tolist():
        means.append(value)
        counts.append(1)
        while len(means) > 1 and means[-2] > means[-1]:
            count = counts[-2] + counts[-1]
            mean = (means[-2] * counts[-2] + means[-1] * counts[-1]) / count
            means[-2:], counts[-2:] = [mean], [count]
    return np.repeat(np.array(means), counts)


def _crossing(root: Floats, power: Floats, target: float) -> float:
    if np.isnan(power).any():
        return np.nan
    if power[0] > target:
        return -np.inf
    if power[-1] < target:
        return np.inf
    z = ndtri(np.clip(power, SMALLEST, 1.0 - SMALLEST))
    place = int(np.searchsorted(z, ndtri(target)))
    if place == 0:
        return float(root[0] ** 2)
    share = (ndtri(target) - z[place - 1]) / (z[place] - z[place - 1])
    return float((root[place - 1] + share * (root[place] - root[place - 1])) ** 2)


@styled
def plot_smallest_sizes(
    found: Sequence[SmallestSizes],
    *,
    values: Sequence[float] | Sequence[str],
    sizes: ArrayLike,
    field: str,
    size_label: str = "Smallest number of patients",
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw the smallest sizes for one or several powers.

    Parameters
    ----------
    found : sequence of SmallestSizes
        One a target.
    values : sequence of float or str
        Of the field.
    sizes : array (size,)
        That were simulated; answers beyond them are arrow heads at the edge.
    field, size_label : str
        Words at the axes.
    title : str
    ax : matplotlib.axes.Axes, optional
        Axes to draw in.

    Returns
    -------
    matplotlib.axes.Axes
        Bars are 95% intervals from the Monte Carlo error.

    Examples
    --------
    >>> from simulate import plot_smallest_sizes, smallest_sizes
    >>> power, error = [[0.70, 0.85, 0.95], [0.60, 0.75, 0.88]], [[0.01] * 3, [0.01] * 3]
    >>> ax = plot_smallest_sizes(
    ...     [smallest_sizes([200, 300, 400], power, error, target=0.8)], values=[0.65, 0.7],
    ...     sizes=[200, 300, 400], field="HR, RT versus control, below 1 favours RT",
    ... )
    >>> ax.get_ylabel()
    'Smallest number of patients'
    """
    simulated = np.asarray(sizes, np.float64)
    first, last = float(simulated[0]), float(simulated[-1])
    named = any(isinstance(value, str) for value in values)
    x = np.arange(len(values)) if named else np.asarray(values)
    ax = own_axes(ax, width=WIDE, height=HEIGHT)
    ax.grid(color=FAINT, linewidth=0.5)
    for place, one in enumerate(found):
        _draw_target(ax, x.astype(np.float64), one, place, (first, last))
    margin = 0.08 * (last - first)
    ax.set_ylim(first - margin, last + margin)
    ax.margins(x=0.06)
    ax.update_datalim([(float(place), first) for place in x])
    ax.autoscale_view(scaley=False)
    for edge in (first, last):
        ax.axhline(edge, color=MUTED, linewidth=0.8, linestyle=(0, (2, 2)), zorder=1)
    if named or len(values) <= MOST_TICKS:
        ax.set_xticks(x, labels=[v if isinstance(v, str) else f"{v:.6g}" for v in values])
    ax.set_xlabel(field)
    ax.set_ylabel(size_label)
    _legend(ax, found, title)
    return ax


def _draw_target(
    ax: Axes, x: Floats, one: SmallestSizes, place: int, edges: tuple[float, float]
) -> None:
    style = TRUTH_STYLES[place]
    inside = np.isfinite(one.size)
    low, high = (np.clip(limit, *edges) for limit in (one.low, one.high))
    ax.vlines(x[inside], low[inside], high[inside], color=style.colour, linewidth=1.3, zorder=2)
    ax.plot(x[inside], one.size[inside], color=style.colour, marker=style.marker,
            markersize=4.8, markerfacecolor="white", markeredgewidth=1.2, zorder=3,
            gid=f"size-{one.target}")  # fmt: skip
    for limit, edge, mark, side in ((np.inf, edges[1], "▲", 1), (-np.inf, edges[0], "▼", -1)):
        for here in x[one.size == limit]:
            ax.annotate(mark, (float(here), edge), xytext=(0, side * (2 + 9 * place)),
                        textcoords="offset points", ha="center",
                        va="bottom" if side > 0 else "top", fontsize=SMALL,
                        color=style.colour, annotation_clip=False)  # fmt: skip


def _legend(ax: Axes, found: Sequence[SmallestSizes], title: str) -> None:
    lines = [line for line in ax.get_lines() if str(line.get_gid()).startswith("size-")]
    heading = (
        "Bars: 95% intervals from the Monte Carlo error; ▲ ▼: beyond the range simulated (dashed)"
    )
    ax.legend(
        lines,
        [f"power {100 * one.target:g}%" for one in found],
        loc="lower left",
        bbox_to_anchor=(0, 1),
        title=f"{title}\n{heading}" if title else heading,
        title_fontsize=SMALL,
        labelcolor=INK,
        alignment="left",
        ncols=4,
    )
