"""How trials end at each look: success, futility or failure, by truth."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from models.plots.panels import grid, own_axes
from models.plots.style import FAINT, SMALL, TINY, WIDE, styled
from simulate.plots.outcome_style import OUTCOME_STYLES

if TYPE_CHECKING:
    import xarray as xr

MOST_COLUMNS = 4
NAME_WIDTH = 24
MOST_WRITTEN = 5
PANEL, BELOW, LEGEND, LINE = 1.75, 0.45, 0.5, 0.13


@styled
def plot_stopping(
    table: xr.Dataset, *, test: str, title: str = "", ax: Axes | None = None
) -> list[Axes]:
    """Draw the probability of stopping at each look as bars stacked by outcome.

    Parameters
    ----------
    table : xarray.Dataset
        From `characteristics`: `stop` and `success`.
    test : str
        Which test decides, a coordinate of `table`.
    title : str
        Such as the name of the design.
    ax : matplotlib.axes.Axes, optional
        Frame to draw in; its own axis lines are switched off.

    Returns
    -------
    list of matplotlib.axes.Axes
        A panel a truth; all bars of a panel together are 1.

    Examples
    --------
    >>> from simulate import load_design, operating_characteristics, plot_stopping
    >>> design = load_design("analyses/phase3/os_alone.toml")
    >>> table = operating_characteristics(design, seed=1, trials=200)["os"].to_dataset()
    >>> len(plot_stopping(table, test="log_rank", title=design.name)) == len(design.truths)
    True
    """
    chosen = table.sel(test=test)
    truths = [str(name) for name in table["truth"].values]
    columns = min(MOST_COLUMNS, len(truths))
    rows = math.ceil(len(truths) / columns)
    above = LINE * (1 + max(_wrapped(name).count("\n") + 1 for name in truths))
    between = above + BELOW
    height = PANEL * rows + between * (rows - 1) + above + BELOW + LEGEND
    frame = own_axes(ax, width=WIDE, height=height)
    panels = grid(frame, rows=rows, columns=columns, gap=(0.16, between / PANEL))
    tallest = float(chosen["stop"].sum("outcome").max())
    for place, (truth, panel) in enumerate(zip(truths, panels, strict=False)):
        _draw_panel(panel, chosen.sel(truth=truth), truth)
        panel.set_ylim(0, 1.12 * tallest)
        panel.tick_params(labelleft=place % columns == 0)
        if place % columns == 0:
            panel.set_ylabel("Probability")
    for panel in panels[len(truths) :]:
        panel.set_axis_off()
    _legend(panels[0], chosen, title, place=1 + (above + LINE) / PANEL)
    return panels[: len(truths)]


def _draw_panel(ax: Axes, table: xr.Dataset, truth: str) -> None:
    looks = table["look"].values
    base = np.zeros(len(looks))
    for name, style in OUTCOME_STYLES.items():
        share = table["stop"].sel(outcome=name).values
        ax.bar(looks, share, bottom=base, width=0.72, facecolor=style.colour, edgecolor="white",
               hatch=style.hatch, linewidth=0.0, zorder=2, gid=f"stop-{name}")  # fmt: skip
        base = base + share
    if len(looks) <= MOST_WRITTEN:
        decimals = 1 if len(looks) <= 3 else 0
        for look, height in zip(looks, base, strict=True):
            ax.annotate(f"{100 * height:.{decimals}f}%", (look, height), xytext=(0, 2), ha="center",
                        textcoords="offset points", fontsize=TINY)  # fmt: skip
    ax.set_xlim(0.4, len(looks) + 0.6)
    step = math.ceil(len(looks) / 8)
    ax.set_xticks(looks[(len(looks) - 1) % step :: step])
    ax.grid(axis="y", color=FAINT, linewidth=0.5)
    ax.set_xlabel("Look")
    success = 100 * float(table["success"])
    ax.set_title(f"{_wrapped(truth)}\nsuccess {success:.1f}%", fontsize=SMALL)


def _error(table: xr.Dataset) -> str:
    """Tell the largest standard error of what is written, where the number of trials is known."""
    if "trials" not in table:
        return ""
    written = [table["stop"].sum("outcome"), table["success"]]
    worst = max(float(np.sqrt(one * (1 - one) / table["trials"]).max()) for one in written)
    return f"\nMonte Carlo standard error at most {100 * worst:.2g} points"


def _wrapped(name: str) -> str:
    return textwrap.fill(name, NAME_WIDTH)


def _legend(ax: Axes, table: xr.Dataset, title: str, *, place: float) -> None:
    handles = [
        Patch(facecolor=style.colour, edgecolor="white", hatch=style.hatch, linewidth=0.0,
              label=style.label)
        for name, style in OUTCOME_STYLES.items()
        if bool((table["stop"].sel(outcome=name) > 0).any())
    ]  # fmt: skip
    heading = "How trials end at each look; above the bars the share that stops there"
    heading += _error(table)
    ax.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0, place),
        title=f"{title}\n{heading}" if title else heading,
        title_fontsize=SMALL,
        alignment="left",
        ncols=3,
    )
