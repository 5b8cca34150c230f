"""How much the hazard ratio changes over time: prior and posterior of its largest change."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from numpy.typing import ArrayLike

from models.plots.panels import own_axes
from models.plots.style import ARM_STYLES, INK, MUTED, NARROW, SMALL, styled

GRID = np.exp(np.linspace(0.0, np.log(8.0), 200))
TICKS = (1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
LINES = ("solid", (0, (4, 1.5)), (0, (1, 1)), (0, (6, 1, 1, 1)))
COLOURS = (ARM_STYLES["rt"].colour, ARM_STYLES["control"].colour, INK, MUTED)


@styled
def plot_effect_change(
    change: Mapping[str, tuple[ArrayLike, ArrayLike]],
    *,
    endpoint_label: str,
    similar: float,
    ax: Axes | None = None,
) -> Axes:
    """Draw the probability that all intervals' hazard ratios agree within a factor.

    Parameters
    ----------
    change : mapping of str to (array_like, array_like)
        By the name of the model: draws of the largest difference of log hazard ratios between
        intervals, of the prior and of the posterior; at most 4 models.
    endpoint_label : str
        Name of the endpoint.
    similar : float
        Factor within which hazards count as proportional, marked.
    ax : matplotlib.axes.Axes, optional
        Axes to draw in.

    Returns
    -------
    matplotlib.axes.Axes
        Thin lines are the prior, thick ones the posterior.
    """
    ax = own_axes(ax, width=NARROW, height=3.6)
    for (name, both), line, colour in zip(change.items(), LINES, COLOURS, strict=False):
        for part, draws in zip(("prior", "posterior"), both, strict=True):
            share = _share_below(draws)
            label = f"{name}, {part}: {np.interp(similar, GRID, share):.2f}"
            ax.plot(GRID, share, color=colour, linestyle=line, gid=f"{part}-{name}",
                    linewidth=0.9 if part == "prior" else 2.2, label=label)  # fmt: skip
    ax.axvline(similar, color=MUTED, linewidth=0.8, zorder=0)
    ax.set_xscale("log")
    ax.set_xlim(float(GRID[0]), float(GRID[-1]))
    ax.set_ylim(0, 1.02)
    ax.xaxis.set_major_locator(FixedLocator(TICKS))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda ratio, _: f"{ratio:g}"))
    ax.set_xlabel("Factor between the largest and the smallest hazard ratio\n"
                  "RT versus control, over intervals of time (log scale)")  # fmt: skip
    ax.set_ylabel("Probability of less")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, fontsize=SMALL, alignment="left",
              title_fontsize=SMALL,
              title=f"{endpoint_label}: probability of a factor below {similar:g}")  # fmt: skip
    return ax


def _share_below(draws: ArrayLike) -> np.ndarray:
    values = np.sort(np.exp(np.asarray(draws, dtype=float).reshape(-1)))
    return np.asarray(np.searchsorted(values, GRID) / values.size)
