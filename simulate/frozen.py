"""What every part of a design file is: frozen, complete, and without unknown fields.

Times are months, hazards and rates per month. The limits keep numbers finite and catch units that
were mixed up, such as days given for months.
"""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

LONGEST = 1200.0
MOST_PATIENTS = 1_000_000


class Frozen(BaseModel):
    """A part of a design: cannot be changed, refuses fields it does not know."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
    )


def _one_line(name: str) -> str:
    if not name.strip() or not name.isprintable():
        raise ValueError(f"{name!r} is not a name; it must be text on one line, rename it")
    return name


Name = Annotated[str, Field(max_length=80), AfterValidator(_one_line)]
"""A short text on one line."""
Months = Annotated[float, Field(ge=0, le=LONGEST)]
"""Months, zero or more."""
PositiveMonths = Annotated[float, Field(gt=0, le=LONGEST)]
"""Months, more than zero."""
Probability = Annotated[float, Field(gt=0, lt=1)]
"""A probability that is neither 0 nor 1."""
Share = Annotated[float, Field(ge=0, lt=1)]
"""A share of patients below 1."""
HazardRate = Annotated[float, Field(ge=0, le=100)]
"""Events per patient and month."""
Ratio = Annotated[float, Field(ge=0.01, le=100)]
"""A hazard ratio, RT versus control: below 1 favours RT."""
Cuts = Annotated[tuple[PositiveMonths, ...], Field(strict=False)]
"""Interior cut points in months, increasing; intervals are `(start, stop]`, the last is open."""
