"""Forest of hazard ratios: each transition's, and those of both endpoints at stated months."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from models.illness_death.estimands import ENDPOINTS
from models.plots.hazard_ratio import ratio_axis
from models.plots.interval_rows import IntervalRow, draw_intervals, write_at_right
from models.plots.panels import own_axes
from models.plots.style import CONTRAST, FAINT, MUTED, SMALL, WIDE, styled
from models.plots.wording import HR_DIRECTION, HR_LABEL, central, probability, ratio_interval

if TYPE_CHECKING:
    import pandas as pd

ROW = 0.32
MARGIN = 0.06
COLUMNS = ("part", "estimand", "time_months", "median", "lower", "upper", "ci_prob", "p_below_1")
LABELS = {
    "progression": "Progression",
    "death_without_progression": "Death without progression",
    "death_after_progression": "Death after progression",
    "pfs": "PFS",
    "os": "OS",
}


@styled
def plot_transitions(table: pd.DataFrame, *, title: str, ax: Axes | None = None) -> Axes:
    """Draw the hazard ratios of the transitions, and of the endpoints over time.

    Parameters
    ----------
    table : pandas.DataFrame
        From `summarise_illness_death`.
    title : str
        What the posterior is of, such as the name of the trial.
    ax : matplotlib.axes.Axes, optional
        Axes to draw in.

    Returns
    -------
    matplotlib.axes.Axes
        Transitions first: their ratios hold at all times. Those of the endpoints are ratios of
        hazards at a month, among patients without the event by then.

    Raises
    ------
    ValueError
        If a column or every hazard ratio of the transitions is missing.
    """
    chosen = _hazard_ratios(table)
    figures = chosen[["median", "lower", "upper"]].to_numpy(dtype=float).tolist()
    rows = [
        IntervalRow(float(height), median, lower, upper, CONTRAST)
        for height, (median, lower, upper) in enumerate(figures)
    ]
    ax = own_axes(ax, width=WIDE, height=ROW * len(rows) + 1.2)
    values = np.log([*(value for row in rows for value in row[2:4]), 1.0])
    margin = MARGIN * float(np.ptp(values)) or 0.1
    low, high = np.exp((values.min() - margin, values.max() + margin))
    ratio_axis(ax, float(low), float(high))
    ax.axvline(1, color=MUTED, linewidth=0.8, zorder=1)
    draw_intervals(ax, rows, thin=1.4)
    write_at_right(ax, [row.height for row in rows], _texts(chosen))
    _rows_axis(ax, chosen)
    mass = central(float(chosen["ci_prob"].iloc[0]))
    ax.set_title(f"{title}: posterior medians with {mass}s, P(HR < 1)", fontsize=SMALL)
    ax.set_xlabel(f"{HR_LABEL}, {HR_DIRECTION}")
    return ax


def _hazard_ratios(table: pd.DataFrame) -> pd.DataFrame:
    missing = [column for column in COLUMNS if column not in table.columns]
    if missing:
        raise ValueError(
            f"`table` lacks the column {missing[0]!r}; make it with `summarise_illness_death`"
        )
    here = table[(table["estimand"] == "hazard_ratio") & table["part"].isin(list(LABELS))]
    place = here["part"].map({part: place for place, part in enumerate(LABELS)})
    chosen = here.assign(place=place).sort_values(["place", "time_months"], kind="stable")
    if not (chosen["place"] < 3).any():
        raise ValueError(
            "`table` has no hazard ratio of a transition; make it with `summarise_illness_death`"
        )
    return chosen


def _texts(chosen: pd.DataFrame) -> list[str]:
    figures = chosen[["median", "lower", "upper", "p_below_1"]].to_numpy(dtype=float).tolist()
    return [f"{ratio_interval(*row[:3])}, P {probability(row[3])}" for row in figures]


def _rows_axis(ax: Axes, chosen: pd.DataFrame) -> None:
    parts = [str(part) for part in chosen["part"]]
    months = chosen["time_months"].to_numpy(dtype=float)
    labels = [
        LABELS[part] + ("" if np.isnan(month) else f" at month {month:g}")
        for part, month in zip(parts, months, strict=True)
    ]
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.set_yticks(range(len(labels)), labels=labels)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    for height, (part, following) in enumerate(pairwise(parts)):
        if part != following and following in ENDPOINTS:
            ax.axhline(height + 0.5, color=FAINT, linewidth=0.6, zorder=0)
