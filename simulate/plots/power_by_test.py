"""Power by test: a row a test, a mark a truth, such as early, proportional and late effects."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from models.interval_estimate import Z_95
from models.plots.panels import own_axes
from models.plots.style import FAINT, INK, MUTED, SMALL, WIDE, ArmStyle, styled
from simulate.plots.wording import TEST_LABELS

if TYPE_CHECKING:
    import xarray as xr

Floats = NDArray[np.float64]

TRUTH_STYLES = (
    ArmStyle(INK, None, "o"),
    ArmStyle("#c4560a", None, "s"),
    ArmStyle("#1877b4", None, "^"),
    ArmStyle("#7a3b86", None, "D"),
    ArmStyle("#0f6b4f", None, "v"),
    ArmStyle("#8a6d00", None, "P"),
    ArmStyle("#b3366b", None, "*"),
    ArmStyle("#595959", None, "X"),
)
NAME_WIDTH = 22
APART, ROOM = 0.09, 0.13
HEAD, COLUMN = 1.35, 31
MOST_WRITTEN = 5


@styled
def plot_power_by_test(
    table: xr.Dataset, *, alpha: float, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw the probability of success under each truth, test by test.

    Parameters
    ----------
    table : xarray.Dataset
        From `characteristics`, or another with `success` and `success_mcse` (truth, test).
    alpha : float
        One-sided, drawn as a line.
    title : str
        Such as the name of the design.
    ax : matplotlib.axes.Axes, optional
        Axes to draw in.

    Returns
    -------
    matplotlib.axes.Axes
        Lines are 95% Monte Carlo intervals, 1.96 standard errors to either side. Up to five
        truths are written out at the right, in percent.

    Raises
    ------
    ValueError
        If there are more truths than marks.

    Examples
    --------
    >>> from simulate import load_design, operating_characteristics, plot_power_by_test
    >>> design = load_design("analyses/phase3/os_alone.toml")
    >>> table = operating_characteristics(design, seed=1, trials=200)["os"].to_dataset()
    >>> plot_power_by_test(table, alpha=design.alpha, title=design.name).get_xlabel()
    'Probability of success'
    """
    tests = [str(name) for name in table["test"].values]
    truths = [str(name) for name in table["truth"].values]
    if len(truths) > len(TRUTH_STYLES):
        raise ValueError(
            f"`table` has {len(truths)} truths and there are {len(TRUTH_STYLES)} marks to tell "
            "them apart; draw fewer at once"
        )
    spacing = ROOM + APART * len(truths)
    lines = max(name.count("\n") for name in map(_wrapped, truths))
    head = HEAD + 0.13 * lines
    ax = own_axes(ax, width=WIDE, height=head + max(spacing, 0.32) * len(tests))
    rows = np.arange(len(tests), dtype=np.float64) * spacing
    ax.set_xlim(-0.01, 1.01)
    ax.set_ylim(rows[-1] + spacing / 2, -spacing / 2)
    _draw_grid(ax, rows, spacing, alpha)
    for place, (truth, style) in enumerate(zip(truths, TRUTH_STYLES, strict=False)):
        here = table.sel(truth=truth)
        heights = rows + APART * (place - (len(truths) - 1) / 2)
        _draw_truth(ax, here, heights, style, truth)
        if len(truths) <= MOST_WRITTEN:
            _write_column(ax, here["success"].values, rows, style, place)
    ax.set_yticks(rows, labels=[TEST_LABELS.get(test, test) for test in tests])
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel("Probability of success")
    _legend(ax, truths, alpha=alpha, title=title)
    return ax


def _wrapped(name: str) -> str:
    return textwrap.fill(name, NAME_WIDTH)


def _draw_grid(ax: Axes, rows: Floats, spacing: float, alpha: float) -> None:
    ax.grid(axis="x", color=FAINT, linewidth=0.5)
    for height in rows[1:] - spacing / 2:
        ax.axhline(height, color=FAINT, linewidth=0.5, zorder=1)
    ax.axvline(alpha, color=MUTED, linewidth=1.0, linestyle=(0, (2, 2)), zorder=1, gid="alpha")


def _draw_truth(ax: Axes, table: xr.Dataset, heights: Floats, style: ArmStyle, truth: str) -> None:
    share, error = table["success"].values, Z_95 * table["success_mcse"].values
    low, high = np.maximum(share - error, 0.0), np.minimum(share + error, 1.0)
    ax.hlines(heights, low, high, color=style.colour, linewidth=1.3, zorder=3, gid=f"mcse-{truth}")
    ax.plot(share, heights, linestyle="none", marker=style.marker, markersize=4.8,
            markerfacecolor="white", markeredgecolor=style.colour, markeredgewidth=1.2, zorder=4,
            gid=f"power-{truth}")  # fmt: skip


def _write_column(ax: Axes, share: Floats, rows: Floats, style: ArmStyle, place: int) -> None:
    """Write percentages at the right, one column a truth, in its colour."""
    across = 8 + COLUMN * (place + 1)
    for height, value in zip(rows, share, strict=True):
        ax.annotate(f"{100 * value:.1f}%", (1.0, height), xycoords=("axes fraction", "data"),
                    xytext=(across, 0), textcoords="offset points", ha="right", va="center",
                    fontsize=SMALL, color=style.colour, annotation_clip=False)  # fmt: skip


def _legend(ax: Axes, truths: list[str], *, alpha: float, title: str) -> None:
    handles = [
        Line2D([], [], color=style.colour, marker=style.marker, markersize=4.8, linewidth=1.3,
               markerfacecolor="white", markeredgewidth=1.2, label=_wrapped(truth))
        for truth, style in zip(truths, TRUTH_STYLES, strict=False)
    ]  # fmt: skip
    handles.append(
        Line2D([], [], color=MUTED, linewidth=1.0, linestyle=(0, (2, 2)),
               label=f"one-sided alpha {alpha:g}")
    )  # fmt: skip
    heading = "Power by test; lines: 95% Monte Carlo intervals"
    ax.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        title=f"{title}\n{heading}" if title else heading,
        title_fontsize=SMALL,
        alignment="left",
        ncols=3,
    )
