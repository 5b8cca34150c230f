"""A printed number with its unit and its place in the publication."""

from fractions import Fraction
from math import inf
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from models.record.base import Frozen
from models.record.window import PrintedNumber, Window, read_number

Unit = Literal[
    "months",
    "weeks",
    "days",
    "years",
    "ratio",
    "probability",
    "percent",
    "patients",
    "events",
    "cycles",
    "metastases",
    "lesions",
    "points",
    "Gy",
    "fractions",
    "number",
]


def readable_number(text: str) -> str:
    """Return `text` unchanged when it is a printed number; refuse it otherwise."""
    read_number(text)
    return text


_PATTERN = r"^\s*[<>≤≥]?\s*[-−+]?(?:[0-9]+(?:[.·][0-9]+)?|[.·][0-9]+)\s*%?\s*$"

NumberText = Annotated[
    str,
    AfterValidator(readable_number),
    Field(
        examples=["15.37"],
        description="The number as printed, digit for digit, trailing zeros included.",
        json_schema_extra={"pattern": _PATTERN},
    ),
]
Place = Annotated[
    str,
    Field(
        min_length=1,
        examples=["Results, paragraph 3"],
        description="Where the publication prints it: section and paragraph, table or figure.",
    ),
]


class Figure(Frozen):
    """A number as the publication prints it.

    The digits say which numbers it may stand for: "15.37" is any number in [15.365, 15.375).
    """

    text: NumberText
    unit: Unit
    """Unit of the number; ratios and probabilities have theirs named too."""
    place: Place

    @property
    def printed(self) -> PrintedNumber:
        """Value, decimals and rounding window in exact arithmetic."""
        return read_number(self.text)

    @property
    def exact(self) -> Fraction:
        """The number that the digits say, exactly."""
        return self.printed.value

    @property
    def value(self) -> float:
        """The number that the digits say."""
        return float(self.printed.value)

    @property
    def decimals(self) -> int:
        """Digits after the decimal point, trailing zeros included."""
        return self.printed.decimals

    @property
    def window(self) -> Window:
        """Exact rounding window."""
        return self.printed.window

    @property
    def low(self) -> float:
        """Lower end of the rounding window, itself included where the number is positive."""
        return -inf if self.window.low is None else float(self.window.low)

    @property
    def high(self) -> float:
        """Upper end of the rounding window, itself left out where the number is positive."""
        return inf if self.window.high is None else float(self.window.high)
