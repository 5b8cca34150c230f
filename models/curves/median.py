"""A printed median as part of a curve: the fall through one half happens in its rounding window."""

from dataclasses import replace

import numpy as np

from models.curves.curve import ReadingError
from models.curves.layout import Fall

# As much above one half as `median_time` no longer takes for one half.
ABOVE_HALF = 0.5 + 2e-9
HALF = 0.5


def hold_median(
    falls: list[Fall], window: tuple[float, float], *, error: ReadingError
) -> list[Fall] | None:
    """Let the estimate fall to one half within a window of months, and not before.

    Points within the reading error of time of the window may show it a little early or late.

    Parameters
    ----------
    falls : list of Fall
        In the order of time.
    window : (float, float)
        Months that round to the printed median; the first included, the second not.
    error : ReadingError

    Returns
    -------
    list of Fall or None
        None where a point further away contradicts the printed median.
    """
    opens, closes = window
    early = _above_half([fall for fall in falls if fall.until <= opens], opens - error.time)
    late = _to_half([fall for fall in falls if fall.until > opens], closes + error.time)
    if early is None or late is None:
        return None
    reached = early[-1].high if early else 1.0
    first = next((fall for fall in falls if fall.until > opens), None)
    if first is not None and first.after < opens:
        early.append(replace(first, until=opens, low=ABOVE_HALF, high=reached))
    lowest = late[0].low if late else 0.0
    through = Fall(
        after=opens, until=float(np.nextafter(closes, 0.0)), low=min(lowest, HALF), high=HALF
    )
    return [*early, through, *(_after(fall, closes) for fall in late)]


def _above_half(falls: list[Fall], surely_before: float) -> list[Fall] | None:
    """Falls before the window: none may reach one half."""
    found: list[Fall] = []
    for fall in falls:
        high = fall.high
        if high <= ABOVE_HALF:
            if fall.until < surely_before:
                return None
            high = found[-1].high if found else 1.0
        found.append(replace(fall, low=max(fall.low, ABOVE_HALF), high=high))
    return found


def _to_half(falls: list[Fall], surely_after: float) -> list[Fall] | None:
    """Falls in and after the window: all are at one half or below."""
    found: list[Fall] = []
    low = 0.0
    for fall in reversed(falls):
        if fall.low > HALF:
            if fall.until > surely_after:
                return None
        else:
            low = fall.low
        found.append(replace(fall, low=low, high=min(max(fall.high, low), HALF)))
    return found[::-1]


def _after(fall: Fall, month: float) -> Fall:
    """Return the part of a fall behind a month."""
    return replace(fall, after=max(fall.after, month), until=max(fall.until, month))
