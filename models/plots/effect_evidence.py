"""Bayes factors of models of a changing effect against proportional hazards."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from models.plots.interval_rows import IntervalRow, draw_intervals, write_at_right
from models.plots.panels import own_axes
from models.plots.style import CONTRAST, FAINT, MUTED, SMALL, WIDE, styled

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("model", "log_bayes_factor", "standard_error", "share", "trusted")
TICKS = (0.01, 0.03, 0.1, 1 / 3, 1.0, 3.0, 10.0, 30.0, 100.0)
LEAST = (0.08, 12.5)
ROW, FRAME = 0.36, 1.5


@styled
def plot_effect_evidence(
    table: pd.DataFrame, *, endpoint_label: str, ax: Axes | None = None
) -> Axes:
    """Draw the Bayes factor of each model with two Monte Carlo errors to each side.

    Parameters
    ----------
    table : pandas.DataFrame
        Rows from top to bottom: `model` (its name), `log_bayes_factor` against proportional
        hazards (natural log), its `standard_error`, `share` (posterior probability of the model
        when all are equally likely before) and `trusted`: without it nothing is drawn.
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
    """
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        raise ValueError(f"`table` lacks the columns {', '.join(missing)}; add them")
    ax = own_axes(ax, width=WIDE, height=FRAME + ROW * len(table))
    heights = np.arange(len(table))[::-1].astype(float)
    rows, texts = [], []
    for height, (_, row) in zip(heights, table.iterrows(), strict=True):
        texts.append(_text(row))
        if row["trusted"]:
            centre, error = row["log_bayes_factor"], 2 * row["standard_error"]
            low, high = math.exp(centre - error), math.exp(centre + error)
            rows.append(IntervalRow(height, math.exp(centre), low, high, CONTRAST))
    _factor_axis(ax, rows)
    draw_intervals(ax, rows, thin=1.6)
    write_at_right(ax, list(heights), texts)
    ax.set_ylim(-0.6, len(table) - 0.4)
    ax.set_yticks(heights, list(table["model"]))
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(
        "Bayes factor of the printed figures against proportional hazards (log scale)\n"
        "with two Monte Carlo errors; between 1/3 and 3 hardly worth a mention"
    )
    ax.set_title(f"{endpoint_label}: does the effect change over time?")
    return ax


def _factor_axis(ax: Axes, rows: list[IntervalRow]) -> None:
    low = min([LEAST[0], *(row.lower / 1.2 for row in rows)])
    high = max([LEAST[1], *(row.upper * 1.2 for row in rows)])
    ax.set_xscale("log")
    ax.set_xlim(low, high)
    ax.axvspan(1 / 3, 3.0, color=FAINT, alpha=0.3, linewidth=0.0, zorder=0)
    ax.axvline(1.0, color=MUTED, linewidth=0.8, zorder=0)
    ax.xaxis.set_major_locator(FixedLocator([tick for tick in TICKS if low <= tick <= high]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(_factor))
    ax.tick_params(axis="x", labelsize=SMALL)


def _factor(value: float, _: object = None) -> str:
    return f"{value:g}" if value >= 1 else f"1/{1 / value:.0f}"


def _text(row: pd.Series) -> str:
    if not row["trusted"]:
        return "not shown"
    return f"{np.exp(row['log_bayes_factor']):.2f}; probability {row['share']:.2f}"
