"""Hazard ratio by level of evidence: one interval a level, one axis for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from models.interval_estimate import CI_PROB
from models.plots.hazard_ratio import ratio_axis
from models.plots.interval_rows import IntervalRow, draw_intervals, write_at_right
from models.plots.panels import own_axes
from models.plots.style import CONTRAST, MUTED, SMALL, WIDE, styled
from models.plots.wording import HR_DIRECTION, HR_LABEL, central, probability, ratio_interval

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("level", "hr_median", "hr_lower", "hr_upper", "p_below_1")
ROW, FRAME = 0.34, 1.3
MARGIN = 0.06


@styled
def plot_levels(table: pd.DataFrame, *, endpoint_label: str, ax: Axes | None = None) -> Axes:
    """Draw the hazard ratio of each level.

    Parameters
    ----------
    table : pandas.DataFrame
        Rows from top to bottom: `level`, `hr_median`, `hr_lower`, `hr_upper` (95% central, RT
        versus control) and `p_below_1`.
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
        If a column or every row is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> from models import plot_levels
    >>> table = pd.DataFrame({
    ...     "level": ["level 0", "level 1"], "hr_median": [0.50, 0.52], "hr_lower": [0.29, 0.31],
    ...     "hr_upper": [0.86, 0.88], "p_below_1": [0.994, 0.993],
    ... })
    >>> plot_levels(table, endpoint_label="Overall survival").get_xlabel()
    'Hazard ratio, RT versus control (log scale), below 1 favours RT'
    """
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing or not len(table):
        raise ValueError(
            f"`table` lacks {', '.join(missing) or 'rows'}; make it with `level_row`, a row a level"
        )
    figures = table[list(COLUMNS[1:])].to_numpy(dtype=float).tolist()
    rows = [
        IntervalRow(float(height), median, lower, upper, CONTRAST)
        for height, (median, lower, upper, _) in enumerate(figures)
    ]
    ax = own_axes(ax, width=WIDE, height=FRAME + ROW * len(rows))
    values = np.log([*(value for row in rows for value in (row.lower, row.upper)), 1.0])
    margin = MARGIN * float(np.ptp(values)) or 0.1
    low, high = np.exp((values.min() - margin, values.max() + margin))
    ratio_axis(ax, float(low), float(high))
    ax.axvline(1, color=MUTED, linewidth=0.8, zorder=1)
    draw_intervals(ax, rows, thin=1.4)
    texts = [f"{ratio_interval(*figure[:3])}, P {probability(figure[3])}" for figure in figures]
    write_at_right(ax, [row.height for row in rows], texts)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_yticks(range(len(rows)), labels=[str(level) for level in table["level"]])
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.set_title(
        f"{endpoint_label} by level of evidence: medians with {central(CI_PROB)}s, P(HR < 1)",
        fontsize=SMALL,
    )
    ax.set_xlabel(f"{HR_LABEL}, {HR_DIRECTION}")
    return ax
