"""P(HR < 1) as the prior grows more sceptical, and where it stops to convince."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from models.plots.panels import own_axes
from models.plots.style import ARM_STYLES, INK, MUTED, NARROW, SMALL, styled
from models.priors.tipping_point import TippingPoint

TICKS = (0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0)
EVENT_TICKS = (1, 4, 10, 30, 100, 400, 1600)
ROOM = 0.01


@styled
def plot_tipping_point(
    found: TippingPoint,
    *,
    endpoint_label: str,
    marked: Mapping[str, float] | None = None,
    rt_share: float = 0.5,
    ax: Axes | None = None,
) -> Axes:
    """Draw P(HR < 1) against the standard deviation of a prior about no effect.

    Parameters
    ----------
    found : TippingPoint
    endpoint_label : str
        Name of the endpoint.
    marked : mapping of str to float, optional
        Standard deviations of named priors about no effect, marked at the bottom.
    rt_share : float
        Share of patients randomised to RT, for the events at the top.
    ax : matplotlib.axes.Axes, optional
        Axes to draw in.

    Returns
    -------
    matplotlib.axes.Axes
        Scepticism decreases from left to right.

    Examples
    --------
    >>> import numpy as np
    >>> from models import (
    ...     NormalMixture, find_tipping_point, learn_from_draws, plot_tipping_point
    ... )
    >>> log_hr = np.random.default_rng(1).normal(-0.6, 0.25, 4000)
    >>> learn = learn_from_draws(log_hr, old=NormalMixture.normal(0.0, 1.0))
    >>> ax = plot_tipping_point(
    ...     find_tipping_point(learn, target_hr=0.7), endpoint_label="Overall survival"
    ... )
    >>> ax.get_ylabel()
    'P(HR < 1), RT versus control'
    """
    ax = own_axes(ax, width=NARROW, height=3.6)
    known = np.isfinite(found.p_below_1)
    colour = ARM_STYLES["rt"].colour
    ax.plot(found.sd[known], found.p_below_1[known], color=colour, linewidth=2.0, gid="curve")
    ax.axhline(found.wanted, color=MUTED, linewidth=0.8, linestyle=(0, (4, 2)), zorder=0)
    if found.tipping_sd is not None:
        ax.plot([found.tipping_sd], [found.wanted], marker="o", markersize=6, color=colour,
                markerfacecolor="white", zorder=4, gid="tipping")  # fmt: skip
        ax.annotate(
            f"sd {found.tipping_sd:.2f}, worth {found.events:.0f} events",
            (found.tipping_sd, found.wanted),
            xytext=(8, -12),
            textcoords="offset points",
            fontsize=SMALL,
        )
    ax.set_xscale("log")
    ax.set_xlim(float(found.sd[0]), float(found.sd[-1]))
    lowest = float(found.p_below_1[known].min()) if known.any() else 0.5
    ax.set_ylim(min(lowest, found.wanted) - 5 * ROOM, 1.0 + ROOM)
    ax.xaxis.set_major_locator(FixedLocator([t for t in TICKS if t <= found.sd[-1]]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda sd, _: f"{sd:g}"))
    for name, sd in (marked or {}).items():
        _mark(ax, name, sd)
    _events_axis(ax, rt_share=rt_share)
    ax.set_xlabel("Prior standard deviation of log hazard ratio about no effect\n"
                  "more sceptical at the left, less at the right")  # fmt: skip
    ax.set_ylabel("P(HR < 1), RT versus control")
    ax.set_title(f"{endpoint_label}: how much scepticism the result bears", pad=34)
    return ax


def _mark(ax: Axes, name: str, sd: float) -> None:
    bottom = ax.get_ylim()[0]
    ax.plot([sd], [bottom], marker="^", markersize=7, color=INK, clip_on=False, zorder=4)
    ax.annotate(name, (sd, bottom), xytext=(6, 5), textcoords="offset points", fontsize=SMALL)


def _events_axis(ax: Axes, *, rt_share: float) -> None:
    """Write the events that a prior is worth along the top."""
    unit = rt_share * (1 - rt_share)
    low, high = ax.get_xlim()
    top = ax.get_xaxis_transform()
    for events in EVENT_TICKS:
        sd = (1 / (events * unit)) ** 0.5
        if low <= sd <= high:
            ax.plot([sd, sd], [1.0, 1.015], transform=top, color=INK, linewidth=0.7, clip_on=False)
            ax.text(sd, 1.025, f"{events}", transform=top, ha="center", va="bottom", fontsize=SMALL)
    ax.text(0.0, 1.095, "Events that the prior is worth", transform=ax.transAxes, ha="left",
            va="bottom", fontsize=SMALL)  # fmt: skip
