"""Hazard of the event, cured patients and drop-out, arm by arm."""

import math
from typing import Annotated, Self

from pydantic import Field, model_validator

from simulate.frozen import Cuts, Frozen, HazardRate, Share
from simulate.truth.pieces import Pieces, check_choice

Rates = Annotated[tuple[HazardRate, ...], Field(strict=False, min_length=1)]
Median = Annotated[float, Field(ge=0.01, le=1200)]

YEAR = 12.0


class Hazards(Frozen):
    """Hazard of the event in the control arm, among patients who are not cured.

    Either `median`, for a constant hazard, or `rates` with the `cuts` between them.
    """

    median: Median | None = None
    """Median time to the event in months; the hazard is constant at log 2 / median."""
    cuts: Cuts = ()
    """Interior cut points in months, one fewer than `rates`."""
    rates: Rates | None = None
    """Hazard per month in each interval."""

    @model_validator(mode="after")
    def _given_once(self) -> Self:
        check_choice("median", self.median, rates=self.rates, cuts=self.cuts)
        if self.rates is not None and not any(self.rates):
            raise ValueError(
                f"rates are {list(self.rates)}; without any hazard no patient ever has the event, "
                "make at least one rate positive"
            )
        return self

    def pieces(self) -> Pieces:
        """Cut points, and hazard per month between them."""
        constant = () if self.median is None else (math.log(2) / self.median,)
        return Pieces(cuts=self.cuts, values=self.rates or constant)


class Loss(Frozen):
    """Drop-out of one arm: either `per_12_months`, or `rates` with the `cuts` between them."""

    per_12_months: Share | None = None
    """Probability of dropping out within 12 months; the hazard is constant."""
    cuts: Cuts = ()
    """Interior cut points in months, one fewer than `rates`."""
    rates: Rates | None = None
    """Hazard of dropping out per month in each interval."""

    @model_validator(mode="after")
    def _given_once(self) -> Self:
        check_choice("per_12_months", self.per_12_months, rates=self.rates, cuts=self.cuts)
        return self

    def pieces(self) -> Pieces:
        """Cut points, and hazard of dropping out per month between them."""
        share = self.per_12_months
        constant = () if share is None else (-math.log1p(-share) / YEAR,)
        return Pieces(cuts=self.cuts, values=self.rates or constant)


NO_LOSS = Loss(per_12_months=0.0)


class DropOut(Frozen):
    """Drop-out from follow-up, independent of the event; nobody by default."""

    control: Loss = NO_LOSS
    """Drop-out of the control arm."""
    rt: Loss = NO_LOSS
    """Drop-out of the radiotherapy arm."""


class Cured(Frozen):
    """Share of patients who never have the event, nobody by default."""

    control: Share = 0.0
    """Share of the control arm."""
    rt: Share = 0.0
    """Share of the radiotherapy arm."""
