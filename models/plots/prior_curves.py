"""Survival with RT that each prior allows, beside the control curve: before any data on RT."""

from collections.abc import Mapping

from matplotlib.axes import Axes

from models.plots.panels import grid, own_axes
from models.plots.style import ARM_STYLES, SMALL, WIDE, styled
from models.plots.wording import ARM_LABELS, central_masses
from models.priors.prior_curves import MASSES, PriorCurves

COLUMNS = 3
PANEL = 2.1


@styled
def plot_prior_curves(
    curves: Mapping[str, PriorCurves], *, endpoint_label: str, ax: Axes | None = None
) -> list[Axes]:
    """Draw median and bands of survival with RT, one panel for each prior.

    Parameters
    ----------
    curves : mapping of str to PriorCurves
        By the name of the prior, at least one.
    endpoint_label : str
        Name of the endpoint.
    ax : matplotlib.axes.Axes, optional
        Frame to draw in; its own axis lines are switched off.

    Returns
    -------
    list of matplotlib.axes.Axes
        Of the panels, read like text.
    """
    columns = 2 if len(curves) == 4 else min(COLUMNS, len(curves))
    rows = -(-len(curves) // columns)
    ax = own_axes(ax, width=WIDE, height=0.9 + PANEL * rows)
    panels = grid(ax, rows=rows, columns=columns, gap=(0.12, 0.36))
    for spare in panels[len(curves) :]:
        spare.remove()
    panels = panels[: len(curves)]
    for place, (panel, (name, curve)) in enumerate(zip(panels, curves.items(), strict=True)):
        _draw(panel, curve)
        panel.set_title(name)
        panel.set_xlabel("Months since randomisation" if place >= len(curves) - columns else "")
        panel.set_ylabel("Survival" if place % columns == 0 else "")
        if place % columns:
            panel.set_yticklabels([])
    ax.set_title(
        f"{endpoint_label}: survival that each prior allows with RT ({central_masses(*MASSES)}),\n"
        "given the control curve",
        pad=18,
    )
    panels[0].legend(loc="upper right", fontsize=SMALL)
    return panels


def _draw(ax: Axes, curve: PriorCurves) -> None:
    rt, control = ARM_STYLES["rt"], ARM_STYLES["control"]
    ax.fill_between(curve.months, curve.lower, curve.upper, color=rt.colour, alpha=0.15,
                    linewidth=0)  # fmt: skip
    ax.fill_between(curve.months, curve.lower_inner, curve.upper_inner, color=rt.colour,
                    alpha=0.25, linewidth=0)  # fmt: skip
    ax.plot(curve.months, curve.median, **rt.line, label=ARM_LABELS["rt"], gid="rt")
    ax.plot(curve.months, curve.control, **control.line, label=ARM_LABELS["control"], gid="control")
    ax.set_xlim(0, float(curve.months[-1]))
    ax.set_ylim(0, 1.02)
