"""Assurance against the number of patients, beside the power at one point of the posterior."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike

from models.interval_estimate import Z_95
from models.plots.panels import own_axes
from models.plots.style import ARM_STYLES, FAINT, MUTED, NARROW, SMALL, styled

BLUE, ORANGE = ARM_STYLES["rt"].colour, ARM_STYLES["control"].colour
MEDIANS = "power if each hazard were at its posterior median"


@styled
def plot_assurance_by_size(
    patients: ArrayLike,
    *,
    assurance: ArrayLike,
    assurance_mcse: ArrayLike,
    power: ArrayLike,
    power_mcse: ArrayLike,
    power_label: str = MEDIANS,
    ceiling: float | None = None,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw both curves with bands of their Monte Carlo errors.

    Parameters
    ----------
    patients : array_like, shape (size,)
    assurance, assurance_mcse : array_like, shape (size,)
    power, power_mcse : array_like, shape (size,)
        If one truth held, such as that in which each hazard is at its posterior median.
    power_label : str
        Which truth that is.
    ceiling : float, optional
        Posterior probability of any benefit, P(HR < 1), which assurance cannot exceed by much
        however large the trial; drawn as a line.
    title : str
    ax : matplotlib.axes.Axes, optional
        Axes to draw in.

    Returns
    -------
    matplotlib.axes.Axes
        Bands are 1.96 standard errors to either side.

    Examples
    --------
    >>> from simulate import plot_assurance_by_size
    >>> ax = plot_assurance_by_size(
    ...     [200, 400], assurance=[0.55, 0.68], assurance_mcse=[0.01, 0.01], power=[0.60, 0.86],
    ...     power_mcse=[0.01, 0.01], ceiling=0.9,
    ... )
    >>> ax.get_ylabel()
    'Probability of success'
    """
    sizes = np.asarray(patients, dtype=float)
    ax = own_axes(ax, width=NARROW, height=3.7)
    lines = (
        (power_label, power, power_mcse, ORANGE, "s", (0, (4, 2))),
        ("assurance", assurance, assurance_mcse, BLUE, "o", "solid"),
    )
    for label, value, error, colour, marker, dashes in lines:
        middle, half = np.asarray(value, dtype=float), Z_95 * np.asarray(error, dtype=float)
        ax.fill_between(sizes, np.maximum(middle - half, 0), np.minimum(middle + half, 1),
                        color=colour, alpha=0.2, linewidth=0)  # fmt: skip
        ax.plot(sizes, middle, color=colour, linestyle=dashes, marker=marker, markersize=4.2,
                markerfacecolor="white", label=label)  # fmt: skip
    if ceiling is not None:
        ax.axhline(ceiling, color=MUTED, linewidth=1.0, linestyle=(0, (1, 1.5)),
                   label=f"P(HR < 1, below 1 favours RT): {100 * ceiling:.0f}%")  # fmt: skip
    ax.set_ylim(-0.01, 1.02)
    ax.grid(color=FAINT, linewidth=0.5)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_xlabel("Patients")
    ax.set_ylabel("Probability of success")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), title=title or None, title_fontsize=SMALL,
              alignment="left")  # fmt: skip
    return ax
