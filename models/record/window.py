"""Which numbers round to what is printed: exact arithmetic on the digits."""

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

_NUMBER = re.compile(
    r"(?P<bound>[<>≤≥]?)\s*(?P<sign>[-−+]?)(?P<whole>[0-9]*)(?:[.·](?P<part>[0-9]+))?"
)
_MOST_DIGITS = 15


@dataclass(frozen=True, kw_only=True)
class Window:
    """Numbers that a publication would print alike.

    Rounding is half up in size, as statistical packages print: 15.365 is printed 15.37 and
    -15.365 is printed -15.37. A printed bound ("<0.001") is a window on that side of it.

    Parameters
    ----------
    low, high : Fraction or None
        Ends of the window; None where it has no end.
    low_included, high_included : bool
        Whether the end itself belongs to the window.
    """

    low: Fraction | None
    high: Fraction | None
    low_included: bool
    high_included: bool

    def contains(self, number: Fraction) -> bool:
        """Tell whether `number` would be printed so."""
        above = self.low is None or number > self.low or (self.low_included and number == self.low)
        below = (
            self.high is None or number < self.high or (self.high_included and number == self.high)
        )
        return above and below

    def on_edge(self, number: Fraction) -> bool:
        """Tell whether `number` lies exactly on an end, where half-up and half-even may differ."""
        return number in (self.low, self.high)

    def overlaps(self, other: "Window") -> bool:
        """Tell whether some number would be printed both ways."""
        return not (_entirely_below(self, other) or _entirely_below(other, self))


@dataclass(frozen=True, kw_only=True)
class PrintedNumber:
    """A number read from its printed digits.

    Parameters
    ----------
    value : Fraction
        The number that the digits say.
    decimals : int
        Digits after the decimal point, trailing zeros included.
    bound : str
        "", "<", ">", "≤" or "≥".
    window : Window
        All numbers that would be printed so.
    """

    value: Fraction
    decimals: int
    bound: str
    window: Window


@lru_cache(maxsize=4096)
def read_number(text: str) -> PrintedNumber:
    """Read a printed number such as "15.37", "0·57", "67.6%", "-0.5" or "<0.001".

    Parameters
    ----------
    text : str
        Optional bound sign, optional sign, digits, optional decimal point and digits, optional
        per cent sign.

    Returns
    -------
    PrintedNumber
        Value, decimals and rounding window, exact.

    Raises
    ------
    ValueError
        If `text` is not such a number.
    """
    match = _NUMBER.fullmatch(text.strip().removesuffix("%").rstrip())
    if match is None or not (match["whole"] or match["part"]):
        raise ValueError(
            f"{text!r} is not a printed number; write digits with an optional sign and a decimal "
            'point, such as "15.37", "67.6%" or "<0.001"'
        )
    whole, part = match["whole"] or "0", match["part"] or ""
    if len(whole.lstrip("0") + part) > _MOST_DIGITS:
        raise ValueError(f"{text!r} has more than {_MOST_DIGITS} digits; write it as printed")
    value = Fraction(int(whole + part), 10 ** len(part))
    negative = match["sign"] in ("-", "−")
    signed = -value if negative else value
    return PrintedNumber(
        value=signed,
        decimals=len(part),
        bound=match["bound"],
        window=_window(signed, len(part), match["bound"], negative=negative),
    )


def _window(value: Fraction, decimals: int, bound: str, *, negative: bool) -> Window:
    if bound in ("<", "≤"):
        return Window(low=None, high=value, low_included=False, high_included=bound == "≤")
    if bound in (">", "≥"):
        return Window(low=value, high=None, low_included=bound == "≥", high_included=False)
    half = Fraction(1, 2 * 10**decimals)
    return Window(
        low=value - half,
        high=value + half,
        low_included=value > 0,
        high_included=negative and value < 0,
    )


def _entirely_below(one: Window, other: Window) -> bool:
    if one.high is None or other.low is None:
        return False
    touching = one.high_included and other.low_included
    return one.high < other.low or (one.high == other.low and not touching)
