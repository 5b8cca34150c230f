"""Family-wise error: how often a trial wins an endpoint that is without effect."""

import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike, NDArray

from models.interval_estimate import Z_95
from models.plots.interval_rows import IntervalRow, draw_intervals, write_at_right
from models.plots.panels import own_axes
from models.plots.style import CONTRAST, FAINT, MUTED, SMALL, WIDE, ArmStyle, styled

Floats = NDArray[np.float64]

ABOVE = ArmStyle("#b3261e", None, "X")
"""A family-wise error above alpha by more than its Monte Carlo error."""
NAME_WIDTH = 30
LINE, ROW, HEAD = 0.14, 0.16, 1.15
DASHED = (0, (2, 2))


@styled
def plot_family_wise_error(
    names: Sequence[str],
    *,
    errors: ArrayLike,
    mcse: ArrayLike,
    alpha: float,
    null: Sequence[Sequence[str]],
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw the share of trials that reject an endpoint without effect, by configuration.

    Parameters
    ----------
    names : sequence of str
        Truths in which some endpoint is without effect.
    errors, mcse : array_like, shape (configuration,)
        Share of trials that reject such an endpoint, and its Monte Carlo standard error.
    alpha : float
        One-sided family-wise error allowed, drawn as a line.
    null : sequence of sequence of str, length configuration
        Names of the endpoints without effect.
    title : str
        Such as the name of the design.
    ax : matplotlib.axes.Axes, optional
        Axes to draw in.

    Returns
    -------
    matplotlib.axes.Axes
        Lines are 95% Monte Carlo intervals, 1.96 standard errors to either side; those that lie
        above alpha as a whole are marked.

    Raises
    ------
    ValueError
        If the numbers do not belong to the names, or a truth has no endpoint without effect.

    Examples
    --------
    >>> from simulate import plot_family_wise_error
    >>> ax = plot_family_wise_error(
    ...     ["no effect", "effect on PFS alone"], errors=[0.024, 0.025], mcse=[0.0005, 0.0005],
    ...     alpha=0.025, null=[["PFS", "OS"], ["OS"]],
    ... )
    >>> ax.get_xlabel()
    'Probability to win an endpoint without effect'
    """
    share, error = np.asarray(errors, dtype=float), np.asarray(mcse, dtype=float)
    _demand(names, share, error, null)
    labels = [_label(name, without) for name, without in zip(names, null, strict=True)]
    heights = [ROW + LINE * (label.count("\n") + 1) for label in labels]
    ax = own_axes(ax, width=WIDE, height=HEAD + sum(heights))
    places = np.cumsum(heights) - np.asarray(heights) / 2
    rows = [
        _row(float(place), float(s), float(e), alpha)
        for place, s, e in zip(places, share, error, strict=True)
    ]
    highest = max(alpha * 1.25, *(row.upper for row in rows))
    ax.set_xlim(-0.02 * highest, 1.06 * highest)
    ax.set_ylim(sum(heights), 0.0)
    ax.grid(axis="x", color=FAINT, linewidth=0.5)
    ax.axvline(alpha, color=MUTED, linewidth=1.2, linestyle=DASHED, zorder=1, gid="alpha")
    draw_intervals(ax, rows, thin=1.4)
    for row in rows:
        text = f"{100 * row.median:.2f}% ({100 * row.lower:.2f} to {100 * row.upper:.2f})"
        write_at_right(ax, [row.height], [text], colour=row.style.colour)
    ax.set_yticks(places, labels=labels)
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel("Probability to win an endpoint without effect")
    _legend(ax, rows, alpha=alpha, title=title)
    return ax


def _demand(
    names: Sequence[str], share: Floats, error: Floats, null: Sequence[Sequence[str]]
) -> None:
    count = len(names)
    for name, size in (("errors", share.size), ("mcse", error.size), ("null", len(null))):
        if size != count or count == 0:
            raise ValueError(
                f"`{name}` needs one entry for each of {count} truths, at least one, got {size}"
            )
    for truth, without in zip(names, null, strict=True):
        if not without:
            raise ValueError(
                f"`null` of {truth!r} is empty; every endpoint has an effect there and none can "
                "be won wrongly, leave this truth out"
            )


def _label(name: str, without: Sequence[str]) -> str:
    return f"{textwrap.fill(name, NAME_WIDTH)}\nno effect on {' and '.join(without)}"


def _row(height: float, share: float, error: float, alpha: float) -> IntervalRow:
    low, high = max(share - Z_95 * error, 0.0), min(share + Z_95 * error, 1.0)
    return IntervalRow(height, share, low, high, ABOVE if low > alpha else CONTRAST)


def _legend(ax: Axes, rows: list[IntervalRow], *, alpha: float, title: str) -> None:
    handles = [
        Line2D([], [], color=MUTED, linewidth=1.2, linestyle=DASHED,
               label=f"one-sided alpha {alpha:g}")
    ]  # fmt: skip
    if any(row.style is ABOVE for row in rows):
        handles.append(
            Line2D([], [], color=ABOVE.colour, marker=ABOVE.marker, markersize=4.6, linewidth=1.4,
                   markerfacecolor="white", label="above alpha beyond Monte Carlo error")
        )  # fmt: skip
    heading = "Family-wise error; lines and brackets: 95% Monte Carlo intervals"
    ax.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        title=f"{title}\n{heading}" if title else heading,
        title_fontsize=SMALL,
        alignment="left",
        ncols=2,
    )
