"""What every part of a published record is: frozen, complete, and without unknown fields."""

from collections.abc import ItemsView
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

ARMS: tuple[Literal["control"], Literal["rt"]] = ("control", "rt")
"""The two arms in the order of every array: index 0 control, index 1 radiotherapy."""


Count = Annotated[int, Field(strict=True, ge=0)]
"""A whole number, zero or more."""
PositiveCount = Annotated[int, Field(strict=True, gt=0)]
"""A whole number, one or more."""


class Frozen(BaseModel):
    """A part of the record: cannot be changed, refuses fields it does not know."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True
    )


class PerArm[T](Frozen):
    """One value for each arm, looked up as ``values["rt"]`` or ``values["control"]``."""

    control: T
    """Value of the control arm."""
    rt: T
    """Value of the radiotherapy arm."""

    def __getitem__(self, arm: str) -> T:
        """Return the value of `arm`, "control" or "rt"."""
        return self._by_arm()[arm]

    def items(self) -> ItemsView[str, T]:
        """Return pairs of arm and value, control first."""
        return self._by_arm().items()

    def _by_arm(self) -> dict[str, T]:
        return {"control": self.control, "rt": self.rt}


class PerArmIfPrinted[T](Frozen):
    """One value for each arm, None where the publication prints none."""

    control: T | None = Field(default=None)
    """Value of the control arm, left out where none is printed."""
    rt: T | None = Field(default=None)
    """Value of the radiotherapy arm, left out where none is printed."""

    def __getitem__(self, arm: str) -> T | None:
        """Return the value of `arm`, "control" or "rt"."""
        return self._by_arm()[arm]

    def items(self) -> ItemsView[str, T | None]:
        """Return pairs of arm and value, control first."""
        return self._by_arm().items()

    def _by_arm(self) -> dict[str, T | None]:
        return {"control": self.control, "rt": self.rt}
