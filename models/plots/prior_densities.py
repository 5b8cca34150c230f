"""Densities of several priors of the hazard ratio, beside the estimate of the trial at hand."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from models.normal_posterior import NormalPosterior
from models.plots.hazard_ratio import ratio_axis
from models.plots.panels import own_axes
from models.plots.style import ARM_STYLES, FAINT, INK, MUTED, NARROW, styled
from models.plots.wording import HR_DIRECTION, HR_LABEL, ratio_interval
from models.priors.normal_mixture import NormalMixture
from models.priors.predictive_prior import (
    DISCOUNTED,
    DISCOUNTED_ROBUST,
    ENTHUSIASTIC,
    FACE_VALUE,
    ROBUST,
    SCEPTICAL,
    VAGUE,
)

POINTS = 801
LIMITS = (0.15, 3.0)
STRIP = 0.11
LOOKS: dict[str, tuple[str, Any, float]] = {
    FACE_VALUE: (ARM_STYLES["rt"].colour, "solid", 2.0),
    ROBUST: (ARM_STYLES["rt"].colour, (0, (5, 1.5)), 1.6),
    DISCOUNTED: ("#4292c6", "solid", 1.6),
    DISCOUNTED_ROBUST: ("#4292c6", (0, (5, 1.5)), 1.6),
    SCEPTICAL: (ARM_STYLES["control"].colour, (0, (3, 1.2)), 1.5),
    VAGUE: (MUTED, (0, (1, 1.5)), 1.4),
    ENTHUSIASTIC: ("#8c6bb1", (0, (8, 2)), 1.2),
}
"""A prior looks the same in every figure; others take what is left over."""


@styled
def plot_prior_densities(
    priors: Mapping[str, NormalMixture],
    *,
    events: Mapping[str, float],
    endpoint_label: str,
    estimate: NormalPosterior | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the density of each prior on an axis of hazard ratios.

    Parameters
    ----------
    priors : mapping of str to NormalMixture
        By name, at most 7.
    events : mapping of str to float
        Events that each prior is worth, by name.
    endpoint_label : str
        Name of the endpoint.
    estimate : NormalPosterior, optional
        Log hazard ratio of the trial at hand and its standard error, drawn below.
    ax : matplotlib.axes.Axes, optional
        Axes to draw in.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there are more priors than lines that can be told apart.

    Examples
    --------
    >>> from models import (
    ...     NormalMixture, ScepticalPrior, effective_events, plot_prior_densities
    ... )
    >>> priors = {"vague": NormalMixture.normal(0.0, 1.0), "sceptic": ScepticalPrior().mixture()}
    >>> ax = plot_prior_densities(
    ...     priors, events={name: effective_events(one) for name, one in priors.items()},
    ...     endpoint_label="Overall survival",
    ... )
    >>> ax.get_xlabel()
    'Hazard ratio, RT versus control (log scale), below 1 favours RT'
    """
    if not 0 < len(priors) <= len(LOOKS):
        raise ValueError(
            f"`priors` holds {len(priors)}; 1 to {len(LOOKS)} lines can be told apart, draw fewer"
        )
    ax = own_axes(ax, width=NARROW, height=4.2)
    beta = np.linspace(math.log(LIMITS[0]), math.log(LIMITS[1]), POINTS)
    top = 0.0
    spare = [look for name, look in LOOKS.items() if name not in priors]
    for name, prior in priors.items():
        colour, dashes, width = LOOKS[name] if name in LOOKS else spare.pop(0)
        height = prior.density(beta)
        top = max(top, float(height.max()))
        label = f"{name}: worth {events[name]:.0f} events"
        ax.plot(np.exp(beta), height, color=colour, linestyle=dashes, linewidth=width,
                label=label, gid=name)  # fmt: skip
    ax.axvline(1.0, color=MUTED, linewidth=0.8, zorder=0)
    bottom = 0.0
    if estimate is not None:
        bottom = -STRIP * top
        _draw_estimate(ax, estimate, height=bottom / 2)
    ratio_axis(ax, *LIMITS)
    ax.set_ylim(bottom, 1.06 * top)
    ax.set_yticks([tick for tick in ax.get_yticks() if 0 <= tick <= 1.06 * top])
    ax.set_xlabel(f"{HR_LABEL}, {HR_DIRECTION}")
    ax.set_ylabel("Density per unit of log hazard ratio")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), title=f"{endpoint_label}: priors",
              alignment="left")  # fmt: skip
    return ax


def _draw_estimate(ax: Axes, estimate: NormalPosterior, *, height: float) -> None:
    ax.axhline(0, color=FAINT, linewidth=0.7, zorder=0)
    low, median, high = np.exp([estimate.quantile(p) for p in (0.025, 0.5, 0.975)])
    ax.errorbar(
        [median],
        [height],
        xerr=[[median - low], [high - median]],
        color=INK,
        marker="D",
        markersize=4,
        capsize=3,
        linewidth=1.2,
        zorder=4,
        label=f"trial at hand: {ratio_interval(median, low, high)}, 95%",
    )
