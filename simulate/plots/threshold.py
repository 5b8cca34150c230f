"""Thresholds of a Bayesian rule by nuisance value, with the one that holds for all of them."""

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from models.plots.interval_rows import IntervalRow, draw_intervals, interval_limits, write_at_right
from models.plots.panels import own_axes
from models.plots.style import (
    ARM_STYLES,
    CONTRAST,
    FAINT,
    INK,
    MUTED,
    SMALL,
    WIDE,
    ArmStyle,
    styled,
)
from simulate.threshold.calibrate import AtPoint, Calibration

ROW, HEAD = 0.19, 1.5
AGAIN = ArmStyle(ARM_STYLES["rt"].colour, None, "o")


@styled
def plot_threshold(found: Calibration, *, title: str = "", ax: Axes | None = None) -> Axes:
    """Draw the threshold that each point of the grid needs, highest first.

    Parameters
    ----------
    found : Calibration
    title : str
        Such as the name of the design.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        Lines are 95% Monte Carlo intervals; at the right the error at the calibrated threshold.

    Examples
    --------
    >>> from simulate import calibrate_threshold, load_design, plot_threshold, replaced
    >>> design = replaced(
    ...     load_design("analyses/phase3/os_alone.toml"),
    ...     {"analysis.test": "bayes", "efficacy": {"kind": "none"}, "futility": None},
    ... )
    >>> found = calibrate_threshold(design, alpha=0.025, seed=1, hazard=[0.67, 1.0], accrual=[1.0],
    ...                             drop_out=[None], trials=200)
    >>> plot_threshold(found, title=design.name).get_xlabel()
    'Posterior threshold for a type I error of 2.5%'
    """
    points = sorted(found.points, key=lambda point: -point.threshold.value)
    ax = own_axes(ax, width=WIDE, height=HEAD + ROW * len(points))
    rows = [_row(height, point) for height, point in enumerate(points)]
    ax.set_xlim(interval_limits(rows, include=found.planned))
    ax.set_ylim(len(points) - 0.4, -0.6)
    ax.grid(axis="x", color=FAINT, linewidth=0.5)
    ax.axvline(found.planned, color=MUTED, linewidth=1.0, linestyle=(0, (2, 2)), gid="planned")
    ax.axvline(found.rounded, color=INK, linewidth=1.0, gid="calibrated")
    draw_intervals(ax, rows, thin=1.3)
    texts = [f"{100 * point.calibrated.value:.2f}%" for point in points]
    write_at_right(ax, [row.height for row in rows], texts)
    ax.set_yticks(range(len(points)), labels=[_label(point) for point in points])
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel(f"Posterior threshold for a type I error of {100 * found.alpha:g}%")
    _legend(ax, found, title)
    return ax


def _row(height: int, point: AtPoint) -> IntervalRow:
    style = AGAIN if point.finalist else CONTRAST
    return IntervalRow(float(height), *point.threshold, style)


def _label(point: AtPoint) -> str:
    one = point.nuisance
    loss = "as planned" if one.drop_out is None else f"{100 * one.drop_out:g}%"
    return f"event rate ×{one.hazard:g}, accrual ×{one.accrual:g}, drop-out {loss}"


def _legend(ax: Axes, found: Calibration, title: str) -> None:
    handles = [
        Line2D([], [], color=INK, linewidth=1.0, label=f"holds for all: {found.rounded:.4f}"),
        Line2D([], [], color=MUTED, linewidth=1.0, linestyle=(0, (2, 2)),
               label=f"planned: {found.planned:g}"),
        Line2D([], [], color=AGAIN.colour, marker="o", markersize=4, markerfacecolor="white",
               label="simulated again"),
    ]  # fmt: skip
    heading = "95% Monte Carlo intervals; at the right the type I error at the solid line"
    ax.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=3,
              title=f"{title}\n{heading}" if title else heading, title_fontsize=SMALL,
              alignment="left")  # fmt: skip
