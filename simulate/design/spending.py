"""How an error probability is spent over the looks."""

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from simulate.frozen import Frozen


class NoSpending(Frozen):
    """Nothing before the final analysis, which has all."""

    kind: Literal["none"] = "none"
    """No interim look stops for efficacy; the final analysis has all of alpha."""


class OBrienFleming(Frozen):
    """Lan & DeMets' spending function of O'Brien–Fleming type."""

    kind: Literal["obrien_fleming"] = "obrien_fleming"
    """O'Brien–Fleming type: little early."""


class Pocock(Frozen):
    """Lan & DeMets' spending function of Pocock type."""

    kind: Literal["pocock"] = "pocock"
    """Pocock type: much early."""


class HwangShihDeCani(Frozen):
    """Spending function of Hwang, Shih & DeCani."""

    kind: Literal["hwang_shih_decani"] = "hwang_shih_decani"
    """Hwang, Shih & DeCani's family."""
    gamma: Annotated[float, Field(ge=-40, le=40)] = -4.0
    """Below 0 spends late (-4 is near O'Brien–Fleming), 1 is near Pocock."""


class PowerFamily(Frozen):
    """Spending in proportion to a power of the information."""

    kind: Literal["power"] = "power"
    """A power of the share of information."""
    rho: Annotated[float, Field(gt=0, le=50)] = 3.0
    """The power; 3 is near O'Brien–Fleming, 1 near Pocock."""


class UserSpending(Frozen):
    """A table of what is spent by each look."""

    kind: Literal["user"] = "user"
    """A table of what is spent by each look."""
    cumulative: Annotated[
        tuple[Annotated[float, Field(ge=0, lt=1)], ...], Field(strict=False, min_length=1)
    ]
    """Error spent up to and including each look; the last is all of it."""

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if any(later < earlier for earlier, later in pairwise(self.cumulative)):
            raise ValueError(
                f"cumulative is {list(self.cumulative)}; what is spent cannot decrease, write the "
                "totals up to each look"
            )
        return self


SpendingFunction = OBrienFleming | Pocock | HwangShihDeCani | PowerFamily | UserSpending
Spending = NoSpending | SpendingFunction
