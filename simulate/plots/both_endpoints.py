"""Progression-free and overall survival of one simulated trial, side by side at a look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matplotlib.axes import Axes

from models.plots.kaplan_meier import KaplanMeierAxes
from models.plots.panels import abreast, own_axes
from models.plots.style import WIDE, styled
from models.plots.wording import HR_DIRECTION, ratio_interval
from simulate.plots.kaplan_meier import draw_trial
from simulate.plots.wording import ENDPOINT_LABELS

if TYPE_CHECKING:
    from simulate.plots.endpoints_at_look import EndpointAtLook


@styled
def plot_both_endpoints(
    endpoints: Sequence[EndpointAtLook], *, title: str = "", ax: Axes | None = None
) -> list[KaplanMeierAxes]:
    """Draw the curves of both arms for each endpoint, with numbers at risk.

    Parameters
    ----------
    endpoints : sequence of EndpointAtLook, length 2
        From `endpoints_at_look`; both of the same look.
    title : str
        Such as the design, the truth, the replicate and the look.
    ax : matplotlib.axes.Axes, optional
        Frame to draw in; its own axis lines are switched off.

    Returns
    -------
    list of KaplanMeierAxes
        One an endpoint, on one time axis. Hazard ratios are RT versus control, below 1 favours RT.

    Raises
    ------
    ValueError
        If there are not two endpoints, or nobody has been followed.

    Examples
    --------
    >>> from simulate import endpoints_at_look, load_design, plot_both_endpoints
    >>> design = load_design("analyses/phase3/design.toml")
    >>> found = endpoints_at_look(design, design.truths[0], seed=1, replicate=0, look=1)
    >>> len(plot_both_endpoints(found, title=design.name))
    2
    """
    if len(endpoints) != 2:
        raise ValueError(
            f"`endpoints` needs two endpoints, got {len(endpoints)}; draw one with `plot_trial`"
        )
    end = max((float(one.data["time"].max()) for one in endpoints if len(one.data)), default=0.0)
    if not end > 0:
        raise ValueError("`endpoints` have nobody with follow-up; give a later look")
    frames = abreast(own_axes(ax, width=WIDE, height=4.9), [1.0, 1.0], gaps=[0.28])
    heading = f"Hazard ratios of Cox models, RT versus control ({HR_DIRECTION}), 95% Wald intervals"
    titles = [_title(one) for one in endpoints]
    titles[0] = "\n".join([*([title] if title else []), heading, "", titles[0]])
    panels = []
    for one, own, words in zip(endpoints, frames, titles, strict=True):
        axes = draw_trial(own, one.data, end=end, title=words, narrow=True)
        axes.curve.set_ylabel(f"{ENDPOINT_LABELS[one.name]}, probability")
        panels.append(axes)
    return panels


def _title(one: EndpointAtLook) -> str:
    events = int(one.data["event"].sum())
    ratio = ratio_interval(*one.hazard_ratio)
    return f"{ENDPOINT_LABELS[one.name]}: {events} events\nhazard ratio {ratio}"
