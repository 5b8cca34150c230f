"""The trial at hand under one prior after another: prior above, posterior below, row by row."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from models.plots.hazard_ratio import ratio_axis
from models.plots.interval_rows import IntervalRow, draw_intervals, write_at_right
from models.plots.panels import own_axes
from models.plots.style import ARM_STYLES, FAINT, MUTED, SMALL, WIDE, ArmStyle, styled
from models.plots.wording import HR_DIRECTION, HR_LABEL, central, probability, ratio_interval

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("prior", "prior_median", "prior_lower", "prior_upper", "median", "lower", "upper",
           "p_below_1", "trusted")  # fmt: skip
ROW, FRAME = 0.4, 1.4
LABEL_WIDTH = 30
APART = 0.16
LIMITS = (0.2, 2.5)
BEFORE = ArmStyle(MUTED, (2.0, 1.2), "s")
AFTER = ARM_STYLES["rt"]


@styled
def plot_prior_posteriors(
    table: pd.DataFrame, *, endpoint_label: str, ax: Axes | None = None
) -> Axes:
    """Draw prior and posterior intervals of the hazard ratio under each prior.

    Parameters
    ----------
    table : pandas.DataFrame
        Rows from top to bottom: `prior` (its name), `prior_median`, `prior_lower`,
        `prior_upper`, `median`, `lower`, `upper`, `p_below_1` of the hazard ratio, RT versus
        control, and `trusted`: without it no posterior is drawn.
    endpoint_label : str
        Name of the endpoint.
    ax : matplotlib.axes.Axes, optional
        Axes to draw in.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If a column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> from models import plot_prior_posteriors
    >>> table = pd.DataFrame({
    ...     "prior": ["vague", "sceptic"], "prior_median": [1.0, 1.0], "prior_lower": [0.14, 0.64],
    ...     "prior_upper": [7.1, 1.6], "median": [0.52, 0.69], "lower": [0.31, 0.49],
    ...     "upper": [0.88, 0.97], "p_below_1": [0.993, 0.98], "trusted": [True, True],
    ... })
    >>> plot_prior_posteriors(table, endpoint_label="Overall survival").get_xlabel()
    'Hazard ratio, RT versus control (log scale), below 1 favours RT'
    """
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        raise ValueError(f"`table` lacks the columns {', '.join(missing)}; add them")
    ax = own_axes(ax, width=WIDE, height=FRAME + ROW * len(table))
    heights = np.arange(len(table))[::-1].astype(float)
    ratio_axis(ax, *LIMITS)
    ax.axvline(1.0, color=MUTED, linewidth=0.8, zorder=0)
    texts = []
    for height, (_, row) in zip(heights, table.iterrows(), strict=True):
        before = (row["prior_median"], row["prior_lower"], row["prior_upper"])
        draw_intervals(ax, [IntervalRow(height + APART, *before, BEFORE)])
        ax.axhline(height - 0.5, color=FAINT, linewidth=0.4, zorder=0)
        texts.append(_text(row))
        if row["trusted"]:
            after = (row["median"], row["lower"], row["upper"])
            draw_intervals(ax, [IntervalRow(height - APART, *after, AFTER)], thin=1.5)
    write_at_right(ax, list(heights), texts)
    ax.set_ylim(-0.6, len(table) - 0.4)
    ax.set_yticks(heights, [textwrap.fill(name, LABEL_WIDTH) for name in table["prior"]])
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(f"{HR_LABEL}, {HR_DIRECTION}")
    for style, label in ((BEFORE, "prior"), (AFTER, "posterior")):
        ax.plot([], [], **style.line, linewidth=1.2, marker=style.marker, markersize=4.6,
                markerfacecolor="white", label=f"{label}, {central()}")  # fmt: skip
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, fontsize=SMALL, alignment="left",
              title=f"{endpoint_label}: the trial at hand under several priors")  # fmt: skip
    return ax


def _text(row: pd.Series) -> str:
    if not row["trusted"]:
        return "too few draws left"
    ratio = ratio_interval(row["median"], row["lower"], row["upper"])
    return f"{ratio}\nP(HR < 1) {probability(row['p_below_1'])}"
