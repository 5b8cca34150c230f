"""Points of a digitised curve put in order: by time, from (0, 1), never rising beyond the error."""

from typing import NamedTuple

import numpy as np

from models.curves.curve import Array, ReadingError


class Points(NamedTuple):
    """Points as they were read off.

    Attributes
    ----------
    time, survival : numpy.ndarray, shape (J,)
        Months and probability.
    place : list of str, length J
        Where each point stands in its file.
    """

    time: Array
    survival: Array
    place: list[str]


def clean_points(points: Points, *, error: ReadingError) -> Points:
    """Sort the points, drop repeats, begin at (0, 1), and clip what leaves [0, 1] by an error.

    Of several points at one time, the vertical part of a step, the lowest is kept. Points whose
    times are within the reading error of each other may stand in the wrong order: they are put
    in falling order.

    Parameters
    ----------
    points : Points
    error : ReadingError

    Returns
    -------
    Points
        Times strictly increasing from 0; survival may still rise by twice the reading error.

    Raises
    ------
    ValueError
        If survival leaves [0, 1], does not begin at 1, or rises: one sentence with the line.
    """
    _check_range(points, error)
    order = np.lexsort((-points.survival, points.time))
    time, survival = points.time[order], np.clip(points.survival[order], 0.0, 1.0)
    place = [points.place[index] for index in order]
    _fall_in_order(time, survival, place, error)
    last = np.append(time[1:] > time[:-1], True)
    ordered = Points(time[last], survival[last], [place[i] for i in np.flatnonzero(last)])
    started = _from_one(ordered, error)
    _check_falling(started, error)
    return started


def _check_range(points: Points, error: ReadingError) -> None:
    outside = (points.survival < -error.survival) | (points.survival > 1 + error.survival)
    if outside.any():
        first = int(np.argmax(outside))
        raise ValueError(
            f"{points.place[first]}: `survival` is {points.survival[first]:g}; it must lie in "
            "[0, 1], divide percentages by 100"
        )


def _fall_in_order(time: Array, survival: Array, place: list[str], error: ReadingError) -> None:
    """Swap neighbours that rise, as long as both times may be one and the same."""
    moved = True
    while moved:
        moved = False
        rising = np.flatnonzero(survival[1:] > survival[:-1] + 2 * error.survival)
        for i in rising:
            close = time[i + 1] - time[i] <= 2 * error.time
            if close and survival[i + 1] > survival[i] + 2 * error.survival:
                survival[i], survival[i + 1] = survival[i + 1], survival[i]
                place[i], place[i + 1] = place[i + 1], place[i]
                moved = True


def _from_one(points: Points, error: ReadingError) -> Points:
    if points.time[0] > 0:
        return Points(
            np.insert(points.time, 0, 0.0), np.insert(points.survival, 0, 1.0), ["", *points.place]
        )
    if points.survival[0] < 1 - error.survival:
        raise ValueError(
            f"{points.place[0]}: `survival` is {points.survival[0]:g} at month 0; a curve must "
            "begin at 1, correct the point or leave it out"
        )
    points.survival[0] = 1.0
    return points


def _check_falling(points: Points, error: ReadingError) -> None:
    lowest = np.minimum.accumulate(points.survival)
    rise = points.survival[1:] - lowest[:-1]
    if (rise > 2 * error.survival * (1 + 1e-9)).any():
        first = int(np.argmax(rise > 2 * error.survival * (1 + 1e-9)))
        needed = np.ceil(rise.max() / 2 * 1e4) / 1e4
        raise ValueError(
            f"{points.place[first + 1]}: survival rises from {lowest[first]:g} to "
            f"{points.survival[first + 1]:g} at month {points.time[first + 1]:g}; a curve must not "
            f"rise by more than twice the reading error of {error.survival:g}, correct the point "
            f"or give a reading error of at least {needed:g}"
        )
