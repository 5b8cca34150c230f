"""Hazards of the passages from medians, hazard ratios and how both endpoints hang together.

Hazards are constant and per month, times months, hazard ratios RT versus control (below 1 favours
RT). Where no hazards exist, one sentence says so and what is possible.
"""

import math
from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq

from models.illness_death.constant import (
    ConstantHazards,
    alive_at,
    average_os_log_hr,
    times_correlation,
)

LEAST_HR, LARGEST_HR = 0.01, 100.0
SHARES = 100
PRECISE = 1e-14
MARGIN = 1e-9


def solve_arm(
    *, pfs_median: float, os_median: float, deaths_without_progression: float, arm: str
) -> ConstantHazards:
    """Hazards of an arm from both medians and the share of deaths among its PFS events.

    Parameters
    ----------
    pfs_median, os_median : float
        Months.
    deaths_without_progression : float
        Share of progression-free survival events that are deaths, at least 0 and below 1.
    arm : str
        Name for messages.

    Raises
    ------
    ValueError
        If no hazard of death after progression gives the median of overall survival.
    """
    if os_median <= pfs_median * (1 + MARGIN):
        raise ValueError(
            f"os_median of {arm} is {os_median:g} and pfs_median {pfs_median:g} months; who has "
            f"died is not free of progression, set os_median above {pfs_median:g}"
        )
    leaving = math.log(2) / pfs_median
    most = most_deaths_without(pfs_median=pfs_median, os_median=os_median)
    if deaths_without_progression >= most * (1 - MARGIN):
        raise ValueError(
            f"deaths_without_progression is {deaths_without_progression:g} and os_median of {arm} "
            f"{os_median:g} months; then more than half have died without progression by that "
            f"month, set deaths_without_progression below {math.floor(most * 1e3) / 1e3:g} or "
            "lower os_median"
        )
    without = deaths_without_progression * leaving

    def surplus(log_after: float) -> float:
        hazards = ConstantHazards(leaving - without, without, math.exp(log_after))
        return float(alive_at(hazards, os_median)) - 0.5

    low, high = _bracket(surplus, start=math.log(math.log(2) / os_median))
    after = math.exp(brentq(surplus, low, high, xtol=PRECISE, rtol=PRECISE))
    return ConstantHazards(leaving - without, without, after)


def most_deaths_without(*, pfs_median: float, os_median: float) -> float:
    """Share of deaths among PFS events at which half have died so by the median of survival."""
    return 0.5 / -math.expm1(-math.log(2) / pfs_median * os_median)


def solve_arm_by_correlation(
    *, pfs_median: float, os_median: float, correlation: float, arm: str
) -> ConstantHazards:
    """Hazards of an arm from both medians and the correlation of both times.

    The share of deaths without progression that gives the correlation is searched from 0 up.

    Parameters
    ----------
    pfs_median, os_median : float
        Months.
    correlation : float
        Of uncensored times of progression-free and overall survival.
    arm : str
        Name for messages.

    Raises
    ------
    ValueError
        If no hazards give the medians, or none of these the correlation.
    """

    def at(share: float) -> ConstantHazards:
        return solve_arm(
            pfs_median=pfs_median, os_median=os_median, deaths_without_progression=share, arm=arm
        )

    at(0.0)
    most = min(most_deaths_without(pfs_median=pfs_median, os_median=os_median), 1.0)
    shares = np.linspace(0.0, most, SHARES, endpoint=False)
    reached = np.array([times_correlation(at(share)) for share in shares])
    change = np.flatnonzero(np.diff(np.sign(reached - correlation)) != 0)
    if not change.size:
        raise ValueError(
            f"correlation is {correlation:g}; with pfs_median {pfs_median:g} and os_median "
            f"{os_median:g} months of {arm} it can be from {_up(reached.min())} to "
            f"{_down(reached.max())}, set it within"
        )
    low, high = shares[change[0]], shares[change[0] + 1]
    return at(brentq(lambda share: times_correlation(at(share)) - correlation, low, high))


def with_os_hr(
    control: ConstantHazards, *, leaving: float, os_hr: float, horizon: float
) -> ConstantHazards:
    """Hazards of RT whose average hazard ratio of death is as wanted.

    Parameters
    ----------
    control : ConstantHazards
    leaving : float
        Hazard of progression or death of RT; the share of deaths is that of control.
    os_hr : float
        Hazard ratio of overall survival, averaged on the log scale over the deaths of both arms up
        to the horizon.
    horizon : float
        Months.

    Raises
    ------
    ValueError
        If the hazard ratio is out of reach.
    """
    ratio = leaving / control.leaving()

    def rt(log_hr: float) -> ConstantHazards:
        after = control.after * math.exp(log_hr)
        return ConstantHazards(control.progression * ratio, control.without * ratio, after)

    def surplus(log_hr: float) -> float:
        reached = average_os_log_hr(control, rt(log_hr), horizon=horizon)
        return reached - math.log(os_hr)

    low, high = math.log(LEAST_HR), math.log(LARGEST_HR)
    if surplus(low) > 0 or surplus(high) < 0:
        least, largest = (math.exp(surplus(end)) * os_hr for end in (low, high))
        raise ValueError(
            f"os_hr is {os_hr:g}; with a hazard ratio of progression-free survival of {ratio:g} "
            f"and any hazard of death after progression it can be from {_up(least)} to "
            f"{_down(largest)}, set os_hr within or change that of progression-free survival"
        )
    return rt(brentq(surplus, low, high, xtol=PRECISE, rtol=PRECISE))


def _bracket(function: Callable[[float], float], *, start: float) -> tuple[float, float]:
    """Points around the root of a falling function, on the log scale."""
    low = high = start
    while function(low) <= 0:
        low -= 1.0
    while function(high) >= 0:
        high += 1.0
    return low, high


def _up(value: float) -> str:
    return f"{math.ceil(value * 1e3) / 1e3:g}"


def _down(value: float) -> str:
    return f"{math.floor(value * 1e3) / 1e3:g}"
