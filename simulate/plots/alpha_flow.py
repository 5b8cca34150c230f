"""How alpha flows between endpoints: a box for each, arrows along which alpha is passed on."""

import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from numpy.typing import ArrayLike, NDArray

from models.plots.panels import own_axes
from models.plots.style import INK, MUTED, SMALL, WIDE, styled

Floats = NDArray[np.float64]

COLOUR, WAITING = "#e3efe9", "#ffffff"
NAME_WIDTH, NAME_LINES = 14, 4
HALF_WIDTH, LINE, PADDING = 0.36, 0.11, 0.07
OUTERMOST, NEARER, RISE = 0.37, 0.11, 0.24
DASHED = (0, (3.4, 1.3))


@styled
def plot_alpha_flow(
    names: Sequence[str],
    *,
    alpha: ArrayLike,
    transitions: ArrayLike,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw the endpoints of a trial with their alpha, and where it goes when they are won.

    Parameters
    ----------
    names : sequence of str
        Endpoints in the order of the boxes, left to right.
    alpha : array_like, shape (endpoint,)
        One-sided alpha that each has at the start; a box without any is dashed.
    transitions : array_like, shape (endpoint, endpoint)
        Share of its alpha that the endpoint of the row passes to that of the column. Shares of 0
        are not drawn.
    title : str
        Such as the name of the design.
    ax : matplotlib.axes.Axes, optional
        Axes to draw in.

    Returns
    -------
    matplotlib.axes.Axes
        Arrows to the right run above the boxes, those to the left below.

    Raises
    ------
    ValueError
        If the numbers do not belong to the endpoints.

    Examples
    --------
    >>> from simulate import plot_alpha_flow
    >>> ax = plot_alpha_flow(["PFS", "OS"], alpha=[0.005, 0.02], transitions=[[0, 1], [1, 0]])
    >>> ax.axison
    False
    """
    levels, shares = np.asarray(alpha, dtype=float), np.asarray(transitions, dtype=float)
    count = len(names)
    if levels.shape != (count,) or shares.shape != (count, count):
        raise ValueError(
            f"`alpha` and `transitions` need shapes ({count},) and ({count}, {count}) for {count} "
            f"endpoints, got {levels.shape} and {shares.shape}"
        )
    labels = [_wrapped(name) for name in names]
    half = PADDING + 0.5 * LINE * (2 + max(label.count("\n") for label in labels))
    pairs = [(i, j) for i, j in np.argwhere(shares > 0.0).tolist() if i != j]
    reach = [RISE * max((side * (j - i) for i, j in pairs), default=0) for side in (1, -1)]
    above, below = (half + 0.1 + max(rise, 0.0) for rise in reach)
    ax = own_axes(ax, width=WIDE * max(count, 2) / 4, height=0.55 + 1.6 * (above + below))
    ax.set_axis_off()
    ax.set_xlim(-0.5, count - 0.5)
    ax.set_ylim(-below, above)
    for i, j in pairs:
        _draw_arrow(ax, i, j, half, float(shares[i, j]), f"{names[i]} to {names[j]}")
    for place, label in enumerate(labels):
        _draw_box(ax, place, label, float(levels[place]), half, f"box-{names[place]}")
    _write_heading(ax, title, passes=bool(pairs))
    return ax


def _wrapped(name: str) -> str:
    return textwrap.fill(name, NAME_WIDTH, max_lines=NAME_LINES, placeholder="…")


def _draw_box(ax: Axes, place: int, label: str, alpha: float, half: float, name: str) -> None:
    box = FancyBboxPatch(
        (place - HALF_WIDTH, -half),
        2 * HALF_WIDTH,
        2 * half,
        boxstyle="round,pad=0,rounding_size=0.06",
        facecolor=COLOUR if alpha > 0.0 else WAITING,
        edgecolor=INK,
        linewidth=1.0,
        linestyle="solid" if alpha > 0.0 else DASHED,
        zorder=3,
        gid=name,
    )
    ax.add_patch(box)
    ax.text(place, 0, f"{label}\n{alpha:.4g}", ha="center", va="center", linespacing=1.2, zorder=4)


def _draw_arrow(ax: Axes, i: int, j: int, half: float, share: float, name: str) -> None:
    """Draw an arc from box i to box j: above the boxes to the right, below them to the left.

    The longer an arc, the nearer to the middles of its boxes it ends, so that none lies on another.
    """
    side = 1 if j > i else -1
    leave = side * (OUTERMOST - NEARER * abs(j - i))
    start, end = i + leave, j - leave
    middle, top = 0.5 * (start + end), side * (half + RISE * abs(j - i))
    control = (middle, 2.0 * top - side * half)
    arc = Path(
        [(start, side * half), control, (end, side * half)], [Path.MOVETO, Path.CURVE3, Path.CURVE3]
    )
    ax.add_patch(
        FancyArrowPatch(path=arc, arrowstyle="-|>,head_length=5,head_width=2.6", mutation_scale=1,
                        color=MUTED, linewidth=1.1, shrinkA=0, shrinkB=0, zorder=2, gid=name)
    )  # fmt: skip
    ax.text(middle, top, f"{share:.3g}", ha="center", va="center", fontsize=SMALL, zorder=5,
            path_effects=[withStroke(linewidth=4.0, foreground="white")])  # fmt: skip


def _write_heading(ax: Axes, title: str, *, passes: bool) -> None:
    lines = ["In the boxes: one-sided alpha at the start"]
    if passes:
        lines.append("On arrows: share of it passed on once the endpoint is won")
    else:
        lines.append("No alpha is passed on")
    ax.set_title("\n".join([title, *lines] if title else lines), fontsize=SMALL, linespacing=1.3)
