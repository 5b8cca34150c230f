"""Printed medians marked in a survival plot: a point at one half, dashed lines to both axes."""

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from models.plots.style import ARM_STYLES, SMALL
from models.plots.wording import printed
from models.survival.intervals import ARMS

PrintedMedian = float | str | None
HALF = 0.5


def mark_printed_medians(ax: Axes, medians: Mapping[str, PrintedMedian]) -> None:
    """Mark each printed median; the earlier one is labelled to its left, the later to its right.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Months by survival probability.
    medians : mapping of str to float, str or None
        Printed median of "control" and "rt" in months; text is shown as it stands ("18.30"),
        None is not printed and not marked.
    """
    known = sorted(
        (float(value), arm, printed(value))
        for arm in ARMS
        if (value := medians.get(arm)) is not None
    )
    for place, (months, arm, text) in reversed(list(enumerate(known))):
        style = ARM_STYLES[arm]
        ax.plot(
            [0, months, months],
            [HALF, HALF, 0],
            color=style.colour,
            linestyle=(0, (2, 2)),
            linewidth=0.9,
            zorder=4,
            gid=f"printed-median-lines-{arm}",
        )
        ax.plot(
            [months],
            [HALF],
            marker=style.marker,
            markersize=6,
            markerfacecolor="white",
            markeredgecolor=style.colour,
            markeredgewidth=1.5,
            linestyle="none",
            zorder=6,
            gid=f"printed-median-{arm}",
        )
        _label(ax, months, f"printed {text}", left=place == 0, colour=style.colour)


def _label(ax: Axes, months: float, text: str, *, left: bool, colour: str) -> None:
    ax.annotate(
        text,
        (months, 0.0),
        xytext=(-4 if left else 4, 4),
        textcoords="offset points",
        ha="right" if left else "left",
        va="bottom",
        fontsize=SMALL,
        color=colour,
        path_effects=[withStroke(linewidth=2.2, foreground="white")],
        zorder=7,
    )


def legend_label(label: str, median: PrintedMedian) -> str:
    """Label of an arm, with a word where its median is not printed."""
    return f"{label} (no printed median)" if median is None else label
