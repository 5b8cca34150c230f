"""What a Cox model estimates in an endless trial, and the average hazard ratio beside it.

Hazard ratios are RT versus control, on the log scale: below 0 favours RT.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit, logsumexp

from simulate.truth.observed_events import ObservedEvents

Array = NDArray[np.float64]

WIDEST = 40.0


def cox_limit(observed: ObservedEvents, *, stratified: bool = False) -> float:
    """Log hazard ratio to which the Cox estimate converges: root of the population score.

    The score is the integral of dN1(t) - dN(t) × Y1(t) e^b / (Y0(t) + Y1(t) e^b), with dN the
    observed events and Y the patients at risk of the arms, summed over strata where the model is
    stratified and pooled over them where it is not.

    Parameters
    ----------
    observed : ObservedEvents
        From `observed_events`, under the censoring of the look.
    stratified : bool
        Whether the model has a baseline hazard for each stratum.

    Returns
    -------
    float
        Log hazard ratio; infinite when only one arm has events, not a number when none has.

    References
    ----------
    Struthers & Kalbfleisch 1986, doi 10.1093/biomet/73.2.363; Lin & Wei 1989, doi
    10.1080/01621459.1989.10478874.
    """
    pooled = observed if stratified else _pooled(observed)
    control, treated = pooled.events().sum(axis=1)
    if control <= 0 or treated <= 0:
        return math.nan if control == treated else math.copysign(math.inf, treated - control)
    events = _event_weight(pooled)
    log_odds = pooled.log_at_risk[1] - pooled.log_at_risk[0]

    def score(log_hr: float) -> float:
        return float(treated - (events * expit(log_odds + log_hr)).sum())

    return float(brentq(score, -WIDEST, WIDEST, xtol=1e-13, rtol=1e-14))


def average_log_hr(observed: ObservedEvents, *, stratified: bool = False) -> float:
    """Mean of the log hazard ratio over time, weighted by the observed events of both arms.

    Parameters
    ----------
    observed : ObservedEvents
        From `observed_events`, under the censoring of the look: the weight of a time (and stratum)
        is its share of all events expected to be observed by then.
    stratified : bool
        Whether hazards are compared within strata, or those of whole arms, in which strata and
        cured patients are mixed as they remain at risk.

    Returns
    -------
    float
        Log hazard ratio; not a number without events.

    References
    ----------
    Schemper, Wakounig & Heinze 2009, doi 10.1002/sim.3623.
    """
    pooled = observed if stratified else _pooled(observed)
    events = _event_weight(pooled)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_hr = np.where(events > 0, np.log(pooled.hazard[1]) - np.log(pooled.hazard[0]), 0.0)
    return float((events * log_hr).sum() / events.sum()) if events.sum() > 0 else math.nan


def _event_weight(observed: ObservedEvents) -> Array:
    """Events of both arms at each node, shape (S, M)."""
    density = np.exp(observed.log_at_risk) * observed.hazard
    return np.asarray(density.sum(axis=0) * observed.weight)


def _pooled(observed: ObservedEvents) -> ObservedEvents:
    """Strata as one: the hazard is the mean over those at risk."""
    log_at_risk = logsumexp(observed.log_at_risk, axis=1, keepdims=True)
    share = np.exp(observed.log_at_risk - log_at_risk)
    hazard = (share * observed.hazard).sum(axis=1, keepdims=True)
    return observed._replace(log_at_risk=log_at_risk, hazard=hazard)
