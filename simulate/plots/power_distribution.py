"""Power over the draws of a posterior: what assurance is the mean of."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike

from models.plots.panels import own_axes
from models.plots.style import ARM_STYLES, FAINT, INK, MUTED, SMALL, WIDE, styled

BINS = np.linspace(0.0, 1.0, 21)
BLUE, ORANGE = ARM_STYLES["rt"].colour, ARM_STYLES["control"].colour
DASHED, DOTTED = (0, (4, 2)), (0, (1, 1.5))


@styled
def plot_power_distribution(
    power: ArrayLike,
    *,
    assurance: float,
    mcse: float,
    at_mean: float,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw how power is distributed over draws, with its mean and the power at the posterior mean.

    Parameters
    ----------
    power : array_like, shape (draw,)
        Power under each draw, free of the noise of its trials.
    assurance, mcse : float
        Mean over all trials, and its Monte Carlo standard error.
    at_mean : float
        Power at the posterior mean of the log hazards of both arms, and so of the log HR.
    title : str
        Such as the name of the design.
    ax : matplotlib.axes.Axes, optional
        Axes to draw in.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import numpy as np
    >>> from simulate import plot_power_distribution
    >>> power = np.random.default_rng(1).beta(3, 1, 400)
    >>> ax = plot_power_distribution(power, assurance=0.75, mcse=0.01, at_mean=0.85)
    >>> ax.get_xlabel()
    'Power if the draw were true'
    """
    values = np.asarray(power, dtype=float)
    ax = own_axes(ax, width=WIDE, height=3.4)
    shares = np.histogram(np.clip(values, 0.0, 1.0), bins=BINS)[0] / values.size
    ax.bar(
        BINS[:-1], shares, width=np.diff(BINS), align="edge", color=BLUE, alpha=0.3,
        edgecolor=BLUE, linewidth=0.6, gid="power",
    )  # fmt: skip
    median = float(np.median(values))
    lines = [
        Line2D([], [], color=INK, linewidth=1.6,
               label=f"assurance, the mean: {100 * assurance:.1f}% "
                     f"(MC error {100 * mcse:.1f} points)"),
        Line2D([], [], color=ORANGE, linewidth=1.6, linestyle=DASHED,
               label=f"power at the posterior mean: {100 * at_mean:.1f}%"),
        Line2D([], [], color=MUTED, linewidth=1.4, linestyle=DOTTED,
               label=f"median power: {100 * median:.1f}%"),
    ]  # fmt: skip
    for line, value in zip(lines, (assurance, at_mean, median), strict=True):
        ax.axvline(
            value, color=line.get_color(), linewidth=line.get_linewidth(),
            linestyle=line.get_linestyle(),
        )  # fmt: skip
    bars = Patch(facecolor=BLUE, edgecolor=BLUE, alpha=0.3, label="draws of the posterior")
    ax.set_xlim(-0.005, 1.005)
    ax.grid(axis="y", color=FAINT, linewidth=0.5)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0))
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.set_xlabel("Power if the draw were true")
    ax.set_ylabel("Share of the draws")
    ax.legend(
        handles=[bars, *lines],
        loc="lower left",
        bbox_to_anchor=(0, 1),
        title=title or None,
        title_fontsize=SMALL,
        alignment="left",
        ncols=2,
    )
    return ax
