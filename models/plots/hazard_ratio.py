"""Posterior of the hazard ratio beside its prior, the printed interval alone and the print."""

import math
import textwrap
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from numpy.typing import ArrayLike, NDArray

from models.estimands.table import effective_size
from models.interval_estimate import CI_PROB
from models.normal_posterior import Direction, NormalPosterior, PrintedHazardRatio
from models.plots.density import Density, kernel_density
from models.plots.panels import own_axes
from models.plots.style import ARM_STYLES, FAINT, INK, MUTED, NARROW, styled
from models.plots.wording import HR_DIRECTION, HR_LABEL, central, probability, ratio_interval
from models.settings import NormalPrior

Array = NDArray[np.float64]

BLUE = ARM_STYLES["rt"].colour
STEPS = (
    (1.0, 1.05, 1.1, 1.15, 1.2, 1.25, 1.3, 6.5, 7.0, 7.5, 8.0, 8.5, 9.0, 9.5),
    (1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0),
    (1.0, 1.2, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0),
    (1.0, 1.5, 2.0, 3.0, 5.0, 7.0),
    (1.0, 2.0, 5.0),
    (1.0, 3.0),
    (1.0,),
)
MOST_TICKS = 7
TAIL = 0.002
STRIP, ROOM = 0.11, 0.15


class Look(NamedTuple):
    """How a normal density is drawn; the label may hold its mean and sd."""

    name: str
    label: str
    dashes: tuple[float, ...]
    colour: str


LEVEL_0 = Look("level-0", "hazard ratio and interval alone, same prior", (5, 1.5, 1, 1.5), INK)
LEVEL_0_FLAT = Look("level-0-flat", "hazard ratio and interval alone, flat prior", (4, 2), MUTED)
PRIOR = Look("prior", "prior: log HR is Normal({mean:g}, sd {sd:g})", (1, 1.5), MUTED)


class Ratio(NamedTuple):
    """Estimate and limits of a hazard ratio, RT versus control."""

    estimate: float
    lower: float
    upper: float


@styled
def plot_hazard_ratio(
    log_hr: ArrayLike,
    *,
    prior: NormalPrior,
    level_0: NormalPosterior,
    level_0_flat: NormalPosterior,
    printed: PrintedHazardRatio,
    direction: Direction,
    endpoint_label: str,
    ax: Axes | None = None,
) -> Axes:
    """Draw the densities of the log hazard ratio on an axis of hazard ratios.

    Parameters
    ----------
    log_hr : array_like, shape (draw,), (chain, draw) or (imputation, chain, draw)
        Posterior draws from all printed summaries (level 1), RT versus control.
    prior : NormalPrior
        Prior of the log hazard ratio.
    level_0, level_0_flat : NormalPosterior
        From the printed hazard ratio and interval alone, under this prior and a flat one.
    printed : PrintedHazardRatio
        Estimate and 95% limits, in the direction of the paper.
    direction : {"control_vs_rt", "rt_vs_control"}
        Which arm the printed ratio has in the numerator.
    endpoint_label : str
        Name of the endpoint.
    ax : matplotlib.axes.Axes, optional
        Axes to draw in.

    Returns
    -------
    matplotlib.axes.Axes
        The shaded area below 1 is the posterior probability that RT has the lower hazard.

    Raises
    ------
    ValueError
        If the draws are not finite or all the same.

    Examples
    --------
    >>> import numpy as np
    >>> from models import (
    ...     NormalPosterior, NormalPrior, PrintedHazardRatio, normal_likelihood, plot_hazard_ratio
    ... )
    >>> printed = PrintedHazardRatio(estimate=1.99, lower=1.16, upper=3.41)
    >>> ax = plot_hazard_ratio(
    ...     np.random.default_rng(1).normal(-0.64, 0.27, 400), prior=NormalPrior(mean=0.0, sd=1.0),
    ...     level_0=NormalPosterior(mean=-0.64, sd=0.27), printed=printed,
    ...     level_0_flat=normal_likelihood(printed, direction="control_vs_rt"),
    ...     direction="control_vs_rt", endpoint_label="Progression-free survival",
    ... )
    >>> ax.get_xlabel()
    'Hazard ratio, RT versus control (log scale), below 1 favours RT'
    """
    draws = np.asarray(log_hr, dtype=float)
    found = kernel_density(draws, size=effective_size(draws) if draws.ndim > 1 else None)
    turned = rt_versus_control(printed, direction=direction)
    ax = own_axes(ax, width=NARROW, height=4.4)
    low, high = _limits(draws, level_0_flat, turned)
    grid = np.linspace(low, high, 801)
    normals = {
        LEVEL_0: level_0,
        LEVEL_0_FLAT: level_0_flat,
        PRIOR: NormalPosterior(mean=prior.mean, sd=prior.sd),
    }
    _draw_posterior(ax, found, draws)
    _shade(ax, found, draws)
    tallest = [float(found.density.max())]
    for look, normal in normals.items():
        tallest.append(_draw_normal(ax, grid, normal, look))
    _draw_printed(ax, printed, turned, direction=direction, top=max(tallest))
    _axes(ax, low, high, top=max(tallest))
    ax.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        title=textwrap.fill(endpoint_label, 64),
        alignment="left",
    )
    return ax


def rt_versus_control(printed: PrintedHazardRatio, *, direction: Direction) -> Ratio:
    """Turn a printed hazard ratio and its limits to RT versus control."""
    if direction == "rt_vs_control":
        return Ratio(*printed)
    return Ratio(1 / printed.estimate, 1 / printed.upper, 1 / printed.lower)


def ratio_axis(ax: Axes, low: float, high: float, *, most: int = MOST_TICKS) -> None:
    """Make a logarithmic axis of hazard ratios between two limits, with plain numbers.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Its horizontal axis is changed.
    low, high : float
        Positive limits.
    most : int
        Ticks that fit side by side.
    """
    ax.set_xscale("log")
    ax.set_xlim(low, high)
    ax.xaxis.set_major_locator(FixedLocator(ratio_ticks(low, high, most=most)))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda ratio, _: f"{ratio:g}"))


def ratio_ticks(low: float, high: float, *, most: int) -> list[float]:
    """Choose round hazard ratios between two limits, as many as fit side by side."""
    apart = 0.6 * math.log(high / low) / most
    decades = range(math.floor(math.log10(low)), math.floor(math.log10(high)) + 1)
    ticks: list[float] = []
    for steps in STEPS:
        every = [float(f"{step}e{decade}") for decade in decades for step in steps]
        ticks = [ratio for ratio in every if low <= ratio <= high]
        gaps = [math.log(right / left) for left, right in pairwise(ticks)]
        if len(ticks) <= most and min(gaps, default=apart) >= apart:
            break
    return ticks


def _limits(draws: Array, flat: NormalPosterior, printed: Ratio) -> tuple[float, float]:
    """Log hazard ratios at the ends of the axis; 1 lies well inside."""
    low, high = np.quantile(draws, (TAIL, 1 - TAIL))
    low = min(low, flat.quantile(TAIL), math.log(printed.lower), 0.0)
    high = max(high, flat.quantile(1 - TAIL), math.log(printed.upper), 0.0)
    room = ROOM * (high - low)
    return float(min(low, -room)), float(max(high, room))


def _draw_posterior(ax: Axes, found: Density, draws: Array) -> None:
    tail = (1 - CI_PROB) / 2
    low, median, high = np.exp(np.quantile(draws, (tail, 0.5, 1 - tail)))
    ax.plot(
        np.exp(found.value),
        found.density,
        color=BLUE,
        linewidth=2.0,
        label=f"all printed summaries: median {ratio_interval(median, low, high)}, {central()}",
        gid="level-1",
    )


def _shade(ax: Axes, found: Density, draws: Array) -> None:
    below = found.value <= 0
    ax.axvline(1, color=MUTED, linewidth=0.8, zorder=0)
    ax.fill_between(
        np.exp(found.value[below]),
        found.density[below],
        facecolor=BLUE,
        alpha=0.18,
        linewidth=0,
        label=f"its part below 1: P(HR < 1) {probability(float((draws < 0).mean()))}",
        gid="below-1",
    )


def _draw_normal(ax: Axes, grid: Array, normal: NormalPosterior, look: Look) -> float:
    """Draw a normal density and return its height."""
    heights = [normal.density(beta) for beta in grid]
    ax.plot(
        np.exp(grid),
        heights,
        color=look.colour,
        linestyle=(0, look.dashes),
        linewidth=1.2,
        label=look.label.format(mean=normal.mean, sd=normal.sd),
        gid=look.name,
    )
    return max(heights)


def _draw_printed(
    ax: Axes, printed: PrintedHazardRatio, turned: Ratio, *, direction: Direction, top: float
) -> None:
    ax.axhline(0, color=FAINT, linewidth=0.7, zorder=0)
    ax.errorbar(
        [turned.estimate],
        [-STRIP * top / 2],
        xerr=[[turned.estimate - turned.lower], [turned.upper - turned.estimate]],
        color=INK,
        marker="D",
        markersize=4,
        capsize=3,
        linewidth=1.2,
        zorder=4,
        label=_printed_text(printed, turned, direction=direction),
    )


def _printed_text(printed: PrintedHazardRatio, turned: Ratio, *, direction: Direction) -> str:
    text = f"printed: {ratio_interval(*turned)}, 95% confidence interval"
    if direction == "rt_vs_control":
        return text
    return f"{text}\n(in the paper control versus RT: {ratio_interval(*printed)})"


def _axes(ax: Axes, low: float, high: float, *, top: float) -> None:
    ratio_axis(ax, float(np.exp(low)), float(np.exp(high)))
    ax.set_ylim(-STRIP * top, 1.06 * top)
    ax.set_yticks([tick for tick in ax.get_yticks() if 0 <= tick <= 1.06 * top])
    ax.set_xlabel(f"{HR_LABEL}, {HR_DIRECTION}")
    ax.set_ylabel("Density per unit of log hazard ratio")
