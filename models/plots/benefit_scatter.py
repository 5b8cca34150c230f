"""Benefit in overall survival against benefit in progression-free survival, draw by draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from models.illness_death.benefit import share_given
from models.plots.panels import own_axes
from models.plots.style import CONTRAST, INK, MUTED, NARROW, SMALL, styled
from models.plots.wording import DIFFERENCE_DIRECTION, probability

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]

MOST_POINTS = 2_000
MARGIN = 0.08
CORNERS = {(1, 1): "both", (-1, 1): "OS only", (-1, -1): "neither", (1, -1): "PFS only"}


@styled
def plot_benefits(
    estimands: xr.Dataset,
    *,
    months: float = 24.0,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw the differences in restricted mean of both endpoints against each other.

    Parameters
    ----------
    estimands : xarray.Dataset
        From `illness_death_estimands`.
    months : float
        Horizon of the restricted means; one of those computed.
    title : str
        What the posterior is of, such as the name of the trial.
    ax : matplotlib.axes.Axes, optional
        Axes to draw in.

    Returns
    -------
    matplotlib.axes.Axes
        A dot a draw, at most 2,000 evenly spaced ones; the shares in the corners and the
        probabilities above are those of all draws.

    Raises
    ------
    ValueError
        If the horizon was not computed.

    Examples
    --------
    >>> import numpy as np
    >>> from models import (
    ...     IllnessDeathPriors, draw_illness_death_prior, illness_death_estimands, plot_benefits
    ... )
    >>> tree = draw_illness_death_prior(
    ...     IllnessDeathPriors(), draws=40, rng=np.random.default_rng(1)
    ... )
    >>> ax = plot_benefits(illness_death_estimands(tree), title="Prior of an invented trial")
    >>> ax.get_xlabel().splitlines()[0]
    'PFS: difference in mean months up to month 24,'
    """
    if months not in estimands["horizon"].values:
        raise ValueError(
            f"`months` must be one of the horizons {estimands['horizon'].values.tolist()}, got "
            f"{months:g}"
        )
    at = estimands["rmst_difference"].sel(horizon=months)
    walks = [dim for dim in ("imputation", "chain", "draw") if dim in at.dims]
    pfs, os = (at.sel(endpoint=name).transpose(*walks).values for name in ("pfs", "os"))
    ax = own_axes(ax, width=NARROW, height=4.2)
    _draw_draws(ax, pfs.ravel(), os.ravel())
    _write_shares(ax, pfs, os)
    heading = _heading(pfs, os)
    ax.set_title(f"{title}\n{heading}" if title else heading, fontsize=SMALL)
    label = f"difference in mean months up to month {months:g},\nRT minus control"
    ax.set_xlabel(f"PFS: {label}, {DIFFERENCE_DIRECTION}")
    ax.set_ylabel(f"OS: {label}")
    return ax


def _draw_draws(ax: Axes, pfs: Array, os: Array) -> None:
    step = -(-pfs.size // MOST_POINTS)
    ax.plot(
        pfs[::step],
        os[::step],
        linestyle="none",
        marker="o",
        markersize=2.4,
        color=CONTRAST.colour,
        alpha=0.25,
        markeredgewidth=0,
        zorder=2,
        gid="draws",
    )
    for values, limit in ((pfs, ax.set_xlim), (os, ax.set_ylim)):
        low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
        limit(low - MARGIN * (high - low), high + MARGIN * (high - low))
    ax.axhline(0, color=MUTED, linewidth=0.8, zorder=1)
    ax.axvline(0, color=MUTED, linewidth=0.8, zorder=1)


def _write_shares(ax: Axes, pfs: Array, os: Array) -> None:
    """Share of the draws in each quarter, in its corner."""
    for (right, up), words in CORNERS.items():
        share = float((((pfs > 0) == (right > 0)) & ((os > 0) == (up > 0))).mean())
        place = (0.97 if right > 0 else 0.03, 0.97 if up > 0 else 0.03)
        ax.annotate(f"{words} {100 * share:.0f}%", place, xycoords="axes fraction",
                    ha="right" if right > 0 else "left", va="top" if up > 0 else "bottom",
                    color=INK, fontweight="bold", gid=f"share-{words}",
                    path_effects=[withStroke(linewidth=2.5, foreground="white")])  # fmt: skip


def _heading(pfs: Array, os: Array) -> str:
    alone = share_given(os > 0).value
    given = share_given(os > 0, given=pfs > 0).value
    return (
        "Posterior draws; a difference above 0 is a benefit\n"
        f"P(OS benefit) {probability(alone)}, P(OS benefit | PFS benefit) {probability(given)}"
    )
