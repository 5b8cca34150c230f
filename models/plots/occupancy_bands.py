"""Posterior shares of patients in each state over time, arm against arm, with central bands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from models.interval_estimate import CI_PROB
from models.plots.kaplan_meier import months_axis
from models.plots.panels import abreast, own_axes
from models.plots.style import ARM_STYLES, SMALL, WIDE, styled
from models.plots.survival_bands import HATCHES, INNER_PROB, SHADES
from models.plots.wording import ARM_LABELS, central_masses
from models.survival.intervals import ARMS

if TYPE_CHECKING:
    import xarray as xr

STATE_LABELS = {
    "free": "Free of progression",
    "progressed": "Alive after progression",
    "dead": "Dead",
}


@styled
def plot_occupancy_bands(
    quantiles: xr.Dataset,
    *,
    title: str,
    arm_labels: Mapping[str, str] = ARM_LABELS,
    ax: Axes | None = None,
) -> list[Axes]:
    """Draw the median and the 50% and 95% central bands of each state's share, a panel a state.

    Parameters
    ----------
    quantiles : xarray.Dataset
        From `occupancy_quantiles`: `occupancy` by (quantile, state, arm, time), time in months.
    title : str
        What the posterior is of, such as the name of the trial.
    arm_labels : mapping of str to str
        Names of "control" and "rt".
    ax : matplotlib.axes.Axes, optional
        Frame to draw in; its own axis lines are switched off.

    Returns
    -------
    list of matplotlib.axes.Axes
        One for each state. Bands hold pointwise; the hatched one is control. The first panel is
        progression-free survival, the last one less overall survival.

    Examples
    --------
    >>> import numpy as np
    >>> from models import (
    ...     IllnessDeathPriors, draw_illness_death_prior, occupancy_quantiles, plot_occupancy_bands
    ... )
    >>> tree = draw_illness_death_prior(
    ...     IllnessDeathPriors(), draws=40, rng=np.random.default_rng(1)
    ... )
    >>> quantiles = occupancy_quantiles(tree, np.linspace(0, 24, 9))
    >>> len(plot_occupancy_bands(quantiles, title="Prior of an invented trial"))
    3
    """
    frame = own_axes(ax, width=WIDE, height=3.0)
    panels = abreast(frame, [1.0] * len(STATE_LABELS), gaps=[0.12] * (len(STATE_LABELS) - 1))
    end = float(quantiles["time"].max())
    for (state, label), panel in zip(STATE_LABELS.items(), panels, strict=True):
        for arm in ARMS:
            _draw_arm(panel, quantiles["occupancy"].sel(state=state, arm=arm), arm)
        months_axis(panel, end)
        panel.set_xlabel("")
        panel.set_title(label, fontsize=SMALL)
        panel.tick_params(labelleft=panel is panels[0])
    panels[0].set_ylabel("Share of patients")
    panels[1].set_xlabel("Months since randomisation")
    _legend(panels[0], title, arm_labels)
    return panels


def _draw_arm(ax: Axes, share: xr.DataArray, arm: str) -> None:
    style, time = ARM_STYLES[arm], share["time"].values
    for mass, alpha in SHADES.items():
        low, high = (
            share.sel(quantile=(1 + side * mass) / 2, method="nearest").values for side in (-1, 1)
        )
        ax.fill_between(
            time,
            low,
            high,
            facecolor=style.colour,
            edgecolor=style.colour,
            hatch=HATCHES[arm] if mass == CI_PROB else None,
            linewidth=0.0,
            alpha=alpha,
            zorder=1,
            gid=f"band-{arm}-{100 * mass:g}",
        )
    median = share.sel(quantile=0.5, method="nearest").values
    ax.plot(time, median, **style.line, linewidth=1.8, zorder=3, gid=f"median-{arm}")


def _legend(ax: Axes, title: str, labels: Mapping[str, str]) -> None:
    handles = [Line2D([], [], **ARM_STYLES[arm].line, label=labels[arm]) for arm in ARMS]
    masses = central_masses(INNER_PROB, CI_PROB)
    ax.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0, 1.1),
        title=f"{title}: all followed to death\nPosterior median with {masses}, pointwise",
        title_fontsize=SMALL,
        alignment="left",
        ncols=2,
    )
