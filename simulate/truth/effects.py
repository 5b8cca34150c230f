"""Treatment effects: hazard ratio over time, RT versus control, below 1 favours RT."""

import math
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from simulate.frozen import Cuts, Frozen, Months, PositiveMonths, Ratio
from simulate.truth.pieces import Pieces, check_pieces


class Proportional(Frozen):
    """One hazard ratio at all times."""

    kind: Literal["proportional"] = "proportional"
    """One hazard ratio at all times."""
    hr: Ratio
    """Hazard ratio, RT versus control."""

    def pieces(self, *, ratio: float = 1.0) -> Pieces:
        """Hazard ratio over time, multiplied by `ratio`."""
        return Pieces(cuts=(), values=(self.hr * ratio,))


class Delayed(Frozen):
    """No effect at first, then one hazard ratio."""

    kind: Literal["delayed"] = "delayed"
    """No effect at first, then one hazard ratio."""
    hr: Ratio
    """Hazard ratio after the delay."""
    delay: PositiveMonths
    """Months without effect."""

    def pieces(self, *, ratio: float = 1.0) -> Pieces:
        """Hazard ratio over time; `ratio` multiplies it after the delay."""
        return Pieces(cuts=(self.delay,), values=(1.0, self.hr * ratio))


class Waning(Frozen):
    """One hazard ratio at first, whose logarithm then returns linearly to 0."""

    kind: Literal["waning"] = "waning"
    """One hazard ratio at first, whose logarithm then returns linearly to 0."""
    hr: Ratio
    """Hazard ratio up to `start`."""
    start: Months
    """Months to the beginning of the decline."""
    end: PositiveMonths
    """Months to the end of the effect."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end <= self.start:
            raise ValueError(
                f"start = {self.start:g} and end = {self.end:g}; the effect must end after it "
                "starts to wane, raise end or lower start"
            )
        return self

    def pieces(self, *, ratio: float = 1.0) -> Pieces:
        """Hazard ratio in equal steps of at most a month, each at its middle."""
        steps = math.ceil(self.end - self.start)
        width = (self.end - self.start) / steps
        log_hr = math.log(self.hr * ratio)
        declining = (math.exp(log_hr * (1 - (step + 0.5) / steps)) for step in range(steps))
        cuts = (*(self.start + width * step for step in range(steps)), self.end)
        pieces = Pieces(cuts=cuts, values=(self.hr * ratio, *declining, 1.0))
        return pieces if self.start else Pieces(cuts=cuts[1:], values=pieces.values[1:])


class Crossing(Frozen):
    """One hazard ratio before a time, another after it."""

    kind: Literal["crossing"] = "crossing"
    """One hazard ratio before a time, another after it."""
    before: Ratio
    """Hazard ratio up to `at`."""
    after: Ratio
    """Hazard ratio beyond `at`."""
    at: PositiveMonths
    """Months to the change."""

    def pieces(self, *, ratio: float = 1.0) -> Pieces:
        """Hazard ratio over time, multiplied by `ratio`."""
        return Pieces(cuts=(self.at,), values=(self.before * ratio, self.after * ratio))


class Piecewise(Frozen):
    """Any hazard ratio that is constant between cut points."""

    kind: Literal["piecewise"] = "piecewise"
    """Any hazard ratio that is constant between cut points."""
    cuts: Cuts
    """Interior cut points in months, one fewer than `hr`."""
    hr: Annotated[tuple[Ratio, ...], Field(strict=False, min_length=1)]
    """Hazard ratio in each interval."""

    @model_validator(mode="after")
    def _one_for_each_interval(self) -> Self:
        check_pieces("hr", self.hr, cuts=self.cuts)
        return self

    def pieces(self, *, ratio: float = 1.0) -> Pieces:
        """Hazard ratio over time, multiplied by `ratio`."""
        return Pieces(cuts=self.cuts, values=tuple(hr * ratio for hr in self.hr))


Effect = Proportional | Delayed | Waning | Crossing | Piecewise
