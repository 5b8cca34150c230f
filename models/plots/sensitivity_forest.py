"""Sensitivity of the answer: one row for each analysis, one panel for each estimand."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from models.plots.hazard_ratio import ratio_axis
from models.plots.interval_rows import IntervalRow, draw_intervals, interval_limits
from models.plots.panels import abreast, own_axes
from models.plots.style import ARM_STYLES, CONTRAST, FAINT, MUTED, SMALL, WIDE, ArmStyle, styled
from models.plots.wording import central

if TYPE_CHECKING:
    import pandas as pd

ROW = 0.3
MOST_TICKS = 4
LABEL_WIDTH = 30
OFFSETS = {"control": -0.17, "rt": 0.17}
COLUMNS = ("analysis", "estimand", "contrast", "time_months", "median", "lower", "upper",
           "ci_prob", "p_below_1")  # fmt: skip
HIGHLIGHT = "#e3ecf5"
DEFAULT_LINE: dict[str, Any] = {"linewidth": 0.7, "linestyle": (0, (1, 2)), "zorder": 1}


class SensitivityAxes(NamedTuple):
    """Axes of the panels from left to right."""

    hazard_ratio: Axes
    p_below_1: Axes
    survival: Axes
    rmst_difference: Axes


@styled
def plot_sensitivity(
    table: pd.DataFrame,
    *,
    default: str,
    endpoint_label: str,
    months: float = 24.0,
    ax: Axes | None = None,
) -> SensitivityAxes:
    """Draw hazard ratio, P(HR < 1), survival and RMST difference of several analyses.

    Parameters
    ----------
    table : pandas.DataFrame
        Rows of `models.estimands.summarise` for each analysis with its name in a column
        `analysis`; the order of analyses is kept.
    default : str
        Name of the analysis that the report leads with; its row is shaded and in bold.
    endpoint_label : str
        Name of the endpoint.
    months : float
        Time of survival and horizon of restricted means.
    ax : matplotlib.axes.Axes, optional
        Frame to draw in; its own axis lines are switched off.

    Returns
    -------
    SensitivityAxes
        A dotted line marks the medians of the default analysis; what an analysis does not
        estimate is left empty.

    Raises
    ------
    ValueError
        If a column, the default analysis or every row of an estimand is missing, or intervals
        are of several masses.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> import xarray as xr
    >>> from models import compute_estimands, plot_sensitivity, summarise
    >>> def analysed(name, hr):
    ...     log_hr = np.random.default_rng(1).normal(np.log(hr), 0.2, (2, 50))
    ...     hazard = 0.05 * np.exp(np.stack([-log_hr / 2, log_hr / 2], axis=-1))[..., np.newaxis]
    ...     draws = xr.Dataset(
    ...         {"log_hr": (("chain", "draw"), log_hr),
    ...          "hazard": (("chain", "draw", "arm", "interval"), hazard)},
    ...         coords={"arm": ["control", "rt"], "interval_start": ("interval", [0.0])},
    ...     )
    ...     return summarise(compute_estimands(draws)).assign(analysis=name)
    >>> table = pd.concat([analysed("default", 0.55), analysed("flat prior", 0.5)])
    >>> axes = plot_sensitivity(table, default="default", endpoint_label="Overall survival")
    >>> len(axes)
    4
    """
    names = _names(table, default=default)
    frame = own_axes(ax, width=WIDE, height=ROW * len(names) + 1.4)
    panels = SensitivityAxes(*abreast(frame, [1.2, 0.75, 1.1, 1.3], gaps=[0.22] * 3))
    mass = central(float(table["ci_prob"].iloc[0]))
    frame.set_title(f"{endpoint_label}: posterior medians with {mass}s", pad=22)
    place = names.index(default)
    _draw_hazard_ratio(panels.hazard_ratio, table, names, place=place)
    _draw_probability(panels.p_below_1, table, names, place=place)
    _draw_survival(panels.survival, table, names, months=months, place=place)
    _draw_rmst(panels.rmst_difference, table, names, months=months, place=place)
    for panel in panels:
        _rows_axis(panel, names, place=place, labelled=panel is panels.hazard_ratio)
    return panels


def _draw_hazard_ratio(ax: Axes, table: pd.DataFrame, names: list[str], *, place: int) -> None:
    rows = _rows(table, names, "hazard_ratio", "rt vs control", style=CONTRAST)
    values = np.log([v for row in rows for v in row[1:4] if np.isfinite(v) and v > 0] + [1.0])
    margin = 0.06 * float(np.ptp(values)) or 0.1
    low, high = np.exp((values.min() - margin, values.max() + margin))
    ratio_axis(ax, float(low), float(high), most=MOST_TICKS)
    ax.axvline(1, color=MUTED, linewidth=0.8, zorder=1)
    _mark_default(ax, rows, place)
    draw_intervals(ax, rows, thin=1.4)
    _name_panel(ax, "HR", "RT versus control,\nbelow 1 favours RT")


def _draw_probability(ax: Axes, table: pd.DataFrame, names: list[str], *, place: int) -> None:
    chosen = _figures(table, "hazard_ratio", "rt vs control")
    shares = [float(chosen["p_below_1"].get(name, np.nan)) for name in names]
    known = [share for share in shares if np.isfinite(share)]
    low = 0.0 if min(known, default=0.0) < 0.8 else 0.8
    ax.set_xlim(low, 1.0 + 0.03 * (1 - low))
    ax.set_xticks([low, (1 + low) / 2, 1.0])
    ax.axvline(shares[place], **DEFAULT_LINE, color=CONTRAST.colour)
    ax.scatter(shares, range(len(names)), marker="D", s=20, facecolor="white",
               edgecolor=CONTRAST.colour, linewidth=1.2, zorder=4, clip_on=False)  # fmt: skip
    _name_panel(ax, "P(HR < 1)", "Posterior\nprobability")


def _draw_survival(
    ax: Axes, table: pd.DataFrame, names: list[str], *, months: float, place: int
) -> None:
    by_arm = {
        arm: _rows(table, names, "survival", arm, style=_solid(arm), months=months)
        for arm in OFFSETS
    }
    _, high = interval_limits([row for rows in by_arm.values() for row in rows], include=0.0)
    ax.set_xlim(0, min(high, 1.0))
    ax.locator_params(axis="x", nbins=MOST_TICKS)
    for arm, rows in by_arm.items():
        _mark_default(ax, rows, place)
        shifted = [row._replace(height=row.height + OFFSETS[arm]) for row in rows]
        draw_intervals(ax, shifted, thin=1.4)
    _name_panel(
        ax, f"S({months:g}): □ control, ○ RT", f"Survival probability\nat {months:g} months"
    )


def _draw_rmst(
    ax: Axes, table: pd.DataFrame, names: list[str], *, months: float, place: int
) -> None:
    rows = _rows(table, names, "rmst_difference", "rt - control", style=CONTRAST, months=months)
    ax.set_xlim(*interval_limits(rows, include=0.0))
    ax.locator_params(axis="x", nbins=MOST_TICKS)
    ax.axvline(0, color=MUTED, linewidth=0.8, zorder=1)
    _mark_default(ax, rows, place)
    draw_intervals(ax, rows, thin=1.4)
    label = "RT minus control,\nmonths, above 0 favours RT"
    _name_panel(ax, f"RMST({months:g}) difference", label)


def _name_panel(ax: Axes, title: str, label: str) -> None:
    ax.set_title(title, fontsize=SMALL)
    ax.set_xlabel(label, fontsize=SMALL)


def _mark_default(ax: Axes, rows: list[IntervalRow], place: int) -> None:
    if np.isfinite(rows[place].median):
        ax.axvline(rows[place].median, **DEFAULT_LINE, color=rows[place].style.colour)


def _solid(arm: str) -> ArmStyle:
    return ARM_STYLES[arm]._replace(dashes=None)


def _rows_axis(ax: Axes, names: list[str], *, place: int, labelled: bool) -> None:
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.axhspan(place - 0.5, place + 0.5, color=HIGHLIGHT, zorder=0, linewidth=0)
    for height in range(len(names) - 1):
        ax.axhline(height + 0.5, color=FAINT, linewidth=0.4, zorder=0)
    labels = [textwrap.fill(name, LABEL_WIDTH, max_lines=2, placeholder=" …") for name in names]
    ax.set_yticks(range(len(names)), labels=labels if labelled else [""] * len(names))
    ax.get_yticklabels()[place].set_fontweight("bold")


def _rows(
    table: pd.DataFrame,
    names: list[str],
    estimand: str,
    contrast: str,
    *,
    style: ArmStyle,
    months: float | None = None,
) -> list[IntervalRow]:
    chosen = _figures(table, estimand, contrast, months=months)
    found = chosen.reindex(names)[["median", "lower", "upper"]].to_numpy(dtype=float)
    return [
        IntervalRow(float(height), float(median), float(lower), float(upper), style)
        for height, (median, lower, upper) in enumerate(found)
    ]


def _figures(
    table: pd.DataFrame, estimand: str, contrast: str, *, months: float | None = None
) -> pd.DataFrame:
    """Rows of one estimand by analysis."""
    here = (table["estimand"] == estimand) & (table["contrast"] == contrast)
    if months is not None:
        here &= table["time_months"] == months
    chosen = table[here].set_index("analysis")
    if chosen.empty:
        at = "" if months is None else f" at {months:g} months"
        raise ValueError(f"`table` has no {estimand} of {contrast}{at}; add it with `summarise`")
    if chosen.index.has_duplicates:
        name = chosen.index[chosen.index.duplicated()][0]
        raise ValueError(f"`table` has {estimand} of {contrast} twice in {name!r}; name them apart")
    return chosen


def _names(table: pd.DataFrame, *, default: str) -> list[str]:
    missing = [column for column in COLUMNS if column not in table.columns]
    if missing:
        raise ValueError(
            f"`table` lacks the column {missing[0]!r}; give rows of `summarise` with `analysis`"
        )
    names = [str(name) for name in table["analysis"].unique()]
    if default not in names:
        raise ValueError(f"`default` must be one of the analyses {names}, got {default!r}")
    masses = table["ci_prob"].unique()
    if len(masses) != 1:
        raise ValueError(
            f"`table` must have intervals of one mass, got {masses.tolist()}; split it"
        )
    return names
