"""The Cox window of the printed figures, and its widening for the higher levels."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.reconstruction.problem import LEVELS

KNEE = 0.58
WIDER_ABOVE_KNEE = 1.8
TOP_HALF_WIDTH = 0.8
LEVELS_PER_FACTOR_E = 1.75


class CoxWindow(NamedTuple):
    """What the printed hazard ratio and limits imply.

    Attributes
    ----------
    log_hr : float
        Printed estimate, RT versus control.
    slack : float
        Largest distance of an exact estimate from `log_hr`.
    information : (float, float)
        Range of the Cox information at the estimate; without end when an estimate and a limit
        are printed alike.
    """

    log_hr: float
    slack: float
    information: tuple[float, float]


def cox_window(problem: np.void) -> CoxWindow:
    """Range of estimate and information that round to what is printed."""
    low, high = -math.log(problem["hr"][1]), -math.log(problem["hr"][0])
    centre = 0.5 * (low + high)
    widest = min(
        math.log(problem["upper"][1] / problem["lower"][0]) / 2,
        math.log(problem["upper"][1] / problem["hr"][0]),
        math.log(problem["hr"][1] / problem["lower"][0]),
    )
    narrowest = max(
        math.log(problem["upper"][0] / problem["lower"][1]) / 2,
        math.log(problem["upper"][0] / problem["hr"][1]),
        math.log(problem["hr"][0] / problem["lower"][1]),
    )
    if narrowest > widest:
        middle = np.sqrt(problem["lower"] * problem["upper"])
        raise ValueError(
            "the printed hazard ratio and its confidence limits cannot come from one Wald "
            f"interval: the middle of the limits on the log scale lies at {middle[0]:.4f} to "
            f"{middle[1]:.4f} (control versus RT), the hazard ratio at {problem['hr'][0]:.4f} to "
            f"{problem['hr'][1]:.4f}; check the three figures"
        )
    z = float(problem["z"])
    most = (z / narrowest) ** 2 if narrowest > 0.0 else math.inf
    return CoxWindow(centre, high - centre, ((z / widest) ** 2, most))


def count_levels(problem: np.void) -> int:
    """Levels from exact to nearly free: more for figures printed to more decimals."""
    return min(LEVELS, 2 + math.ceil(LEVELS_PER_FACTOR_E * math.log(_widening(problem))))


def _widening(problem: np.void) -> float:
    """How many times wider than printed the top level is."""
    return max(2.0, TOP_HALF_WIDTH / cox_window(problem).slack)


def level_windows(
    problem: np.void, *, levels: int | None = None, widest: float | None = None
) -> NDArray[np.float64]:
    """Windows of estimate and limits by level, from exact to nearly free.

    They bound the one-step estimate and limits, log scale, RT versus control; half-widths grow
    up to `TOP_HALF_WIDTH` for the estimate (see `_heights`).
    At level 0 they are widened by what one step can be off (|dI/db| <= I, so information changes
    by at most a factor exp(slack)), and the exact fit decides. No level is narrower than one
    below it, as exchanges demand.

    Parameters
    ----------
    problem : record of PROBLEM
    levels : int, optional
        As many as `count_levels` says by default.
    widest : float, optional
        How many times wider than printed the top level is.

    Returns
    -------
    array (level, 8)
        Estimate low and high, lower limit low and high, upper limit low and high, the log HR
        at which score and information are taken, 1 where the exact fit decides.
    """
    window = cox_window(problem)
    bounds = -np.log(np.stack([problem["hr"], problem["upper"], problem["lower"]]))[:, ::-1]
    middle, half = bounds.mean(axis=1), 0.5 * (bounds[:, 1] - bounds[:, 0])
    levels = count_levels(problem) if levels is None else levels
    factor = (widest or _widening(problem)) ** _heights(levels)
    halves = half * factor[:, np.newaxis]
    margin = problem["z"] / math.sqrt(window.information[0])
    halves[0] += 2.0 * window.slack**2
    halves[0, 1:] += margin * math.expm1(0.5 * window.slack)
    halves = np.maximum.accumulate(halves, axis=0)
    limits = np.stack([middle - halves, middle + halves], axis=2).reshape(levels, 6)
    exact = np.zeros(levels)
    exact[0] = 1.0
    return np.column_stack([limits, np.full(levels, window.log_hr), exact])


def _heights(levels: int) -> NDArray[np.float64]:
    """Log widening of each level as a share of the top's.

    Measured on the published endpoints, exchanges fail evenly up to `KNEE` and half as often
    above it, where steps are therefore wider: neighbours then exchange about equally often.
    """
    steps = np.linspace(0.0, KNEE + (1.0 - KNEE) / WIDER_ABOVE_KNEE, levels)
    return np.where(steps <= KNEE, steps, KNEE + (steps - KNEE) * WIDER_ABOVE_KNEE)
