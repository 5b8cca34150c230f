"""Forest of estimands: hazard ratio, survival, medians and restricted means, by unit."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from models.plots.hazard_ratio import ratio_axis
from models.plots.interval_rows import (
    IntervalRow,
    draw_intervals,
    interval_limits,
    write_at_right,
)
from models.plots.panels import own_axes, stacked
from models.plots.style import ARM_STYLES, CONTRAST, MUTED, WIDE, ArmStyle, styled
from models.plots.wording import (
    ARM_LABELS,
    DIFFERENCE_DIRECTION,
    HR_DIRECTION,
    HR_LABEL,
    central_masses,
    fitting_labels,
    interval,
    ratio_interval,
)

if TYPE_CHECKING:
    import pandas as pd

ROW, AXIS = 0.2, 0.52
LABEL_WIDTH = 24
COLUMNS = ("estimand", "contrast", "time_months", "median", "lower", "upper", "ci_prob")


class Panel(NamedTuple):
    """Estimands that share an axis.

    Attributes
    ----------
    name : str
        Field of `EstimandAxes`.
    estimands : tuple of str
        Names in the table, in order.
    label : str
        Of the axis, with the unit.
    reference : float or None
        The value of no effect.
    decimals : int
        Of the numbers at the right.
    """

    name: str
    estimands: tuple[str, ...]
    label: str
    reference: float | None
    decimals: int


class EstimandAxes(NamedTuple):
    """Axes of the panels from top to bottom; none where the table has nothing for it."""

    hazard_ratio: Axes | None
    survival: Axes | None
    survival_difference: Axes | None
    time: Axes | None
    time_difference: Axes | None


PANELS = (
    Panel("hazard_ratio", ("hazard_ratio",), f"{HR_LABEL}, {HR_DIRECTION}", 1.0, 2),
    Panel("survival", ("survival",), "S(t), survival probability at t months", None, 2),
    Panel(
        "survival_difference",
        ("survival_difference",),
        f"Difference in S(t), RT minus control, {DIFFERENCE_DIRECTION}",
        0.0,
        2,
    ),
    Panel(
        "time",
        ("median", "rmst"),
        "Months; RMST(t) is the mean survival time restricted to t months",
        None,
        1,
    ),
    Panel(
        "time_difference",
        ("median_difference", "rmst_difference"),
        f"Difference in months, RT minus control, {DIFFERENCE_DIRECTION}",
        0.0,
        1,
    ),
)
NAMES = {
    "hazard_ratio": "Hazard ratio",
    "survival": "S({months})",
    "survival_difference": "S({months})",
    "median": "Median",
    "median_difference": "Median",
    "rmst": "RMST({months})",
    "rmst_difference": "RMST({months})",
}


@styled
def plot_estimands(
    table: pd.DataFrame,
    *,
    inner: pd.DataFrame | None = None,
    endpoint_label: str,
    arm_labels: Mapping[str, str] = ARM_LABELS,
    ax: Axes | None = None,
) -> EstimandAxes:
    """Draw the estimands of one endpoint, grouped by unit, with the numbers at the right.

    Parameters
    ----------
    table : pandas.DataFrame
        From `models.estimands.summarise`: columns `estimand`, `contrast`, `time_months`,
        `median`, `lower`, `upper`, `ci_prob`. Inverse and log hazard ratios and event counts
        are left out.
    inner : pandas.DataFrame, optional
        The same estimands with narrower intervals, of 50% say, drawn thick.
    endpoint_label : str
        Name of the endpoint.
    arm_labels : mapping of str to str
        Names of "control" and "rt".
    ax : matplotlib.axes.Axes, optional
        Frame to draw in; its own axis lines are switched off.

    Returns
    -------
    EstimandAxes

    Raises
    ------
    ValueError
        If a column is missing, no estimand is known or masses are mixed.

    Examples
    --------
    >>> import numpy as np
    >>> import xarray as xr
    >>> from models import plot_estimands, summarise
    >>> log_hr = np.random.default_rng(1).normal(-0.6, 0.25, (4, 200))
    >>> table = summarise(xr.Dataset({"hazard_ratio": (("chain", "draw"), np.exp(log_hr))}))
    >>> axes = plot_estimands(table, endpoint_label="Overall survival")
    >>> len(axes)
    5
    """
    _demand(table, "table")
    shown = [(panel, rows) for panel in PANELS if len(rows := _chosen(table, panel))]
    if not shown:
        raise ValueError(
            f"`table` has none of the estimands {', '.join(NAMES)}; give it from `summarise`"
        )
    masses = [_mass(table, "table")]
    if inner is not None:
        _demand(inner, "inner")
        masses = [_mass(inner, "inner"), *masses]
    heights = [ROW * len(rows) for _, rows in shown]
    frame = own_axes(ax, width=WIDE, height=sum(heights) + AXIS * len(shown) + 0.35)
    frame.set_title(f"{endpoint_label}: posterior medians with {central_masses(*masses)}")
    panels = stacked(frame, heights, gaps=[AXIS] * (len(shown) - 1))
    found: dict[str, Axes | None] = dict.fromkeys(EstimandAxes._fields)
    for axes, (panel, rows) in zip(panels, shown, strict=True):
        _draw_panel(axes, panel, rows, inner=inner, arm_labels=arm_labels)
        found[panel.name] = axes
    return EstimandAxes(**found)


def _draw_panel(
    ax: Axes,
    panel: Panel,
    table: pd.DataFrame,
    *,
    inner: pd.DataFrame | None,
    arm_labels: Mapping[str, str],
) -> None:
    records = table.to_dict("records")
    rows = [
        IntervalRow(
            height=float(height),
            median=record["median"],
            lower=record["lower"],
            upper=record["upper"],
            style=_style(record["contrast"]),
            inner=_inner(inner, record),
        )
        for height, record in enumerate(records)
    ]
    _horizontal_axis(ax, panel, rows)
    draw_intervals(ax, rows, thin=1.1)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    arms = fitting_labels(arm_labels, width=LABEL_WIDTH)
    labels = [_label(record, arms) for record in records]
    ax.set_yticks(range(len(rows)), labels=labels)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    write = (
        ratio_interval
        if panel.name == "hazard_ratio"
        else partial(interval, decimals=panel.decimals)
    )
    texts = [write(row.median, row.lower, row.upper) for row in rows]
    write_at_right(ax, [row.height for row in rows], texts)


def _horizontal_axis(ax: Axes, panel: Panel, rows: Sequence[IntervalRow]) -> None:
    if panel.name == "hazard_ratio":
        low, high = np.exp(interval_limits([_logs(row) for row in rows], include=0.0))
        ratio_axis(ax, float(low), float(high))
    elif panel.name == "survival":
        ax.set_xlim(0, 1)
    else:
        low, high = interval_limits(rows, include=panel.reference)
        ax.set_xlim(low if panel.reference is not None else max(low, 0.0), high)
    if panel.reference is not None:
        ax.axvline(panel.reference, color=MUTED, linewidth=0.8, zorder=0)
    endless = any(np.isinf(row[1:4]).any() for row in rows)
    ax.set_xlabel(f"{panel.label}; ∞ is not reached" if endless else panel.label)


def _logs(row: IntervalRow) -> IntervalRow:
    with np.errstate(divide="ignore"):
        median, lower, upper = np.log([row.median, row.lower, row.upper]).tolist()
    return row._replace(median=median, lower=lower, upper=upper)


def _chosen(table: pd.DataFrame, panel: Panel) -> pd.DataFrame:
    """Rows of a panel: by estimand, then time, then arm."""
    rows = table[table["estimand"].isin(panel.estimands)]
    order = rows["estimand"].map({name: place for place, name in enumerate(panel.estimands)})
    arm = (rows["contrast"] != "control").astype(int)
    keys = rows.assign(_estimand=order, _arm=arm)
    return keys.sort_values(["_estimand", "time_months", "_arm"], kind="stable")


def _style(contrast: str) -> ArmStyle:
    style = ARM_STYLES.get(contrast, CONTRAST)
    return style._replace(dashes=None)


def _label(record: Mapping[Hashable, Any], arm_labels: Mapping[str, str]) -> str:
    name = NAMES[str(record["estimand"])].format(months=f"{record['time_months']:g}")
    arm = arm_labels.get(str(record["contrast"]))
    return name if arm is None else f"{name}, {arm}"


def _inner(
    inner: pd.DataFrame | None, record: Mapping[Hashable, Any]
) -> tuple[float, float] | None:
    if inner is None:
        return None
    time = record["time_months"]
    here = (inner["estimand"] == record["estimand"]) & (inner["contrast"] == record["contrast"])
    same = inner["time_months"].isna() if time != time else inner["time_months"] == time
    match = inner[here & same]
    if match.empty:
        return None
    return float(match["lower"].iloc[0]), float(match["upper"].iloc[0])


def _demand(table: pd.DataFrame, name: str) -> None:
    missing = [column for column in COLUMNS if column not in table.columns]
    if missing:
        raise ValueError(f"`{name}` lacks the column {missing[0]!r}; give it from `summarise`")


def _mass(table: pd.DataFrame, name: str) -> float:
    masses = table["ci_prob"].unique()
    if len(masses) != 1:
        raise ValueError(
            f"`{name}` must have intervals of one mass, got {masses.tolist()}; split it"
        )
    return float(masses[0])
