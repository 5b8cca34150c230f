"""Efficacy and futility bounds on the z scale, with simulated paths behind them."""

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from numpy.typing import ArrayLike, NDArray

from models.plots.panels import own_axes
from models.plots.style import INK, MUTED, NARROW, SMALL, TINY, styled
from models.plots.wording import number
from simulate.boundaries.scales import hazard_ratio_at
from simulate.plots.judged_paths import JudgedPaths
from simulate.plots.outcome_style import OUTCOME_STYLES

Floats = NDArray[np.float64]

LABEL_WIDTH = 0.115
MOST_PATHS = 300
DASHED = (0, (3.4, 1.3))


@styled
def plot_boundaries(
    events: ArrayLike,
    *,
    efficacy_z: ArrayLike,
    futility_z: ArrayLike,
    per_event: float = 0.25,
    paths: ArrayLike | None = None,
    judged: JudgedPaths | None = None,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw the bounds of a design over events, each labelled with its hazard ratio.

    Parameters
    ----------
    events : array_like, shape (look,)
        Events at each look, over both arms.
    efficacy_z : array_like, shape (look,)
        Success at or above; infinite where there is no bound.
    futility_z : array_like, shape (look,)
        Futility below; minus infinity where there is no bound. What it is at the last look is not
        drawn: there all that is not success is failure.
    per_event : float
        Information on log HR in one event, 1/4 for 1:1.
    paths : array_like, shape (trial, look), optional
        z of simulated trials at every look; at most the first 300 are drawn, up to their stop.
    judged : JudgedPaths, optional
        Where these stop and how, from `judge_paths` or from the trials' own bounds; needed with
        `paths`.
    title : str
        Such as the name of the design and the truth of the paths.
    ax : matplotlib.axes.Axes, optional
        Axes to draw in.

    Returns
    -------
    matplotlib.axes.Axes
        z above 0 favours RT; hazard ratios are RT versus control, below 1 favours RT.

    Raises
    ------
    ValueError
        If paths come without their outcomes, or the bounds do not belong to the looks.

    Examples
    --------
    >>> from simulate import load_design, planned_boundaries, planned_events, plot_boundaries
    >>> design = load_design("analyses/phase3/os_alone.toml")
    >>> events = planned_events(design, seed=1)
    >>> bounds = planned_boundaries(design, events)
    >>> ax = plot_boundaries(
    ...     events, efficacy_z=bounds.z, futility_z=bounds.futility_z, title=design.name
    ... )
    >>> ax.get_xlabel()
    'Events, both arms'
    """
    at = np.asarray(events, dtype=float)
    upper, lower = np.array(efficacy_z, dtype=float), np.array(futility_z, dtype=float)
    _demand(at, upper, lower, paths, judged)
    lower[-1] = -math.inf
    ax = own_axes(ax, width=NARROW, height=4.1)
    shown = np.empty((0, len(at)))
    handles: list[Line2D] = []
    if paths is not None and judged is not None:
        shown = np.asarray(paths, dtype=float)[:MOST_PATHS]
        handles = _draw_paths(ax, at, shown, judged)
    low, high = _limits(shown, upper, lower)
    ax.set_ylim(low, high)
    ax.set_xlim(0, 1.12 * at[-1])
    _draw_bounds(ax, at, upper, lower)
    labelled = _labelled(at)
    _write_ratios(ax, at, upper, labelled, per_event=per_event, above=True)
    _write_ratios(ax, at, lower, labelled, per_event=per_event, above=False)
    _write_looks(ax, at, labelled)
    ax.set_xlabel("Events, both arms")
    ax.set_ylabel("Test statistic z, above 0 favours RT")
    _legend(ax, handles, futility=bool(np.isfinite(lower).any()), title=title)
    return ax


def _demand(
    at: Floats, upper: Floats, lower: Floats, paths: ArrayLike | None, judged: JudgedPaths | None
) -> None:
    for name, bound in (("efficacy_z", upper), ("futility_z", lower)):
        if bound.shape != at.shape:
            raise ValueError(
                f"`{name}` needs one bound for each of {at.size} looks, got {bound.size}; "
                "use an infinite one where there is none"
            )
    if paths is not None and judged is None:
        raise ValueError("`paths` come without `judged`; say with `judge_paths` where they stop")


def _draw_paths(ax: Axes, at: Floats, paths: Floats, judged: JudgedPaths) -> list[Line2D]:
    """Draw paths up to their stop; return the handles of a legend."""
    handles = []
    places = np.concatenate(([0.0], at))
    for name, style in OUTCOME_STYLES.items():
        members = np.flatnonzero(judged.outcome[: len(paths)] == name)
        lines = []
        for trial in members:
            z = np.concatenate(([0.0], paths[trial, : judged.stop[trial] + 1]))
            known = np.isfinite(z)
            lines.append(np.column_stack((places[: z.size][known], z[known])))
        if lines:
            alpha = float(np.clip(25 / len(lines), 0.15, 0.6))
            ax.add_collection(
                LineCollection(lines, colors=style.colour, linewidths=0.6, alpha=alpha, zorder=2,
                               gid=f"paths-{name}")
            )  # fmt: skip
            label = f"{style.label}: {len(lines)} of {len(paths)} trials"
            handles.append(Line2D([], [], color=style.colour, linewidth=1.4, label=label))
    return handles


def _limits(paths: Floats, upper: Floats, lower: Floats) -> tuple[float, float]:
    """Lowest and highest z shown: all finite bounds, and nearly all paths."""
    bounds = np.concatenate([upper, lower])
    values = [bounds[np.isfinite(bounds)], np.array([0.0, 1.0])]
    known = paths[np.isfinite(paths)]
    if known.size:
        values.append(np.quantile(known, [0.005, 0.995]))
    joined = np.concatenate(values)
    return float(joined.min()) - 0.7, float(joined.max()) + 0.7


def _draw_bounds(ax: Axes, at: Floats, upper: Floats, lower: Floats) -> None:
    low, high = ax.get_ylim()
    ax.axhline(0, color=MUTED, linewidth=0.7, zorder=1)
    for bound, name, marker, edge in (
        (upper, "success", "o", high),
        (lower, "futility", "s", low),
    ):
        known, style = np.isfinite(bound), OUTCOME_STYLES[name]
        if not known.any():
            continue
        ax.fill_between(at[known], bound[known], edge, facecolor=style.colour, alpha=0.1,
                        linewidth=0, zorder=1)  # fmt: skip
        ax.plot(at[known], bound[known], color=INK, linewidth=1.4, marker=marker, markersize=4.5,
                markerfacecolor=style.colour, markeredgecolor=INK, markeredgewidth=0.8,
                linestyle="solid" if name == "success" else DASHED, zorder=4,
                gid=f"bound-{name}")  # fmt: skip


def _labelled(at: Floats) -> NDArray[np.int64]:
    """Choose the looks to label, from the last: those whose labels do not overlap."""
    chosen = [len(at) - 1]
    for look in range(len(at) - 2, -1, -1):
        if at[chosen[-1]] - at[look] >= LABEL_WIDTH * at[-1]:
            chosen.append(look)
    return np.array(chosen[::-1], dtype=np.int64)


def _write_ratios(
    ax: Axes, at: Floats, bound: Floats, looks: NDArray[np.int64], *, per_event: float, above: bool
) -> None:
    for look in looks[np.isfinite(bound[looks])]:
        ratio = float(hazard_ratio_at(bound[look], at[look], per_event=per_event))
        ax.annotate(
            f"HR {number(ratio, decimals=2 if ratio >= 0.095 else 3)}",
            (at[look], bound[look]),
            xytext=(3, 5 if above else -5),
            textcoords="offset points",
            ha="left",
            va="bottom" if above else "top",
            fontsize=SMALL,
            path_effects=[withStroke(linewidth=2.2, foreground="white")],
            zorder=6,
        )


def _write_looks(ax: Axes, at: Floats, looks: NDArray[np.int64]) -> None:
    for look, place in enumerate(at):
        ax.axvline(place, color=MUTED, linewidth=0.5, linestyle=(0, (1, 2)), zorder=1)
        if look in looks:
            ax.annotate(
                f"look {look + 1}\n{100 * place / at[-1]:.0f}%",
                (place, 1.0),
                xycoords=("data", "axes fraction"),
                xytext=(0, 2),
                textcoords="offset points",
                ha="center",
                va="bottom",
                fontsize=TINY,
                color=MUTED,
                linespacing=1.1,
            )


def _legend(ax: Axes, paths: list[Line2D], *, futility: bool, title: str) -> None:
    handles = [_bound_handle("success", "o", label="success at or above")]
    if futility:
        handles.append(_bound_handle("futility", "s", label="futility below"))
        handles[-1].set_linestyle(DASHED)
    heading = "HR: hazard ratio at the bound, RT versus control, below 1 favours RT"
    ax.legend(
        handles=[*handles, *paths],
        loc="lower left",
        bbox_to_anchor=(0, 1.08),
        title=f"{title}\n{heading}" if title else heading,
        title_fontsize=SMALL,
        alignment="left",
        ncols=2,
    )


def _bound_handle(name: str, marker: str, *, label: str) -> Line2D:
    return Line2D([], [], color=INK, marker=marker, markersize=4.5, label=label,
                  markerfacecolor=OUTCOME_STYLES[name].colour)  # fmt: skip
