"""The progressed over time where their hazard depends on when they progressed.

An integral over the month of progression u of hazard × survival up to u × survival from u to t.
Between the points where a hazard changes, or what is known of the patient does, the logarithm of
the integrand is a line in u, so that each part is exact.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.illness_death.cumulative import cumulative_at, hazard_at
from models.illness_death.decay import log_linear_area
from models.illness_death.packed import RESET, PackedIllnessDeath

Array = NDArray[np.float64]


class Progressed(NamedTuple):
    """The progressed who are alive and followed, shape (2, S, T).

    Attributes
    ----------
    unseen, seen : numpy.ndarray
        Probability that progression has happened and is not, or is, seen yet.
    dying : numpy.ndarray
        Deaths of theirs per month; at a cut point by the hazard before it.
    """

    unseen: Array
    seen: Array
    dying: Array


def progressed_at(
    packed: PackedIllnessDeath, times: Array, *, dates: Array | None, drop_out: bool
) -> Progressed:
    """Probability to be in state 1 at given times.

    Parameters
    ----------
    packed : PackedIllnessDeath
        With any clock, and switching.
    times : numpy.ndarray, shape (T,)
        Months.
    dates : numpy.ndarray, shape (V,), optional
        Months of the scans, without window, up to one beyond the last time; progression is seen
        at once where there are none.
    drop_out : bool
        Whether drop-out takes patients away, from seen progression on by the later hazard.
    """
    edges = _edges(packed, times, dates=dates)
    width = np.diff(edges, axis=-1)
    middle = edges[:, :-1] + width / 2
    seen = _seen_at(middle, dates=dates)
    upto = times[:, np.newaxis]
    density = hazard_at(packed.hazard[0], middle, cuts=packed.cuts)
    unseen_area = seen_area = dying = np.zeros((*packed.after_hazard.shape[:2], times.size))
    for share, hr in _courses(packed):
        third = [
            _log_alive(packed, edges[:, :-1] + width * part, upto, dates, hr, drop_out)
            for part in (1 / 3, 2 / 3)
        ]
        area = log_linear_area(2 * third[0] - third[1], 2 * third[1] - third[0], width)
        area = area * density * share[:, np.newaxis, np.newaxis, np.newaxis]
        unseen_area = unseen_area + (area * (seen > upto)).sum(-1)
        seen_area = seen_area + (area * (seen <= upto)).sum(-1)
        origin = middle if packed.clock == RESET else np.zeros_like(middle)
        hazard = hazard_at(packed.after_hazard, upto - origin, cuts=packed.after_cuts)
        switched = np.where(seen + packed.switch_delay < upto, hr, 1.0)
        dying = dying + (area * hazard * switched).sum(-1)
    return Progressed(unseen=unseen_area, seen=seen_area, dying=dying)


def _courses(packed: PackedIllnessDeath) -> list[tuple[Array, float]]:
    """Share of each arm that does not and that does switch, with the hazard ratio from then on."""
    share = packed.switch_probability
    stay = (np.array([1.0 - share, 1.0]), 1.0)
    return [stay, (np.array([share, 0.0]), packed.switch_hr)] if share > 0 else [stay]


def _log_alive(
    packed: PackedIllnessDeath,
    progression: Array,
    upto: Array,
    dates: Array | None,
    hr: float,
    drop_out: bool,
) -> Array:
    """Log probability to be without progression before its month, and alive and followed later."""
    seen = np.minimum(_seen_at(progression, dates=dates), upto)
    switch = np.minimum(_seen_at(progression, dates=dates) + packed.switch_delay, upto)
    origin = progression if packed.clock == RESET else np.zeros_like(progression)
    start, changed, end = (
        cumulative_at(packed.after_hazard, month - origin, cuts=packed.after_cuts)
        for month in (progression, switch, upto)
    )
    leaving = cumulative_at(packed.hazard.sum(axis=0), progression, cuts=packed.cuts)
    log_alive = -leaving - (changed - start) - hr * (end - changed)
    if drop_out:
        before = cumulative_at(packed.drop_out[0], seen, cuts=packed.drop_cuts)
        later = cumulative_at(packed.drop_out[1], upto, cuts=packed.drop_cuts)
        later = later - cumulative_at(packed.drop_out[1], seen, cuts=packed.drop_cuts)
        log_alive = log_alive - (before + later)[:, np.newaxis]
    return np.asarray(log_alive)


def _seen_at(progression: Array, *, dates: Array | None) -> Array:
    """First date at or after progression."""
    if dates is None:
        return progression
    following = np.append(dates, np.inf)
    return np.asarray(following[np.searchsorted(dates, progression, side="left")])


def _edges(packed: PackedIllnessDeath, times: Array, *, dates: Array | None) -> Array:
    """Months of progression between which the integrand is the exponential of a line, by time."""
    delay, after = packed.switch_delay, packed.after_cuts
    always = [packed.cuts, packed.drop_cuts]
    moving = [np.zeros(1)]
    if dates is not None:
        always += [dates]
    elif packed.switch_probability > 0:
        moving += [np.array([delay])]
    if packed.clock == RESET:
        moving += [after]
        if dates is not None and packed.switch_probability > 0:
            always += [np.add.outer(dates + delay, -after).ravel()]
    else:
        always += [after] if dates is not None else [after, after - delay]
    fixed = np.unique(np.concatenate([np.zeros(1), *always]))
    upto = times[:, np.newaxis]
    every = np.concatenate(
        [np.broadcast_to(fixed, (times.size, fixed.size)), upto - np.concatenate(moving)], axis=-1
    )
    return np.sort(np.clip(every, 0.0, upto), axis=-1)
