"""Power against a size: simulated points, fitted curve with its band, target, answer."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from models.interval_estimate import Z_95
from models.plots.panels import own_axes
from models.plots.style import ARM_STYLES, FAINT, INK, MUTED, SMALL, WIDE, styled

Floats = NDArray[np.float64]

MARKS = ("|", "x", "+", "1", "2", "3", "4", ".")
BAND = 0.22


@dataclass(frozen=True, kw_only=True)
class SizeCurve:
    """Numbers of a power curve over sizes.

    Attributes
    ----------
    points : array (point, 3)
        Size, power and Monte Carlo standard error.
    curve : array (point, 4)
        Size, fitted power, and lower and upper limit of its 95% band.
    power : float
        Wanted.
    answer : tuple of float
        Size, and lower and upper limit of its 95% interval.
    forms : mapping of str to float
        Sizes by closed forms.
    """

    points: Floats
    curve: Floats
    power: float
    answer: tuple[float, float, float]
    forms: Mapping[str, float]


@styled
def plot_size_curve(
    data: SizeCurve, *, label: str, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw power against size.

    Parameters
    ----------
    data : SizeCurve
    label : str
        Of the horizontal axis.
    title : str
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        Bars are 95% Monte Carlo intervals.
    """
    ax = own_axes(ax, width=WIDE, height=3.6)
    ax.grid(axis="y", color=FAINT, linewidth=0.5)
    _draw_curve(ax, data)
    _draw_answer(ax, data)
    _draw_forms(ax, data)
    ax.set_xlabel(label)
    ax.set_ylabel("Power")
    ax.set_ylim(_limits(data))
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, title=title or None,
              title_fontsize=SMALL, alignment="left")  # fmt: skip
    return ax


def _draw_curve(ax: Axes, data: SizeCurve) -> None:
    colour = ARM_STYLES["rt"].colour
    size, power, lower, upper = data.curve.T
    ax.fill_between(size, lower, upper, color=colour, alpha=BAND, linewidth=0,
                    label="95% band of the curve", gid="band")  # fmt: skip
    ax.plot(size, power, color=colour, label="fitted power", gid="curve")
    x, share, error = data.points.T
    ax.errorbar(x, share, yerr=Z_95 * error, fmt="o", color=INK, markersize=3.2, linewidth=0.9,
                markerfacecolor="white", label="simulated (95% interval)")  # fmt: skip


def _draw_answer(ax: Axes, data: SizeCurve) -> None:
    size, lower, upper = data.answer
    ax.axhline(data.power, color=MUTED, linewidth=1.0, linestyle=(0, (2, 2)), gid="target",
               label=f"power {data.power:g}")  # fmt: skip
    ax.axvspan(lower, upper, color=ARM_STYLES["control"].colour, alpha=BAND, linewidth=0,
               label=f"answer {size:.4g} ({lower:.4g} to {upper:.4g})", gid="answer")  # fmt: skip
    ax.axvline(size, color=ARM_STYLES["control"].colour, linewidth=1.0)


def _draw_forms(ax: Axes, data: SizeCurve) -> None:
    for mark, (name, size) in zip(MARKS, data.forms.items(), strict=False):
        ax.plot([size], [data.power], linestyle="none", marker=mark, markersize=8, color=INK,
                markeredgewidth=1.1, zorder=5, clip_on=False, label=f"{name} {size:.4g}",
                gid=f"form-{name}")  # fmt: skip


def _limits(data: SizeCurve) -> tuple[float, float]:
    shares = np.concatenate([data.points[:, 1], data.curve[:, 1], [data.power]])
    room = 0.08 * max(float(np.ptp(shares)), 0.05) + Z_95 * float(data.points[:, 2].max())
    return max(float(shares.min()) - room, -0.01), min(float(shares.max()) + room, 1.01)
