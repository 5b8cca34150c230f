"""Probability of success against the true hazard ratio, above what the posterior says of it."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike, NDArray

from models.interval_estimate import Z_95
from models.plots.density import kernel_density
from models.plots.hazard_ratio import ratio_axis
from models.plots.panels import own_axes
from models.plots.style import ARM_STYLES, FAINT, INK, MUTED, SMALL, WIDE, styled

Floats = NDArray[np.float64]

BLUE, ORANGE = ARM_STYLES["rt"].colour, ARM_STYLES["control"].colour
NEIGHBOURS = 101
TALLEST = 0.45
DASHED = (0, (4, 2))


@styled
def plot_success_by_effect(
    log_hr: ArrayLike,
    power: ArrayLike,
    *,
    hazard_ratio: Sequence[float] | Floats,
    success: Sequence[float] | Floats,
    mcse: Sequence[float] | Floats,
    benefit: float,
    label: str,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw success by hazard ratio: groups of draws, and the smooth model through them.

    Parameters
    ----------
    log_hr, power : array_like, shape (draw,)
        True log hazard ratio of each draw, RT versus control, and smoothed power.
    hazard_ratio, success, mcse : array_like, shape (group,)
        From `success_by_effect`.
    benefit : float
        Hazard ratio at or below which a benefit is one, drawn as a line.
    label : str
        Whose hazard ratio it is, such as "True hazard ratio of OS".
    title : str
        Such as the name of the design.
    ax : matplotlib.axes.Axes, optional
        Axes to draw in.

    Returns
    -------
    matplotlib.axes.Axes
        The shaded area is the posterior density of the hazard ratio, in no unit.
    """
    effect, values = np.asarray(log_hr, dtype=float), np.asarray(power, dtype=float)
    ax = own_axes(ax, width=WIDE, height=3.8)
    low, high = np.quantile(effect, (0.001, 0.999))
    ends = min(float(low), np.log(benefit)) - 0.05, max(float(high), 0.0) + 0.05
    ratio_axis(ax, *np.exp(ends).tolist())
    if np.ptp(effect) > 0.0:
        found = kernel_density(effect)
        heights = TALLEST * found.density / found.density.max()
        ax.fill_between(np.exp(found.value), heights, color=FAINT, alpha=0.6, linewidth=0,
                        label="posterior density of the hazard ratio")  # fmt: skip
    ax.plot(*_moving_mean(effect, values), color=BLUE, linewidth=1.6, label="probit model")
    share, error = np.asarray(success, dtype=float), Z_95 * np.asarray(mcse, dtype=float)
    reach = np.stack([np.minimum(error, share), np.minimum(error, 1.0 - share)])
    ax.errorbar(hazard_ratio, share, yerr=reach, color=INK, linestyle="none", marker="o",
                markersize=4.2, markerfacecolor="white", elinewidth=1.0,
                label="simulated trials, groups of draws (95% MC interval)")  # fmt: skip
    ax.axvline(1.0, color=MUTED, linewidth=1.0, label="no effect")
    ax.axvline(benefit, color=ORANGE, linewidth=1.3, linestyle=DASHED,
               label=f"true benefit: HR at most {benefit:g}")  # fmt: skip
    ax.set_ylim(-0.01, 1.02)
    ax.grid(axis="y", color=FAINT, linewidth=0.5)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_xlabel(f"{label}, RT versus control (log scale), below 1 favours RT")
    ax.set_ylabel("Probability of success")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), title=title or None, title_fontsize=SMALL,
              alignment="left", ncols=2)  # fmt: skip
    return ax


def _moving_mean(effect: Floats, power: Floats) -> tuple[Floats, Floats]:
    """Mean of power and effect over neighbours, which differ in their control hazards."""
    order = np.argsort(effect)
    width = min(NEIGHBOURS, effect.size)
    kernel = np.full(width, 1.0 / width)
    middle, level = (np.convolve(part[order], kernel, "valid") for part in (effect, power))
    return np.exp(middle), level
