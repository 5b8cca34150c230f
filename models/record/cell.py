"""Cells of a printed table: counts with percentages, means with SD, medians with range."""

import re
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, Field

from models.record.base import Frozen
from models.record.figure import Figure, Place
from models.record.window import read_number

NOT_PRINTED = ("–", "—", "-", "")
_DIGITS = r"[-−+]?(?:[0-9]+(?:[.·][0-9]+)?|[.·][0-9]+)"
_COUNT = re.compile(
    rf"(?P<count>[0-9]+)(?:\s*/\s*(?P<of>[0-9]+))?(?:\s*\(\s*(?P<inside>{_DIGITS})\s*%\s*\))?"
    rf"|(?P<alone>{_DIGITS})\s*%"
)
_SPREAD = re.compile(rf"(?P<mean>{_DIGITS})\s*(?:±|\+/-)\s*(?P<sd>{_DIGITS})")
_RANGE = re.compile(
    rf"(?P<median>{_DIGITS})\s*\(\s*(?P<minimum>{_DIGITS})\s*(?:–|—|-|to)\s*"
    rf"(?P<maximum>{_DIGITS})\s*\)"
)


class CountCell(Frozen):
    """A count with what is printed beside it."""

    count: Figure | None
    """Number of patients."""
    of: Figure | None
    """Denominator, where the cell itself prints it ("10/22")."""
    percent: Figure | None
    """Percentage."""


class SpreadCell(Frozen):
    """A mean with its standard deviation."""

    mean: Figure
    sd: Figure


class RangeCell(Frozen):
    """A median with smallest and largest value."""

    median: Figure
    minimum: Figure
    maximum: Figure


@lru_cache(maxsize=4096)
def read_count_cell(text: str, *, place: Place) -> CountCell:
    """Read "25 (67.6%)", "10/22 (45.4%)", "25", "21%", or a dash where nothing is printed.

    Parameters
    ----------
    text : str
        The cell as printed.
    place : str
        Where it is printed.

    Returns
    -------
    CountCell
        Each part None where the cell does not print it.

    Raises
    ------
    ValueError
        If the cell reads otherwise.
    """
    if text.strip() in NOT_PRINTED:
        return CountCell(count=None, of=None, percent=None)
    match = _COUNT.fullmatch(text.strip())
    if match is None:
        raise ValueError(
            f"{text!r} is not a count cell; write it as printed, such as "
            '"25 (67.6%)", "10/22 (45.4%)", "25", "21%", or "–" where nothing is printed'
        )
    percent = match["alone"] if match["count"] is None else match["inside"]
    return CountCell(
        count=_figure(match["count"], unit="patients", place=place),
        of=_figure(match["of"], unit="patients", place=place),
        percent=_figure(percent, unit="percent", place=place),
    )


def read_spread_cell(text: str, *, place: Place) -> SpreadCell:
    """Read "62.1 ± 9.69".

    Parameters
    ----------
    text : str
        The cell as printed.
    place : str
        Where it is printed.

    Returns
    -------
    SpreadCell
        Mean and standard deviation.

    Raises
    ------
    ValueError
        If the cell reads otherwise or the standard deviation is negative.
    """
    match = _SPREAD.fullmatch(text.strip())
    if match is None:
        raise ValueError(f'{text!r} is not a mean with its SD; write it as "62.1 ± 9.69"')
    if read_number(match["sd"]).value < 0:
        raise ValueError(f"{text!r} has a negative SD; an SD is 0 or more, write it as printed")
    return SpreadCell(
        mean=Figure(text=match["mean"], unit="number", place=place),
        sd=Figure(text=match["sd"], unit="number", place=place),
    )


def read_range_cell(text: str, *, place: Place) -> RangeCell:
    """Read "63 (34–80)".

    Parameters
    ----------
    text : str
        The cell as printed.
    place : str
        Where it is printed.

    Returns
    -------
    RangeCell
        Median, smallest and largest value.

    Raises
    ------
    ValueError
        If the cell reads otherwise.
    """
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f'{text!r} is not a median with its range; write it as "63 (34–80)"')
    return RangeCell(
        median=Figure(text=match["median"], unit="number", place=place),
        minimum=Figure(text=match["minimum"], unit="number", place=place),
        maximum=Figure(text=match["maximum"], unit="number", place=place),
    )


def _figure(text: str | None, *, unit: str, place: Place) -> Figure | None:
    if text is None:
        return None
    return Figure.model_validate({"text": text, "unit": unit, "place": place})


def _count_text(text: str) -> str:
    read_count_cell(text, place="cell")
    return text


def _spread_text(text: str) -> str:
    read_spread_cell(text, place="cell")
    return text


def _range_text(text: str) -> str:
    read_range_cell(text, place="cell")
    return text


CountText = Annotated[str, AfterValidator(_count_text), Field(examples=["25 (67.6%)"])]
SpreadText = Annotated[str, AfterValidator(_spread_text), Field(examples=["62.1 ± 9.69"])]
RangeText = Annotated[str, AfterValidator(_range_text), Field(examples=["63 (34–80)"])]
