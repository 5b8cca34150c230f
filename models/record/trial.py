"""The trial and its publication: names, arms, calendar, follow-up."""

import re
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from models.record.base import Frozen, PositiveCount
from models.record.figure import Figure, Place

_LONGEST_MONTHS = 1200
_MONTH = r"[12][0-9]{3}-(0[1-9]|1[0-2])"


def _calendar_month(text: str) -> str:
    if re.fullmatch(_MONTH, text, re.ASCII) is None:
        raise ValueError(
            f'{text!r} is not a calendar month; write year and month, such as "2020-09"'
        )
    return text


Month = Annotated[
    str,
    AfterValidator(_calendar_month),
    Field(
        examples=["2020-09"],
        description='A calendar month, "YYYY-MM".',
        json_schema_extra={"pattern": f"^{_MONTH}$"},
    ),
]

PrintedTest = Literal[
    "pearson chi-square",
    "continuity-corrected chi-square",
    "fisher exact",
    "monte carlo",
    "t-test",
    "mann-whitney",
    "log-rank",
    "cox",
]


class Trial(Frozen):
    """Which trial this is."""

    name: Annotated[str, Field(min_length=1, examples=["Sohaib 2025"])]
    """Short name, used in titles."""
    title: str = ""
    """Title of the publication."""
    journal: str = ""
    """Where it appeared."""
    doi: str = ""
    """DOI of the publication."""
    registration: str = ""
    """Number in a trial registry."""
    phase: str = ""
    """Phase as printed."""
    population: str = ""
    """Who was randomised, in a phrase."""
    tests: tuple[PrintedTest, ...] = ()
    """Statistical tests that the publication names: its p-values are held against these."""
    software: str = ""
    """Statistical software as printed."""


class Arm(Frozen):
    """One randomised arm."""

    n: PositiveCount
    """Patients randomised to the arm."""
    label: Annotated[str, Field(min_length=1, examples=["consolidative radiotherapy"])]
    """What the arm received."""
    place: Place


class Accrual(Frozen):
    """When patients were randomised."""

    first_month: Month | None = None
    """Month of the first randomisation, "YYYY-MM"."""
    last_month: Month | None = None
    """Month of the last randomisation, "YYYY-MM"."""
    place: Place | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first_month and self.last_month and self.first_month > self.last_month:
            raise ValueError(
                f"accrual runs from {self.first_month} to {self.last_month}; the first month must "
                "not be after the last, swap them"
            )
        return self


class Manuscript(Frozen):
    """When the publication was handed in, accepted and published: each bounds the data cut."""

    received: date | None = None
    """Date received, an unquoted TOML date such as 2024-08-28."""
    accepted: date | None = None
    """Date accepted."""
    published: date | None = None
    """Date of first publication."""
    place: Place | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        known = [
            (name, day)
            for name, day in (
                ("received", self.received),
                ("accepted", self.accepted),
                ("published", self.published),
            )
            if day is not None
        ]
        for (name, day), (later_name, later) in pairwise(known):
            if later < day:
                raise ValueError(
                    f"the manuscript is {later_name} on {later} but {name} on {day}; "
                    f"{later_name} must not be before {name}, correct one of them"
                )
        return self


class FollowUp(Frozen):
    """Follow-up times as printed."""

    median: Figure | None = None
    minimum: Figure | None = None
    maximum: Figure | None = None
    of: Literal["observed OS times", "reverse Kaplan-Meier", "not stated"] = "not stated"
    """Whose times these are read as: of all patients, dead or alive, or of the censoring."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        known = [
            (name, figure)
            for name, figure in (
                ("minimum", self.minimum),
                ("median", self.median),
                ("maximum", self.maximum),
            )
            if figure is not None
        ]
        for name, figure in known:
            require_months(figure, name=name)
        for (name, figure), (larger_name, larger) in pairwise(known):
            if figure.exact > larger.exact:
                raise ValueError(
                    f"the {name} follow-up is {figure.text} but the {larger_name} {larger.text}; "
                    f"the {name} must not exceed the {larger_name}, correct one of them"
                )
        return self


def require_months(figure: Figure, *, name: str) -> None:
    """Refuse a time that is not positive, not in months, or only bounded."""
    if figure.unit != "months":
        raise ValueError(
            f"the {name} is in {figure.unit}; times must be in months, so give the trial's figures "
            "in months as it prints them elsewhere, or leave this one out"
        )
    if figure.printed.bound or not 0 < figure.exact <= _LONGEST_MONTHS:
        raise ValueError(
            f"the {name} is {figure.text}; a time must be a positive number of months (at most "
            f"{_LONGEST_MONTHS}), leave it out where it was not reached"
        )
