"""Probability of success by truth and test, with its Monte Carlo error and closed forms beside."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from models.interval_estimate import Z_95
from models.plots.interval_rows import IntervalRow, draw_intervals, write_at_right
from models.plots.panels import own_axes
from models.plots.style import ARM_STYLES, FAINT, INK, MUTED, SMALL, WIDE, ArmStyle, styled
from simulate.plots.wording import TEST_LABELS

if TYPE_CHECKING:
    import xarray as xr

TEST_STYLES = {
    "log_rank": ArmStyle(INK, None, "o"),
    "cox_wald": ArmStyle(ARM_STYLES["rt"].colour, None, "s"),
    "cox_score": ArmStyle(ARM_STYLES["control"].colour, None, "^"),
    "bayes": ArmStyle("#7a3b86", None, "D"),
    "fleming_harrington": ArmStyle("#0f6b4f", None, "v"),
    "modestly_weighted": ArmStyle("#0f6b4f", None, "P"),
    "max_combo": ArmStyle("#0f6b4f", None, "*"),
    "rmst": ArmStyle("#8c4a1f", None, "p"),
    "milestone": ArmStyle("#8c4a1f", None, "<"),
    "milestone_log_log": ArmStyle("#8c4a1f", None, ">"),
    "median": ArmStyle("#8c4a1f", None, "h"),
}
MARKS = ("|", "x", "+", "1", "2", "3", "4")
NAME_WIDTH = 24
APART = 0.19
ROW, HEAD = 0.17, 1.35


@styled
def plot_power(
    table: xr.Dataset,
    *,
    alpha: float,
    closed_forms: Mapping[str, Sequence[float | None]] | None = None,
    tests: Sequence[str] | None = None,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw the probability of success of every test under every truth.

    Parameters
    ----------
    table : xarray.Dataset
        From `characteristics`: `success` and `success_mcse`.
    alpha : float
        One-sided, drawn as a line.
    closed_forms : mapping of str to sequence of float or None, optional
        Name of a formula, and its power under each truth of `table` or None where it has none.
    tests : sequence of str, optional
        Which tests, the deciding one first; all of `table` unless given.
    title : str
        Such as the name of the design.
    ax : matplotlib.axes.Axes, optional
        Axes to draw in.

    Returns
    -------
    matplotlib.axes.Axes
        Lines are 95% Monte Carlo intervals, 1.96 standard errors to either side.

    Examples
    --------
    >>> from simulate import load_design, operating_characteristics, plot_power
    >>> design = load_design("analyses/phase3/os_alone.toml")
    >>> table = operating_characteristics(design, seed=1, trials=200)["os"].to_dataset()
    >>> ax = plot_power(table, alpha=design.alpha, title=design.name)
    >>> ax.get_xlabel()
    'Probability of success'
    """
    chosen = [str(test) for test in table["test"].values] if tests is None else list(tests)
    names = [str(name) for name in table["truth"].values]
    forms = {} if closed_forms is None else closed_forms
    lines = len(chosen) + bool(forms)
    ax = own_axes(ax, width=WIDE, height=HEAD + ROW * (lines + 1.2) * len(names))
    ax.set_xlim(-0.01, 1.01)
    spacing = lines * APART + 0.2
    middles = np.arange(len(names)) * spacing
    ax.set_ylim(middles[-1] + spacing / 2, -spacing / 2)
    _draw_grid(ax, middles, spacing, alpha)
    first = middles - APART * (lines - 1) / 2
    for place, test in enumerate(chosen):
        _draw_test(ax, table.sel(test=test), test, first + APART * place)
    for mark, (name, powers) in zip(MARKS, forms.items(), strict=False):
        _draw_form(ax, name, powers, first + APART * len(chosen), mark)
    ax.set_yticks(middles, labels=[textwrap.fill(name, NAME_WIDTH) for name in names])
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel("Probability of success")
    _legend(ax, chosen, list(forms), alpha=alpha, title=title)
    return ax


def _draw_grid(ax: Axes, middles: np.ndarray, spacing: float, alpha: float) -> None:
    ax.grid(axis="x", color=FAINT, linewidth=0.5)
    for height in middles[1:] - spacing / 2:
        ax.axhline(height, color=FAINT, linewidth=0.5)
    ax.axvline(alpha, color=MUTED, linewidth=1.0, linestyle=(0, (2, 2)), zorder=1, gid="alpha")


def _draw_test(ax: Axes, table: xr.Dataset, test: str, heights: np.ndarray) -> None:
    style = TEST_STYLES[test]
    share, error = table["success"].values, table["success_mcse"].values
    rows = [
        IntervalRow(float(height), float(s), max(s - Z_95 * e, 0.0), min(s + Z_95 * e, 1.0), style)
        for height, s, e in zip(heights, share, error, strict=True)
    ]
    draw_intervals(ax, rows, thin=1.3)
    texts = [
        f"{100 * row.median:.1f}% ({100 * row.lower:.1f} to {100 * row.upper:.1f})" for row in rows
    ]
    write_at_right(ax, heights.tolist(), texts, colour=style.colour)


def _draw_form(
    ax: Axes, name: str, powers: Sequence[float | None], heights: np.ndarray, mark: str
) -> None:
    known = [
        (power, height) for power, height in zip(powers, heights, strict=True) if power is not None
    ]
    if known:
        x, y = zip(*known, strict=True)
        ax.plot(x, y, linestyle="none", marker=mark, markersize=5.5, color=MUTED,
                markeredgewidth=1.1, zorder=5, gid=f"form-{name}")  # fmt: skip


def _legend(ax: Axes, tests: list[str], forms: list[str], *, alpha: float, title: str) -> None:
    handles = [
        Line2D([], [], color=TEST_STYLES[test].colour, marker=TEST_STYLES[test].marker,
               markersize=4.6, markerfacecolor="white", linewidth=1.3, label=TEST_LABELS[test])
        for test in tests
    ]  # fmt: skip
    handles += [
        Line2D([], [], color=MUTED, linestyle="none", marker=mark, markersize=5.5,
               markeredgewidth=1.1, label=name)
        for mark, name in zip(MARKS, forms, strict=False)
    ]  # fmt: skip
    alpha_line = Line2D([], [], color=MUTED, linewidth=1.0, linestyle=(0, (2, 2)),
                        label=f"one-sided alpha {alpha:g}")  # fmt: skip
    heading = "Lines and brackets: 95% Monte Carlo intervals"
    ax.legend(
        handles=[*handles, alpha_line],
        loc="lower left",
        bbox_to_anchor=(0, 1),
        title=f"{title}\n{heading}" if title else heading,
        title_fontsize=SMALL,
        alignment="left",
        ncols=3,
    )
