"""Expected events by calendar time: piecewise hazards, drop-out and recruitment.

Times in months, hazards per month, intervals (start, stop] with the last one open. Everything is
integrated exactly within pieces.
"""

import math
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

Floats = NDArray[np.float64]

SMALL = 1e-3
MOST_DOUBLINGS = 40


class _Pieces(NamedTuple):
    """Hazards on common intervals, and both integrals up to the start of each."""

    start: Floats
    hazard: Floats
    total: Floats
    at_risk: Floats
    seen: Floats
    waited: Floats


def _share(x: Floats) -> Floats:
    """(1 - exp(-x)) / x, 1 at 0."""
    return np.where(x > 0, -np.expm1(-x) / np.where(x > 0, x, 1.0), 1.0)


def _second_share(x: Floats) -> Floats:
    """(x - 1 + exp(-x)) / x^2, 1/2 at 0; by its series where cancellation would hurt."""
    series = 0.5 - x / 6 + x**2 / 24 - x**3 / 120
    safe = np.where(x > SMALL, x, 1.0)
    return np.where(x > SMALL, (safe + np.expm1(-safe)) / safe**2, series)


def _pieces(
    hazard: ArrayLike, cuts: ArrayLike, drop_out: ArrayLike, drop_cuts: ArrayLike
) -> _Pieces:
    rates, ends = _checked_rates("hazard", hazard, cuts)
    losses, loss_ends = _checked_rates("drop_out", drop_out, drop_cuts)
    start = np.unique(np.concatenate(([0.0], ends, loss_ends)))
    events = rates[np.searchsorted(ends, start, side="right")]
    total = events + losses[np.searchsorted(loss_ends, start, side="right")]
    width = np.diff(start)
    at_risk = np.exp(-np.concatenate(([0.0], np.cumsum(total[:-1] * width))))
    x = total[:-1] * width
    gained = at_risk[:-1] * events[:-1] * width * _share(x)
    seen = np.concatenate(([0.0], np.cumsum(gained)))
    area = seen[:-1] * width + at_risk[:-1] * events[:-1] * width**2 * _second_share(x)
    waited = np.concatenate(([0.0], np.cumsum(area)))
    return _Pieces(start, events, total, at_risk, seen, waited)


def _checked_rates(name: str, rates: ArrayLike, cuts: ArrayLike) -> tuple[Floats, Floats]:
    values = np.atleast_1d(np.asarray(rates, np.float64))
    ends = np.atleast_1d(np.asarray(cuts, np.float64))
    if len(values) != len(ends) + 1:
        raise ValueError(
            f"`{name}` needs one rate more than there are cuts, got {len(values)} for {len(ends)}"
        )
    if not (np.isfinite(values).all() and (values >= 0).all()):
        raise ValueError(f"`{name}` must not be negative, got {values.tolist()}")
    if not all(earlier < later for earlier, later in pairwise((0.0, *ends.tolist()))):
        raise ValueError(f"cuts of `{name}` must be positive and rise, got {ends.tolist()}")
    return values, ends


def _seen_by(pieces: _Pieces, follow_up: Floats) -> Floats:
    """Probability of an observed event within a follow-up."""
    k = np.searchsorted(pieces.start, follow_up, side="right") - 1
    width = follow_up - pieces.start[k]
    x = pieces.total[k] * width
    return pieces.seen[k] + pieces.at_risk[k] * pieces.hazard[k] * width * _share(x)


def _waited_by(pieces: _Pieces, follow_up: Floats) -> Floats:
    """Integral of `_seen_by` from 0 to a follow-up, which is 0 for one that is negative."""
    follow_up = np.maximum(follow_up, 0.0)
    k = np.searchsorted(pieces.start, follow_up, side="right") - 1
    width = follow_up - pieces.start[k]
    x = pieces.total[k] * width
    inner = pieces.at_risk[k] * pieces.hazard[k] * width**2 * _second_share(x)
    return pieces.waited[k] + pieces.seen[k] * width + inner


def event_probability(
    follow_up: ArrayLike,
    *,
    hazard: ArrayLike,
    cuts: ArrayLike = (),
    drop_out: ArrayLike = (0.0,),
    drop_cuts: ArrayLike = (),
) -> Floats:
    """Probability that an event is seen within a follow-up, before drop-out.

    Parameters
    ----------
    follow_up : array_like
        Months from entry, not negative.
    hazard : array_like, shape (interval,)
        Of the event, per month.
    cuts : array_like, shape (interval - 1,)
        Where the hazard changes, months from entry.
    drop_out : array_like, shape (period,)
        Hazard of loss to follow-up, per month.
    drop_cuts : array_like, shape (period - 1,)

    Returns
    -------
    ndarray, shape of `follow_up`
        Integral of h(u) exp(-H(u) - G(u)) du from 0 to the follow-up, H and G being the cumulative
        hazards of event and loss.

    Raises
    ------
    ValueError
        If rates are negative or cuts do not rise.
    """
    pieces = _pieces(hazard, cuts, drop_out, drop_cuts)
    months = np.asarray(follow_up, np.float64)
    if not (months >= 0).all():
        raise ValueError(f"`follow_up` must not be negative, got {months.tolist()}")
    return np.asarray(_seen_by(pieces, months), np.float64)


def expected_events(
    time: ArrayLike,
    *,
    accrual_start: ArrayLike,
    accrual_rate: ArrayLike,
    hazard: ArrayLike,
    cuts: ArrayLike = (),
    drop_out: ArrayLike = (0.0,),
    drop_cuts: ArrayLike = (),
) -> Floats:
    """Events of one arm expected by calendar times.

    Parameters
    ----------
    time : array_like
        Calendar months since the first accrual period began.
    accrual_start : array_like, shape (period + 1,)
        Starts of the accrual periods, the first 0, and the end of accrual.
    accrual_rate : array_like, shape (period,)
        Patients per month in each period.
    hazard, cuts, drop_out, drop_cuts
        As in `event_probability`.

    Returns
    -------
    ndarray, shape of `time`
        Sum over periods of rate * integral over entry times of P(event seen by `time`).

    Raises
    ------
    ValueError
        If rates are negative or times do not rise.

    References
    ----------
    Lachin & Foulkes 1986, doi 10.2307/2531201, with piecewise rates.

    Examples
    --------
    >>> from simulate import expected_events
    >>> expected_events([12.0, 24.0], accrual_start=[0.0, 20.0], accrual_rate=[10.0],
    ...                 hazard=[0.05]).round(1)
    array([29.8, 96.5])
    """
    pieces = _pieces(hazard, cuts, drop_out, drop_cuts)
    start = np.asarray(accrual_start, np.float64)
    rate = np.atleast_1d(np.asarray(accrual_rate, np.float64))
    if len(start) != len(rate) + 1 or start[0] != 0 or not (np.diff(start) > 0).all():
        raise ValueError(
            f"`accrual_start` must rise from 0 and end with the end of accrual, got "
            f"{start.tolist()} for {len(rate)} rates"
        )
    if not (np.isfinite(rate).all() and (rate >= 0).all()):
        raise ValueError(f"`accrual_rate` must not be negative, got {rate.tolist()}")
    since = np.subtract.outer(np.asarray(time, np.float64), start)
    return np.asarray(-np.diff(_waited_by(pieces, since)) @ rate, np.float64)


def time_of_events(
    events: float,
    *,
    accrual_start: ArrayLike,
    accrual_rate: ArrayLike,
    hazard: ArrayLike,
    cuts: ArrayLike = (),
    drop_out: ArrayLike = (0.0,),
    drop_cuts: ArrayLike = (),
) -> float:
    """Calendar time by which so many events are expected.

    Parameters
    ----------
    events : float
        Summed over the arms, positive.
    accrual_start : array_like, shape (period + 1,)
    accrual_rate : array_like, shape (arm, period) or (period,)
        Patients per month of each arm.
    hazard : array_like, shape (arm, interval) or (interval,)
    cuts : array_like
        Of the hazard, the same for every arm.
    drop_out : array_like, shape (arm, period) or (period,)
        One row for each row of `hazard`; a single row holds for every arm.
    drop_cuts : array_like
        Of the drop-out, the same for every arm.

    Returns
    -------
    float
        Months; infinite when so many events are never expected.

    Examples
    --------
    >>> from simulate import time_of_events
    >>> round(time_of_events(100, accrual_start=[0.0, 20.0], accrual_rate=[10.0],
    ...                      hazard=[0.05]), 1)
    24.7
    """
    if not 0 < events < math.inf:
        raise ValueError(f"`events` must be positive and finite, got {events}")
    hazards = np.atleast_2d(np.asarray(hazard, np.float64))
    arms = len(hazards)
    rates = _by_arm(accrual_rate, arms)
    losses = _by_arm(drop_out, arms)

    def missing(time: float) -> float:
        return events - sum(
            float(
                expected_events(
                    time,
                    accrual_start=accrual_start,
                    accrual_rate=rates[arm],
                    hazard=hazards[arm],
                    cuts=cuts,
                    drop_out=losses[arm],
                    drop_cuts=drop_cuts,
                )
            )
            for arm in range(arms)
        )

    late = float(np.asarray(accrual_start, np.float64)[-1])
    for _ in range(MOST_DOUBLINGS):
        if missing(late) <= 0:
            return float(brentq(missing, 0.0, late, xtol=1e-10, rtol=1e-12))
        late *= 2
    return math.inf


def _by_arm(rates: ArrayLike, arms: int) -> Floats:
    rows = np.atleast_2d(np.asarray(rates, np.float64))
    return np.broadcast_to(rows, (arms, rows.shape[1]))
