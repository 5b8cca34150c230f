"""What an arm's curve and numbers at risk leave open, as steps that a sampler can fill.

Between two numbers at risk the curve falls a few times. A step is a gap, in which patients may be
censored, and the fall after it, at which patients have events; the last step of each interval is a
gap without a fall.
"""

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from models.curves.curve import ArmCurve, Array, Integers, ReadingError
from models.curves.stretches import find_stretches

# A gap without length can still hold a censoring where nothing else will do.
SHORTEST_SHARE = 1e-6
MOST_EVENTS = 10**9


class Layout(NamedTuple):
    """Steps of one arm in the order of time.

    Attributes
    ----------
    interval : numpy.ndarray of int, shape (S,)
        Interval between numbers at risk that each step belongs to; the last is the tail.
    share : numpy.ndarray, shape (S,)
        Length of the gap as a share of its interval.
    log_fall : numpy.ndarray, shape (S,)
        Logarithm of the same among the gaps that end with a fall.
    after, until : numpy.ndarray, shape (S,)
        Months between which the fall takes place.
    low, high : numpy.ndarray, shape (S,)
        Between these the estimate lies after the fall.
    falls : numpy.ndarray of int, shape (S,)
        1 where the gap ends with a fall.
    kept : numpy.ndarray of int, shape (S,)
        Least number of censorings in the gap.
    first : numpy.ndarray of int, shape (I + 1,)
        First step of each interval, and S.
    at_risk : numpy.ndarray of int, shape (I + 1,)
        Patients at risk at the start of each interval, and 0.
    month : numpy.ndarray, shape (I + 1,)
        Months at which intervals start, and the end of the curve.
    error : float
        Reading error of survival, the unit in which misses are measured.
    events_low, events_high : int
        Bounds of the events in all.
    """

    interval: Integers
    share: Array
    log_fall: Array
    after: Array
    until: Array
    low: Array
    high: Array
    falls: Integers
    kept: Integers
    first: Integers
    at_risk: Integers
    month: Array
    error: float
    events_low: int
    events_high: int


@dataclass(frozen=True, kw_only=True)
class Fall:
    """One fall of the curve: when, and between which levels it ends."""

    after: float
    until: float
    low: float
    high: float
    before_count: int = -1
    """Number at risk before which it takes place; −1 where `until` says it."""


def find_falls(curve: ArmCurve, *, error: ReadingError, apart: float) -> list[Fall]:
    """List the falls of a curve, each between two flat stretches; see `find_stretches`.

    With `apart` below 0 every fall has two parts, since a patient may be censored between two
    deaths that one point shows: among few at risk, that matters.
    """
    flat = find_stretches(curve, error=error, apart=max(apart, 0.0))
    falls = [
        Fall(after=float(before), until=float(start), low=float(low), high=float(high))
        for start, before, low, high in zip(
            flat.start[1:], flat.before[1:], flat.low[1:], flat.high[1:], strict=True
        )
    ]
    return falls if apart >= 0 else _in_two_parts(falls)


def _in_two_parts(falls: list[Fall]) -> list[Fall]:
    found, level = [], 1.0
    for fall in falls:
        middle = (fall.after + fall.until) / 2
        found += [replace(fall, until=middle, high=level), replace(fall, after=middle)]
        level = fall.high
    return found


def lay_out(
    curve: ArmCurve,
    falls: list[Fall],
    *,
    error: ReadingError,
    events: tuple[int, int] = (0, MOST_EVENTS),
) -> Layout:
    """Arrange gaps and falls between the numbers at risk.

    Parameters
    ----------
    curve : ArmCurve
    falls : list of Fall
        In the order of time, from `find_falls`.
    error : ReadingError
    events : (int, int)
        Bounds of the events of the arm in all.

    Returns
    -------
    Layout
        In the tail one patient at least is followed to the end of the curve, unless it ends at 0.
    """
    month = np.append(curve.risk_time, max(curve.end, float(curve.risk_time[-1])))
    ordered = _split_at_counts(falls, curve.risk_time)
    place = [_interval_of(fall, curve.risk_time) for fall in ordered]
    rows: list[tuple[int, float, Fall | None]] = []
    for i, (opens, closes) in enumerate(pairwise(month)):
        reached = float(opens)
        for fall in (fall for fall, where in zip(ordered, place, strict=True) if where == i):
            rows.append((i, max(fall.until - reached, 0.0), fall))
            reached = max(reached, fall.until)
        rows.append((i, max(float(closes) - reached, 0.0), None))
    to_zero = bool(ordered) and ordered[-1].low <= 0
    return _as_arrays(rows, curve, month, error=error, events=events, to_zero=to_zero)


def _split_at_counts(falls: list[Fall], risk_time: Array) -> list[Fall]:
    """Let a fall that may lie on either side of a number at risk do so in parts."""
    found = []
    level = 1.0
    for fall in falls:
        rest = fall
        for i in np.flatnonzero((risk_time > fall.after) & (risk_time <= fall.until)):
            early = replace(rest, until=float(risk_time[i]), high=level, before_count=int(i))
            rest = replace(rest, after=float(risk_time[i]))
            found.append(early)
        found.append(rest)
        level = fall.high
    return found


def _interval_of(fall: Fall, risk_time: Array) -> int:
    if fall.before_count >= 0:
        return fall.before_count - 1
    return int(np.searchsorted(risk_time, fall.until, side="right")) - 1


def _as_arrays(
    rows: list[tuple[int, float, Fall | None]],
    curve: ArmCurve,
    month: Array,
    *,
    error: ReadingError,
    events: tuple[int, int],
    to_zero: bool,
) -> Layout:
    interval = np.array([row[0] for row in rows], dtype=np.int64)
    width = np.array([row[1] for row in rows])
    share = np.maximum(width / np.maximum(_total(width, interval), 1e-300), SHORTEST_SHARE)
    fall = [row[2] for row in rows]
    falls = np.array([one is not None for one in fall], dtype=np.int64)
    kept = np.zeros(len(rows), dtype=np.int64)
    if to_zero:
        share[-1] = SHORTEST_SHARE
    else:
        kept[-1] = 1
    share /= _total(share, interval)
    return Layout(
        interval=interval,
        share=share,
        log_fall=np.log(share / _total(share * falls, interval)),
        after=np.array([math.nan if one is None else one.after for one in fall]),
        until=np.array([math.nan if one is None else one.until for one in fall]),
        low=np.array([0.0 if one is None else one.low for one in fall]),
        high=np.array([1.0 if one is None else one.high for one in fall]),
        falls=falls,
        kept=kept,
        first=np.searchsorted(interval, np.arange(month.size)).astype(np.int64),
        at_risk=np.append(curve.at_risk, 0),
        month=month,
        error=error.survival,
        events_low=events[0],
        events_high=events[1],
    )


def _total(values: Array, interval: Integers) -> Array:
    """Sum over the interval of each step, shape (S,), never 0."""
    return np.asarray(np.maximum(np.bincount(interval, weights=values), 1e-300)[interval])
