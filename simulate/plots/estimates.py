"""Cox estimates of the hazard ratio by the look at which trials stop, beside the truth."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import ArrayLike, NDArray

from models.plots.hazard_ratio import ratio_axis
from models.plots.panels import own_axes, stacked
from models.plots.style import INK, MUTED, NARROW, SMALL, styled
from models.plots.wording import HR_DIRECTION, HR_LABEL, number
from simulate.plots.outcome_style import OUTCOME_STYLES
from simulate.plots.stopped_estimates import StoppedEstimates

Floats = NDArray[np.float64]

BINS = 60
TAIL = 0.001
ROW, HEAD = 0.95, 1.3


@styled
def plot_estimates(
    estimates: StoppedEstimates,
    *,
    cox_limit: ArrayLike,
    title: str = "",
    ax: Axes | None = None,
) -> list[Axes]:
    """Draw a histogram of the estimates for each look, stacked by outcome.

    Parameters
    ----------
    estimates : StoppedEstimates
        From `stopped_estimates`.
    cox_limit : array_like, shape (look,)
        Log hazard ratio that the Cox estimate tends to at each look, RT versus control.
    title : str
        Such as the name of the design and the truth.
    ax : matplotlib.axes.Axes, optional
        Frame to draw in; its own axis lines are switched off.

    Returns
    -------
    list of matplotlib.axes.Axes
        One panel a look, on one scale: areas are shares of all trials. Hazard ratios are RT versus
        control on a log axis, below 1 favours RT.

    Raises
    ------
    ValueError
        If no trial has a finite estimate.
    """
    limits = np.asarray(cox_limit, dtype=float)
    finite = np.isfinite(estimates.log_hr)
    if not finite.any():
        raise ValueError("`estimates` has no finite log hazard ratio; simulate more trials")
    edges = _edges(estimates.log_hr[finite], limits)
    counts = np.array([_counts(estimates, look, edges) for look in range(len(limits))])
    frame = own_axes(ax, width=NARROW, height=HEAD + ROW * len(limits))
    panels = stacked(frame, [1.0] * len(limits), gaps=[0.14] * (len(limits) - 1))
    trials = len(estimates.log_hr)
    for look, panel in enumerate(panels):
        _draw_stack(panel, edges, counts[look] / trials)
        _draw_truth(panel, limits[look])
        _describe(panel, estimates, look)
        panel.set_ylim(0, 1.08 * max(float(counts.sum(axis=1).max()) / trials, 1e-9))
        ratio_axis(panel, float(np.exp(edges[0])), float(np.exp(edges[-1])))
        panel.set_yticks([])
        panel.spines["left"].set_visible(False)
        panel.tick_params(labelbottom=look == len(limits) - 1)
    panels[-1].set_xlabel(f"{HR_LABEL}, {HR_DIRECTION}")
    _legend(panels[0], counts, title, trials=trials, missing=trials - int(finite.sum()))
    return panels


def _edges(log_hr: Floats, limits: Floats) -> Floats:
    """Edges of the bins, evenly spaced in log hazard ratio; 1 and the truth lie inside."""
    low, high = np.quantile(log_hr, (TAIL, 1 - TAIL))
    low, high = min(low, limits.min(), -0.05), max(high, limits.max(), 0.05)
    room = 0.04 * (high - low)
    return np.linspace(low - room, high + room, BINS + 1)


def _counts(estimates: StoppedEstimates, look: int, edges: Floats) -> NDArray[np.int64]:
    """Trials by outcome and bin, shape (outcome, bin); those beyond the ends in the last bins."""
    here = (estimates.stop == look) & np.isfinite(estimates.log_hr)
    clipped = np.clip(estimates.log_hr, edges[0], edges[-1])
    return np.array(
        [
            np.histogram(clipped[here & (estimates.outcome == name)], bins=edges)[0]
            for name in OUTCOME_STYLES
        ]
    )


def _draw_stack(ax: Axes, edges: Floats, shares: Floats) -> None:
    base = np.zeros(len(edges) - 1)
    for (name, style), share in zip(OUTCOME_STYLES.items(), shares, strict=True):
        if share.any():
            ax.stairs(base + share, np.exp(edges), baseline=base, fill=True, zorder=2,
                      facecolor=style.colour, edgecolor="white", hatch=style.hatch, linewidth=0.0,
                      gid=f"estimates-{name}")  # fmt: skip
        base = base + share


def _draw_truth(ax: Axes, limit: float) -> None:
    ax.axvline(1.0, color=MUTED, linewidth=0.8, zorder=1)
    ax.axvline(float(np.exp(limit)), color=INK, linewidth=1.4, linestyle=(0, (4, 2)), zorder=4,
               gid="truth")  # fmt: skip


def _describe(ax: Axes, estimates: StoppedEstimates, look: int) -> None:
    """Say beside the panel how many trials stop here and what they estimate."""
    here = estimates.stop == look
    lines = [f"look {look + 1}", f"{100 * here.mean():.1f}% of trials"]
    known = estimates.log_hr[here & np.isfinite(estimates.log_hr)]
    if known.size:
        median = float(np.exp(np.median(known)))
        lines.append(f"median HR {number(median, decimals=2)}")
        ax.plot([median], [0], marker="^", markersize=5.5, markerfacecolor="white",
                markeredgecolor=INK, clip_on=False, zorder=6, gid="median")  # fmt: skip
    ax.annotate("\n".join(lines), (1.0, 0.5), xycoords="axes fraction", xytext=(6, 0),
                textcoords="offset points", va="center", fontsize=SMALL)  # fmt: skip


def _legend(ax: Axes, counts: NDArray[np.int64], title: str, *, trials: int, missing: int) -> None:
    totals = counts.sum(axis=(0, 2))
    handles: list[Patch | Line2D] = [
        Patch(facecolor=style.colour, edgecolor="white", hatch=style.hatch, linewidth=0.0,
              label=style.label)
        for style, total in zip(OUTCOME_STYLES.values(), totals, strict=True)
        if total
    ]  # fmt: skip
    handles += [
        Line2D([], [], color=INK, linestyle=(0, (4, 2)), label="truth: limit of the Cox estimate"),
        Line2D([], [], color="none", marker="^", markersize=5.5, markerfacecolor="white",
               markeredgecolor=INK, label="median of the estimates"),
    ]  # fmt: skip
    heading = f"Estimates at the stop, {trials:,} trials"
    if missing:
        heading += f" ({missing} without an estimate)"
    ax.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        title=f"{title}\n{heading}" if title else heading,
        title_fontsize=SMALL,
        alignment="left",
        ncols=2,
    )
