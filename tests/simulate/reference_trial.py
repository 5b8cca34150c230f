"""One whole trial and its tests in plain numpy, sharing nothing with the engine.

Months; hazards per month by ``(arm, stratum, interval)``; arm 0 control, 1 RT.
"""

import math
from typing import NamedTuple

import numpy as np


class Followed(NamedTuple):
    """Patients as they are known at a look, in order of enrolment.

    `time` counts months from each patient's enrolment; `calendar` is the look's calendar time.
    """

    time: np.ndarray
    event: np.ndarray
    arm: np.ndarray
    stratum: np.ndarray
    calendar: float


def survival_time(uniform, hazard, cuts, cured=0.0):
    """Months at which survival falls to the uniform number: S(T) = U, never if U <= cured.

    Those not cured have the piecewise-constant hazard, so S(t) = cured + (1 - cured) exp(-H(t)).
    """
    if uniform <= cured:
        return math.inf
    left = -math.log((uniform - cured) / (1.0 - cured))
    starts, stops = [0.0, *cuts], [*cuts, math.inf]
    for start, stop, rate in zip(starts, stops, hazard, strict=True):
        if rate > 0 and left <= rate * (stop - start):
            return start + left / rate
        if rate > 0:
            left -= rate * (stop - start)
    return math.inf


def patient_times(truth, arm, stratum, event_uniform, drop_uniform):
    """Months from enrolment to the event and to drop-out of every patient, as if never cut.

    `truth` has `cuts`, `hazard`, `cured`, `drop_cuts` and `drop_out`, in the layout of a packed
    truth.
    """
    event = [
        survival_time(u, truth.hazard[a][s], truth.cuts, truth.cured[a])
        for u, a, s in zip(event_uniform, arm, stratum, strict=True)
    ]
    drop = [
        survival_time(u, truth.drop_out[a], truth.drop_cuts)
        for u, a in zip(drop_uniform, arm, strict=True)
    ]
    return np.array(event), np.array(drop)


def calendar_of_event(number, entry, event, drop):
    """Calendar time of the so-many-th observed event; infinite if there are not that many."""
    seen = sorted(e + t for e, t, d in zip(entry, event, drop, strict=True) if t <= d)
    return seen[number - 1] if number <= len(seen) and math.isfinite(seen[number - 1]) else math.inf


def cut(calendar, entry, event, drop, arm, stratum):
    """Patients who have entered by a calendar time, with what is known of them then."""
    rows = []
    for e, t, d, a, s in zip(entry, event, drop, arm, stratum, strict=True):
        if e <= calendar:
            happened = math.isfinite(t) and t <= d and e + t <= calendar
            rows.append((t if happened else min(d, calendar - e), happened, a, s))
    time, happened, arms, strata = (np.array(column) for column in zip(*rows, strict=True))
    return Followed(time, happened.astype(bool), arms, strata, calendar)


def trial_at_events(number, truth, entry, arm, stratum, event_uniform, drop_uniform):
    """Analysed data of a trial that is cut at the calendar time of its so-many-th event."""
    event, drop = patient_times(truth, arm, stratum, event_uniform, drop_uniform)
    calendar = calendar_of_event(number, entry, event, drop)
    return cut(calendar, entry, event, drop, arm, stratum)


class LogRankSums(NamedTuple):
    """Observed and expected RT events, and their hypergeometric variance, summed over strata."""

    observed: float
    expected: float
    variance: float

    @property
    def z(self):
        """Above 0 favours RT."""
        return (self.expected - self.observed) / math.sqrt(self.variance)


def log_rank_sums(time, event, arm, stratum=None):
    """Log-rank test, stratified if strata are given: one two-by-two table per event time."""
    cells = np.zeros(len(time), dtype=int) if stratum is None else stratum
    observed = expected = variance = 0.0
    for cell in np.unique(cells):
        inside = cells == cell
        for moment in np.unique(time[inside & event]):
            at_risk = inside & (time >= moment)
            n, rt = at_risk.sum(), (at_risk & (arm == 1)).sum()
            died = at_risk & event & (time == moment)
            d = died.sum()
            observed += (died & (arm == 1)).sum()
            expected += d * rt / n
            if n > 1:
                variance += d * (rt / n) * (1 - rt / n) * (n - d) / (n - 1)
    return LogRankSums(float(observed), float(expected), float(variance))


class CoxScore(NamedTuple):
    """First derivative and negative second derivative of the log partial likelihood."""

    score: float
    information: float


def cox_score(log_hr, time, event, arm, stratum=None, ties="breslow"):
    """Score and information of RT against control at a log hazard ratio."""
    cells = np.zeros(len(time), dtype=int) if stratum is None else stratum
    score = information = 0.0
    for cell in np.unique(cells):
        inside = cells == cell
        for moment in np.unique(time[inside & event]):
            at_risk = inside & (time >= moment)
            died = at_risk & event & (time == moment)
            weight = np.exp(log_hr * arm)
            for rank in range(died.sum()):
                part = rank / died.sum() if ties == "efron" else 0.0
                whole = weight[at_risk].sum() - part * weight[died].sum()
                rt = (weight * arm)[at_risk].sum() - part * (weight * arm)[died].sum()
                score -= rt / whole
                information += rt / whole * (1 - rt / whole)
            score += arm[died].sum()
    return CoxScore(float(score), float(information))


def cox_log_hr(time, event, arm, stratum=None, ties="breslow"):
    """Root of the score by bisection on log HR from -10 to 10."""
    low, high = -10.0, 10.0
    while high - low > 1e-12:
        middle = (low + high) / 2
        positive = cox_score(middle, time, event, arm, stratum, ties).score > 0
        low, high = (middle, high) if positive else (low, middle)
    return (low + high) / 2
