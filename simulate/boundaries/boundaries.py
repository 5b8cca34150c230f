"""The bounds of a group-sequential trial as a table: z, p value, hazard ratio, errors spent."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from simulate.boundaries.crossing import checked_information, crossing_probabilities
from simulate.boundaries.futility import FutilityRule
from simulate.boundaries.monitor import (
    BETA_SPENDING,
    HAZARD_RATIO,
    MONITOR,
    PREDICTIVE,
    new_track,
    next_look,
)
from simulate.boundaries.scales import hazard_ratio_at, one_sided_p
from simulate.boundaries.spending import SpendingFunction, check_looks, pack_spending

Floats = NDArray[np.float64]

FUTILITY = {
    "beta_spending": BETA_SPENDING,
    "hazard_ratio": HAZARD_RATIO,
    "predictive": PREDICTIVE,
}


@dataclass(frozen=True, kw_only=True)
class Boundaries:
    """Bounds at each look; z above 0 favours RT, hazard ratios are RT versus control.

    Attributes
    ----------
    events : ndarray, shape (look,)
    information : ndarray, shape (look,)
        On log HR; events / 4 for 1:1.
    fraction : ndarray, shape (look,)
        Events as a fraction of those planned for the final look.
    z : ndarray, shape (look,)
        Success at or above; infinite where nothing may be spent.
    p : ndarray, shape (look,)
        The same as a nominal one-sided p value: success at or below.
    hazard_ratio : ndarray, shape (look,)
        The same as a hazard ratio: success at or below.
    alpha : ndarray, shape (look,)
        Cumulative one-sided alpha spent.
    futility_z : ndarray, shape (look,)
        Futility below; minus infinity where there is none. At the final look it equals `z`.
    futility_hazard_ratio : ndarray, shape (look,)
        The same as a hazard ratio: futility above.
    beta : ndarray, shape (look,)
        Cumulative probability, under the planning hazard ratio, of having stopped without success;
        not a number when there is no planning hazard ratio.
    """

    events: Floats
    information: Floats
    fraction: Floats
    z: Floats
    p: Floats
    hazard_ratio: Floats
    alpha: Floats
    futility_z: Floats
    futility_hazard_ratio: Floats
    beta: Floats


def pack_monitor(
    planned: ArrayLike,
    *,
    efficacy: SpendingFunction,
    futility: FutilityRule | None = None,
    planning_hr: float | None = None,
    per_event: float = 0.25,
    apart: bool = False,
) -> NDArray[np.void]:
    """Write a monitoring plan into a record array of shape (1,), for `next_look`.

    Parameters
    ----------
    planned : array_like, shape (look,)
        Events planned at each look.
    efficacy : SpendingFunction
    futility : FutilityRule, optional
    planning_hr : float, optional
        RT versus control, below 1; needed for beta spending.
    per_event : float
        Information on log HR in one event, see `information_per_event`.
    apart : bool
        Whether bounds take no credit for the correlation between looks, for tests whose joint law
        over looks is not that of a score with independent increments.

    Raises
    ------
    ValueError
        If a table has another number of looks, or beta spending lacks its planning hazard ratio.
    """
    events = checked_information(planned, name="planned")
    check_looks(efficacy, len(events))
    monitor = np.zeros(1, MONITOR)
    monitor["planned"], monitor["per_event"], monitor["apart"] = events[-1], per_event, apart
    monitor["alpha"] = pack_spending(efficacy)
    if planning_hr is not None:
        monitor["drift"] = _planning_drift(planning_hr)
    if futility is not None:
        _pack_futility(monitor, futility, events, planning_hr)
    return monitor


def _planning_drift(planning_hr: float) -> float:
    if not 0 < planning_hr < 1:
        raise ValueError(
            f"`planning_hr` must be above 0 and below 1 (RT versus control), got {planning_hr}; "
            "invert a ratio of control versus RT"
        )
    return -math.log(planning_hr)


def _pack_futility(
    monitor: NDArray[np.void], rule: FutilityRule, events: Floats, planning_hr: float | None
) -> None:
    looks = len(events)
    if rule.kind == "predictive":
        monitor["final_z"] = _looked_at(monitor, events)["upper"][0, looks - 1]
        monitor["level"] = ndtri(rule.probability)
        monitor["prior_mean"] = -rule.prior_mean
        monitor["prior_precision"] = rule.prior_sd**-2
    if rule.kind == "hazard_ratio":
        if len(rule.hazard_ratio) not in (looks - 1, looks):
            raise ValueError(
                f"`hazard_ratio` needs one value per interim look, got {len(rule.hazard_ratio)} "
                f"for {looks - 1}; use inf for a look without futility"
            )
        monitor["level"][0, : len(rule.hazard_ratio)] = np.log(rule.hazard_ratio)
    if rule.spending is not None:
        if planning_hr is None:
            raise ValueError("beta spending needs `planning_hr`, got None; give the planned HR")
        check_looks(rule.spending, looks)
        monitor["beta"] = pack_spending(rule.spending)
    monitor["futility"], monitor["binding"] = FUTILITY[rule.kind], rule.binding


def _looked_at(monitor: NDArray[np.void], events: Floats) -> NDArray[np.void]:
    """Track of a trial that looks at these events, the last time finally."""
    track = new_track()
    plan: Any = monitor[0]
    row: Any = track[0]
    for look, count in enumerate(events):
        next_look(row, plan, look, float(count), look == len(events) - 1)
    return track


def boundaries(
    events: ArrayLike,
    *,
    efficacy: SpendingFunction,
    futility: FutilityRule | None = None,
    planning_hr: float | None = None,
    planned: ArrayLike | None = None,
    per_event: float = 0.25,
    apart: bool = False,
) -> Boundaries:
    """Bounds of a group-sequential trial at the events its looks have.

    Parameters
    ----------
    events : array_like, shape (look,)
        Events at each look, positive and not decreasing; the last look is the final analysis.
    efficacy : SpendingFunction
        How alpha is spent.
    futility : FutilityRule, optional
    planning_hr : float, optional
        Hazard ratio of the plan, RT versus control, below 1; needed for beta spending.
    planned : array_like, shape (look,), optional
        Events that were planned; `events` when left out. Spending follows events as a fraction of
        the last of these, and the final look spends all that is left (see `next_look`).
    per_event : float
        Information on log HR in one event: 1/4 for 1:1, see `information_per_event`.
    apart : bool
        See `pack_monitor`.

    Returns
    -------
    Boundaries

    Raises
    ------
    ValueError
        If events decrease, a table has another number of looks, or a planning value is missing.

    References
    ----------
    Lan & DeMets 1983, doi 10.1093/biomet/70.3.659; Jennison & Turnbull 2000, chapters 7 and 19.
    """
    reached = checked_information(events, name="events")
    monitor = pack_monitor(
        reached if planned is None else planned,
        efficacy=efficacy,
        futility=futility,
        planning_hr=planning_hr,
        per_event=per_event,
        apart=apart,
    )
    track, looks = _looked_at(monitor, reached), len(reached)
    z, futility_z = track["upper"][0, :looks].copy(), track["lower"][0, :looks].copy()
    information = reached * per_event
    beta = np.full(looks, math.nan)
    if planning_hr is not None:
        drift = _planning_drift(planning_hr)
        stops = crossing_probabilities(information, lower=futility_z, upper=z, drift=drift)
        beta = np.cumsum(stops.below)
    return Boundaries(
        events=reached,
        information=information,
        fraction=reached / float(monitor["planned"][0]),
        z=z,
        p=one_sided_p(z),
        hazard_ratio=hazard_ratio_at(z, reached, per_event=per_event),
        alpha=track["alpha"][0, :looks].copy(),
        futility_z=futility_z,
        futility_hazard_ratio=hazard_ratio_at(futility_z, reached, per_event=per_event),
        beta=beta,
    )
