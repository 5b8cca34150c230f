"""How many events a group-sequential trial needs."""

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from simulate.boundaries.boundaries import boundaries
from simulate.boundaries.crossing import checked_information
from simulate.boundaries.futility import FutilityRule
from simulate.boundaries.power import operating
from simulate.boundaries.spending import SpendingFunction
from simulate.closed_forms.events import schoenfeld_events

WIDEN = 1.25
MOST_WIDENINGS = 30


def events_for_power(
    fraction: ArrayLike,
    *,
    hazard_ratio: float,
    efficacy: SpendingFunction,
    futility: FutilityRule | None = None,
    power: float | None = None,
    per_event: float = 0.25,
) -> float:
    """Events at the final look of a trial with a given power.

    Parameters
    ----------
    fraction : array_like, shape (look,)
        Planned information fractions, rising to 1.
    hazard_ratio : float
        Planning hazard ratio, RT versus control, below 1.
    efficacy : SpendingFunction
    futility : FutilityRule, optional
    power : float, optional
        In (0, 1). Left out under beta spending, where it is 1 minus the beta that is spent: with so
        many events the efficacy and the futility bound meet at the final look.
    per_event : float
        Information on log HR in one event, see `information_per_event`.

    Returns
    -------
    float
        Not rounded: round it up. The drift at the final look, z's mean there, is
        -log(`hazard_ratio`) * sqrt(events * `per_event`).

    Raises
    ------
    ValueError
        If the power is missing, contradicts the beta that is spent, or cannot be reached.

    References
    ----------
    Jennison & Turnbull 2000, sections 7.3 and 19.
    """
    planned = checked_information(fraction, name="fraction")
    if planned[-1] != 1:
        raise ValueError(f"`fraction` must end at 1, got {planned.tolist()}")
    wanted = _wanted_power(power, futility)
    fixed = schoenfeld_events(hazard_ratio, alpha=efficacy.total, power=wanted, per_event=per_event)

    def excess(log_events: float) -> float:
        bounds = boundaries(
            planned * math.exp(log_events),
            efficacy=efficacy,
            futility=futility,
            planning_hr=hazard_ratio,
            per_event=per_event,
        )
        return operating(bounds, hazard_ratio=hazard_ratio).power - wanted

    low, high = math.log(fixed / WIDEN), math.log(fixed * WIDEN)
    for _ in range(MOST_WIDENINGS):
        if excess(high) >= 0:
            break
        low, high = high, high + math.log(WIDEN)
    else:
        raise ValueError(
            f"a power of {wanted} is not reached with {math.exp(high):.0f} events; relax `futility`"
        )
    while excess(low) > 0:
        low -= math.log(WIDEN)
    return float(np.exp(brentq(excess, low, high, xtol=1e-12, rtol=1e-12)))


def _wanted_power(power: float | None, futility: FutilityRule | None) -> float:
    spent = futility.spending.total if futility and futility.spending else None
    if power is None:
        if spent is None:
            raise ValueError("`power` is needed, got None; beta spending alone implies it")
        return 1 - spent
    if not 0 < power < 1:
        raise ValueError(f"`power` must be above 0 and below 1, got {power}")
    if spent is not None and not math.isclose(power, 1 - spent):
        raise ValueError(
            f"`power` must be 1 - {spent} where this beta is spent, got {power}; leave it out"
        )
    return power
