"""Whether the chains tell one story: distribution of each chain against that of all."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import ScaledTranslation
from numpy.typing import ArrayLike, NDArray

from models.check_result import CheckResult
from models.interval_estimate import CI_PROB, Z_95
from models.plots.panels import grid, own_axes
from models.plots.style import FAINT, INK, MUTED, SMALL, WIDE, styled

Array = NDArray[np.float64]

MOST_PANELS = 6
LEGEND_COLUMNS = 6
POINTS = 201
DASHES = ("solid", (0, (5, 1.5)), (0, (2, 1)), (0, (5, 1.5, 1, 1.5)))
COLOURS = (INK, "#0b4f8a", "#d9780a", "#1b7f79", "#8a5a9e", "#a3240c", "#7a7a7a", "#5c8fd6")


@styled
def plot_convergence(
    draws: Mapping[str, ArrayLike],
    checks: Sequence[CheckResult],
    *,
    panels: int = MOST_PANELS,
    endpoint_label: str,
    ax: Axes | None = None,
) -> dict[str, Axes]:
    """Draw the slowest quantities: each chain's cumulative share minus that of all chains.

    Parameters
    ----------
    draws : mapping of str to array_like, shape (chain, draw)
        Name and draws of each quantity, as given to `models.convergence.gate`.
    checks : sequence of CheckResult
        What `gate` returned for them.
    panels : int
        How many quantities to show, smallest effective sample size first.
    endpoint_label : str
        Name of the endpoint.
    ax : matplotlib.axes.Axes, optional
        Frame to draw in; its own axis lines are switched off.

    Returns
    -------
    dict of str to matplotlib.axes.Axes
        By quantity, slowest first. A chain that agrees with the others stays within the band,
        which is the 95% pointwise Monte Carlo band of a chain with its part of the effective
        sample size. Quantities that never move are left out.

    Raises
    ------
    ValueError
        If `panels` is not positive, a quantity has no draws or none moves.

    References
    ----------
    Säilynoja, Bürkner & Vehtari 2022, doi 10.1007/s11222-022-10090-6 (differences of ranks).
    """
    if panels < 1:
        raise ValueError(f"`panels` must be at least 1, got {panels}")
    chosen = _slowest(draws, checks)[:panels]
    columns = 2 if len(chosen) == 4 else min(len(chosen), 3)
    rows = -(-len(chosen) // columns)
    chains = np.shape(draws[chosen[0].name])[0]
    legend_rows = -(-(chains + 1) // LEGEND_COLUMNS)
    frame = own_axes(ax, width=WIDE, height=1.85 * rows + 0.75)
    frame.set_title(
        f"{endpoint_label}: chains against each other, slowest quantities",
        pad=36 + 12 * legend_rows,
    )
    found = grid(frame, rows=rows, columns=columns, gap=(0.16, 0.58))
    reach = 0.0
    for panel, check in zip(found, chosen, strict=False):
        reach = max(reach, _draw_quantity(panel, np.asarray(draws[check.name], float), check))
    for place, panel in enumerate(found):
        last = place + columns >= len(chosen)
        _axes(panel, reach, left=place % columns == 0, bottom=last)
        panel.set_visible(place < len(chosen))
    _legend(frame, chains=chains)
    return {check.name: panel for panel, check in zip(found, chosen, strict=False)}


def _slowest(draws: Mapping[str, ArrayLike], checks: Sequence[CheckResult]) -> list[CheckResult]:
    """Sort the checks of what moves, smallest effective sample size first."""
    lost = [check.name for check in checks if check.name not in draws]
    if lost:
        raise ValueError(f"`draws` lacks {lost[0]!r}; give the draws that were checked")
    moving = [check for check in checks if check.passed is not None]
    if not moving:
        raise ValueError("`checks` has no quantity that moves; give the result of `gate`")
    return sorted(moving, key=_size)


def _size(check: CheckResult) -> float:
    sizes = check.values["ess_bulk"], check.values["ess_tail"]
    return min(size if np.isfinite(size) else 0.0 for size in sizes)


def _draw_quantity(ax: Axes, values: Array, check: CheckResult) -> float:
    """Draw one panel and return how far it reaches from 0."""
    share = np.linspace(0, 1, POINTS)
    ordered = np.sort(values, axis=None)
    points = ordered[np.clip((share * ordered.size).astype(int) - 1, 0, None)]
    pooled = np.searchsorted(ordered, points, side="right") / ordered.size
    pooled[0] = 0.0
    bound = _band(share, check.values["ess_bulk"], chains=len(values))
    ax.fill_between(share, -bound, bound, color=FAINT, alpha=0.45, linewidth=0, zorder=1)
    reach = float(np.nan_to_num(bound).max())
    for number, chain in enumerate(values):
        own = np.searchsorted(np.sort(chain), points, side="right") / chain.size
        own[0] = 0.0
        gap = own - pooled
        reach = max(reach, float(np.abs(gap).max()))
        ax.plot(share, gap, linewidth=1.0, zorder=2, gid=f"chain-{number}", **_look(number))
    ax.axhline(0, color=MUTED, linewidth=0.6, zorder=0)
    ax.set_title(_title(check), fontsize=SMALL)
    return reach


def _look(number: int) -> dict[str, Any]:
    return {
        "color": COLOURS[number % len(COLOURS)],
        "linestyle": DASHES[number % len(DASHES)],
    }


def _band(share: Array, size: float, *, chains: int) -> Array:
    """Half width for one chain against all, which it is part of."""
    if not np.isfinite(size) or chains < 2:
        return np.full(share.shape, np.nan)
    return np.asarray(Z_95 * np.sqrt(share * (1 - share) * (chains - 1) / size))


def _title(check: CheckResult) -> str:
    r_hat, bulk, tail = (check.values[name] for name in ("r_hat", "ess_bulk", "ess_tail"))
    verdict = "" if check.passed else ": failed"
    return f"{check.name}{verdict}\nR-hat {r_hat:.3f}, ESS {bulk:,.0f} bulk, {tail:,.0f} tail"


def _axes(ax: Axes, reach: float, *, left: bool, bottom: bool) -> None:
    ax.set_xlim(0, 1)
    ax.set_ylim(-1.1 * reach, 1.1 * reach)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], labels=["0", "", "0.5", "", "1"])
    if left:
        ax.set_ylabel("Chain minus all")
    else:
        ax.tick_params(axis="y", labelleft=False)
    if bottom:
        ax.set_xlabel("Cumulative share in all chains")


def _legend(frame: Axes, *, chains: int) -> None:
    handles = [
        frame.plot([], [], linewidth=1.0, label=f"chain {number + 1}", **_look(number))[0]
        for number in range(chains)
    ]
    band = frame.fill_between([], [], color=FAINT, alpha=0.45, linewidth=0,
                              label=f"{100 * CI_PROB:g}% Monte Carlo band")  # fmt: skip
    figure = frame.figure
    above = ScaledTranslation(0, 30 / 72, figure.dpi_scale_trans)
    frame.legend(handles=[*handles, band], loc="lower left", bbox_to_anchor=(0, 1),
                 bbox_transform=frame.transAxes + above, ncols=LEGEND_COLUMNS,
                 borderpad=0, columnspacing=1.2, handlelength=2.2, borderaxespad=0)  # fmt: skip
