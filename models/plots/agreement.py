"""Whether independent computations of one posterior agree, within Monte Carlo error."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from models.interval_estimate import CI_PROB, Z_95
from models.plots.panels import abreast, own_axes, stacked
from models.plots.style import ARM_STYLES, FAINT, INK, MUTED, SMALL, WIDE, styled

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("source", "probability", "sampler", "other", "mcse")
LOOKS = (
    ("o", 5.2, INK, "white"),
    ("D", 2.2, ARM_STYLES["rt"].colour, ARM_STYLES["rt"].colour),
    ("^", 3.6, ARM_STYLES["control"].colour, "white"),
)
BOUND = 3.0


class AgreementAxes(NamedTuple):
    """Axes of quantiles, of their differences, and of the sets one by one."""

    quantiles: Axes
    differences: Axes
    sets: Axes


@styled
def plot_agreement(
    quantiles: pd.DataFrame,
    set_scores: ArrayLike,
    *,
    endpoint_label: str,
    ax: Axes | None = None,
) -> AgreementAxes:
    """Draw pooled posteriors against the sampler's own, and each fit against its exact answer.

    Parameters
    ----------
    quantiles : pandas.DataFrame
        From `quantile_agreement`: up to three sources.
    set_scores : array_like, shape (M,)
        For each pseudo-patient set the mean log hazard ratio of the PyMC fit minus the exact
        one, in Monte Carlo standard errors.
    endpoint_label : str
        Name of the endpoint.
    ax : matplotlib.axes.Axes, optional
        Frame to draw in; its own axis lines are switched off.

    Returns
    -------
    AgreementAxes

    Raises
    ------
    ValueError
        If a column is missing, there are more than three sources, or a score is not finite.
    """
    sources = _sources(quantiles)
    scores = np.asarray(set_scores, dtype=float).reshape(-1)
    if scores.size == 0 or not np.isfinite(scores).all():
        raise ValueError(
            f"`set_scores` needs finite values for at least one set, got {scores.size} of which "
            f"{int((~np.isfinite(scores)).sum())} are not finite"
        )
    frame = own_axes(ax, width=WIDE, height=4.8)
    frame.set_title(f"{endpoint_label}: one posterior, computed in several ways", pad=20)
    upper, lower = stacked(frame, [1.5, 1.0], gaps=[0.55])
    left, right = abreast(upper, [1.0, 1.0], gaps=[0.24])
    _draw_quantiles(left, quantiles, sources)
    _draw_differences(right, quantiles, sources)
    _draw_sets(lower, scores)
    return AgreementAxes(quantiles=left, differences=right, sets=lower)


def _draw_quantiles(ax: Axes, quantiles: pd.DataFrame, sources: list[str]) -> None:
    for source, (marker, size, edge, fill) in zip(sources, LOOKS, strict=False):
        here = quantiles[quantiles["source"] == source]
        ax.scatter(here["sampler"], here["other"], marker=marker, s=size**2, linewidth=0.9,
                   edgecolor=edge, facecolor=fill, label=source, zorder=3)  # fmt: skip
    values = quantiles[["sampler", "other"]].to_numpy(dtype=float)
    margin = 0.04 * float(np.ptp(values)) or 0.1
    ends = float(values.min()) - margin, float(values.max()) + margin
    ax.plot(ends, ends, color=MUTED, linewidth=0.8, zorder=1)
    ax.set(xlim=ends, ylim=ends, xlabel="Sampler: quantile of log HR",
           ylabel="Other: quantile of log HR")  # fmt: skip
    ax.set_title("Quantiles of log HR, RT versus control", fontsize=SMALL)
    ax.legend(loc="upper left")


def _draw_differences(ax: Axes, quantiles: pd.DataFrame, sources: list[str]) -> None:
    for source, (marker, size, edge, fill) in zip(sources, LOOKS, strict=False):
        here = quantiles[quantiles["source"] == source]
        gap = (here["other"] - here["sampler"]).to_numpy(dtype=float)
        share, bound = here["probability"], Z_95 * here["mcse"].to_numpy(dtype=float)
        ax.fill_between(share, -bound, bound, facecolor=edge, alpha=0.12, linewidth=0)
        ax.plot(share, bound, color=edge, linewidth=0.6, linestyle=(0, (4, 2)))
        ax.plot(share, -bound, color=edge, linewidth=0.6, linestyle=(0, (4, 2)))
        ax.plot(share, gap, color=edge, linewidth=0.9, marker=marker, markersize=size,
                markerfacecolor=fill, gid=f"difference-{source}")  # fmt: skip
    ax.axhline(0, color=MUTED, linewidth=0.8, zorder=0)
    ax.set(xlim=(0, 1), xlabel="Probability", ylabel="Other minus sampler")
    reach = np.abs(ax.get_ylim()).max()
    ax.set_ylim(-reach, reach)
    ax.set_title(f"Difference, {100 * CI_PROB:g}% pointwise Monte Carlo bands", fontsize=SMALL)


def _draw_sets(ax: Axes, scores: NDArray[np.float64]) -> None:
    place = np.arange(1, scores.size + 1)
    inside = np.abs(scores) <= BOUND
    ax.axhline(0, color=MUTED, linewidth=0.8, zorder=0)
    for bound in (-BOUND, BOUND):
        ax.axhline(bound, color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1)
    ax.scatter(place[inside], scores[inside], marker="o", s=12, color=ARM_STYLES["rt"].colour,
               zorder=3, gid="sets-inside")  # fmt: skip
    ax.scatter(place[~inside], scores[~inside], marker="X", s=42, color="#a3240c", zorder=4,
               gid="sets-outside")  # fmt: skip
    reach = max(BOUND + 0.6, float(np.abs(scores).max()) + 0.4)
    ax.set(xlim=(0, scores.size + 1), ylim=(-reach, reach), xlabel="Pseudo-patient set",
           ylabel="Standard errors")  # fmt: skip
    ax.set_yticks([-BOUND, 0, BOUND])
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_title(
        "PyMC mean minus exact mean of log HR, in Monte Carlo standard errors: "
        f"{int((~inside).sum())} of {scores.size} sets beyond ±{BOUND:g}",
        fontsize=SMALL,
    )
    ax.axhspan(-BOUND, BOUND, color=FAINT, alpha=0.15, linewidth=0, zorder=0)


def _sources(quantiles: pd.DataFrame) -> list[str]:
    missing = [column for column in COLUMNS if column not in quantiles.columns]
    if missing:
        raise ValueError(
            f"`quantiles` lacks the column {missing[0]!r}; compute it with `quantile_agreement`"
        )
    sources = [str(source) for source in quantiles["source"].unique()]
    if not 1 <= len(sources) <= len(LOOKS):
        raise ValueError(
            f"`quantiles` must have 1 to {len(LOOKS)} sources, got {len(sources)}; "
            "draw them in several figures"
        )
    return sources
