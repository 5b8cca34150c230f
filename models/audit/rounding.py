"""Whether an exact number is printed as it should be, and how to show it."""

from fractions import Fraction
from math import ceil, floor

from models.record import Figure, Window


def prints_as(number: Fraction, figure: Figure) -> bool:
    """Tell whether `number` rounds to the digits of `figure`.

    Parameters
    ----------
    number : Fraction
        The exact number.
    figure : Figure
        What is printed.

    Returns
    -------
    bool
        True inside the rounding window; at an exact tie true both for rounding half up and for
        rounding half to even.
    """
    window = figure.window
    if window.contains(number):
        return True
    last_digit = abs(figure.exact) * 10**figure.decimals
    return not figure.printed.bound and window.on_edge(number) and last_digit % 2 == 0


def is_tie(number: Fraction, figure: Figure) -> bool:
    """Tell whether `number` lies exactly between two printed numbers."""
    return not figure.printed.bound and figure.window.on_edge(number)


def shown(number: Fraction, *, decimals: int = 4) -> str:
    """Return `number` with at most `decimals` decimals, without trailing zeros."""
    text = f"{float(number):.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def whole_numbers(window: Window, *, scale: Fraction) -> range:
    """Return the whole numbers k for which k / scale would be printed so.

    Parameters
    ----------
    window : Window
        Rounding window with two ends.
    scale : Fraction
        Positive number of units in one.

    Returns
    -------
    range
        Empty where there is none.
    """
    if window.low is None or window.high is None:
        raise ValueError(f"`window` must have two ends, got {window}; skip printed bounds")
    low, high = window.low * scale, window.high * scale
    first = ceil(low) if window.low_included else floor(low) + 1
    last = floor(high) if window.high_included else ceil(high) - 1
    return range(first, last + 1)
