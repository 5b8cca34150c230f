"""The look of every figure: fonts, colours and lines that survive grey print and colour blindness.

Sizes are inches and points. The style holds inside decorated functions only; matplotlib's own
settings neither shine through nor are changed.
"""

from typing import Any, NamedTuple, cast

import matplotlib as mpl
from matplotlib.axes import Axes

# Two-thirds of a text column, and the full width of a page: fonts below suit both unscaled.
NARROW, WIDE = 5.0, 7.1

INK, MUTED, FAINT = "#1a1a1a", "#595959", "#bdbdbd"
TEXT, SMALL, TINY = 8.5, 7.5, 6.5

FAMILIES = {"axes", "errorbar", "figure", "font", "hatch", "legend", "lines", "markers", "mathtext",
            "patch", "path", "savefig", "scatter", "svg", "text", "xaxis", "xtick", "yaxis",
            "ytick"}  # fmt: skip

STYLE: dict[str, Any] = {
    **{key: mpl.rcParamsDefault[key] for key in mpl.rcParamsDefault
       if key.partition(".")[0] in FAMILIES},
    "font.family": ["DejaVu Sans"],
    "font.size": TEXT,
    "text.color": INK,
    "axes.titlesize": TEXT,
    "axes.titlelocation": "left",
    "axes.labelsize": TEXT,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "axes.linewidth": 0.7,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.constrained_layout.h_pad": 0.05,
    "figure.constrained_layout.w_pad": 0.05,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.size": 3.0,
    "ytick.major.size": 3.0,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "xtick.minor.size": 1.8,
    "xtick.minor.width": 0.5,
    "legend.fontsize": SMALL,
    "legend.frameon": False,
    "legend.handlelength": 2.8,
    "legend.borderaxespad": 0.3,
    "lines.linewidth": 1.4,
    "lines.solid_capstyle": "butt",
    "lines.dash_capstyle": "butt",
    "svg.hashsalt": "replan",
}  # fmt: skip
"""Settings in force while a figure is built and while it is saved."""

styled = mpl.rc_context(cast(Any, STYLE))
"""Decorator: run a function under `STYLE` and leave the settings of others alone."""


class ArmStyle(NamedTuple):
    """How an arm is drawn: colour, dashes (none for a solid line) and marker."""

    colour: str
    dashes: tuple[float, float] | None
    marker: str

    @property
    def line(self) -> dict[str, Any]:
        """Colour and line style as matplotlib takes them; dashes are in line widths."""
        style = "solid" if self.dashes is None else (0, self.dashes)
        return {"color": self.colour, "linestyle": style}


ARM_STYLES = {
    "control": ArmStyle("#d9780a", (3.4, 1.3), "s"),
    "rt": ArmStyle("#0b4f8a", None, "o"),
}
"""Orange and dashed, blue and solid: apart in hue, in lightness and in line."""

CONTRAST = ArmStyle(INK, None, "D")
"""What compares the arms and belongs to neither."""


def dress(ax: Axes) -> None:
    """Fix the look of ticks, which matplotlib makes only when it draws."""
    ax.tick_params(
        which="major",
        direction="out",
        length=STYLE["xtick.major.size"],
        width=STYLE["xtick.major.width"],
        colors=INK,
        labelsize=SMALL,
        labelfontfamily=STYLE["font.family"][0],
    )
    ax.tick_params(
        which="minor",
        direction="out",
        length=STYLE["xtick.minor.size"],
        width=STYLE["xtick.minor.width"],
        colors=INK,
    )
    for side, spine in ax.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_linewidth(STYLE["axes.linewidth"])
        spine.set_color(INK)
    ax.set_axisbelow(True)
