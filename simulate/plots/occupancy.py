"""Who is where in each arm over time: free of progression, progressed and alive, or dead."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from models.plots.kaplan_meier import months_axis
from models.plots.panels import abreast, own_axes
from models.plots.style import ARM_STYLES, INK, SMALL, WIDE, styled
from models.plots.wording import ARM_LABELS
from models.survival.intervals import ARMS

if TYPE_CHECKING:
    import xarray as xr

Floats = NDArray[np.float64]


class StateStyle(NamedTuple):
    """Colour, hatch (none for a plain area) and words of a state."""

    colour: str
    hatch: str | None
    label: str


STATE_STYLES = {
    "free": StateStyle("#9ccbb8", None, "free of progression"),
    "unseen": StateStyle("#8d5a97", "//////", "progressed, not seen yet"),
    "seen": StateStyle("#c49bcb", None, "progressed and alive"),
    "dead": StateStyle("#e9e9e9", None, "dead"),
}
"""In the order in which they are stacked; neither orange nor blue, which are the arms'."""


@styled
def plot_occupancy(shares: xr.DataArray, *, title: str = "", ax: Axes | None = None) -> list[Axes]:
    """Draw the shares of the states as areas on one another, with both survival curves.

    Parameters
    ----------
    shares : xarray.DataArray
        From `state_shares`.
    title : str
        Such as the name of the design and the truth.
    ax : matplotlib.axes.Axes, optional
        Frame to draw in; its own axis lines are switched off.

    Returns
    -------
    list of matplotlib.axes.Axes
        A panel an arm. Progression-free survival (thin) is the edge below those whose progression
        has been seen, overall survival (thick) the edge below the dead.

    Examples
    --------
    >>> from simulate import load_design, plot_occupancy, state_shares
    >>> design = load_design("analyses/phase3/design.toml")
    >>> axes = plot_occupancy(state_shares(design, design.truths[0], until=24.0), title=design.name)
    >>> len(axes)
    2
    """
    frame = own_axes(ax, width=WIDE, height=3.3)
    panels = abreast(frame, [1.0] * len(ARMS), gaps=[0.12] * (len(ARMS) - 1))
    months = shares["month"].values
    for arm, panel in zip(ARMS, panels, strict=True):
        _draw_states(panel, months, shares.sel(arm=arm))
        months_axis(panel, float(months[-1]))
        panel.set_ylim(0, 1)
        panel.set_title(ARM_LABELS[arm], color=ARM_STYLES[arm].colour, fontweight="bold")
    panels[0].set_ylabel("Share of patients")
    for panel in panels[1:]:
        panel.tick_params(labelleft=False)
    _legend(panels[0], shares, title)
    return panels


def _draw_states(ax: Axes, months: Floats, shares: xr.DataArray) -> None:
    base, edges = np.zeros(len(months)), {}
    for name, style in STATE_STYLES.items():
        top = base + shares.sel(state=name).values
        if (top > base).any():
            ax.fill_between(months, base, top, facecolor=style.colour, edgecolor="white",
                            hatch=style.hatch, linewidth=0, zorder=1,
                            gid=f"state-{name}")  # fmt: skip
        base = edges[name] = top
    _draw_curve(ax, months, edges["unseen"], "PFS", above=False)
    _draw_curve(ax, months, edges["seen"], "OS", above=True)


def _draw_curve(ax: Axes, months: Floats, survival: Floats, name: str, *, above: bool) -> None:
    """Draw one survival curve, its name where half of the patients are left."""
    ax.plot(months, survival, color=INK, linewidth=1.6 if above else 0.9, zorder=3,
            gid=f"curve-{name}")  # fmt: skip
    low = np.flatnonzero(survival <= 0.5)
    place = int(low[0]) if low.size else len(months) // 2
    side = 1 if above else -1
    ax.annotate(name, (months[place], survival[place]), xytext=(5 * side, 4 * side),
                textcoords="offset points", ha="left" if above else "right",
                va="bottom" if above else "top", fontweight="bold", zorder=4,
                path_effects=[withStroke(linewidth=2.2, foreground="white")])  # fmt: skip


def _legend(ax: Axes, shares: xr.DataArray, title: str) -> None:
    handles = [
        Patch(facecolor=style.colour, edgecolor="white", hatch=style.hatch, linewidth=0.0,
              label=style.label)
        for name, style in STATE_STYLES.items()
        if bool((shares.sel(state=name) > 0).any())
    ]  # fmt: skip
    seen = "when a scan shows it" if shares.attrs["scans"] else "at once"
    heading = f"The truth, without drop-out; progression is seen {seen}"
    ax.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0, 1.08),
        title=f"{title}\n{heading}" if title else heading,
        title_fontsize=SMALL,
        alignment="left",
        ncols=4,
    )
