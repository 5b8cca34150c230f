"""A time-to-event endpoint as printed: medians, hazard ratio with its limits, events."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from models.record.base import Count, Frozen, PerArmIfPrinted
from models.record.figure import Figure, Place
from models.record.trial import require_months

Direction = Literal["control_vs_rt", "rt_vs_control"]


class EventKnowledge(Frozen):
    """What is known of the number of events in one arm."""

    at_least: Count | None = None
    """Smallest possible number of events, where only some of them are printed."""
    exactly: Count | None = None
    """Number of events, where it is printed."""
    place: Place

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.at_least is None) == (self.exactly is None):
            raise ValueError(
                f"events have at_least = {self.at_least} and exactly = {self.exactly}; exactly one "
                "of the two must be given, leave out the whole entry where nothing is known"
            )
        return self


class MedianInterval(Frozen):
    """Confidence limits of a median; a limit that was not reached is left out."""

    lower: Figure | None = None
    upper: Figure | None = None


class Endpoint(Frozen):
    """One time-to-event endpoint."""

    label: str = ""
    """Name of the endpoint in words."""
    definition: str = ""
    """What counts as an event and from when time runs, as printed."""
    median: PerArmIfPrinted[Figure] = PerArmIfPrinted[Figure]()
    """Kaplan-Meier medians in months; left out where not reached or not printed."""
    median_interval: PerArmIfPrinted[MedianInterval] = PerArmIfPrinted[MedianInterval]()
    """Confidence limits of the medians."""
    hazard_ratio: Figure
    """Hazard ratio in the printed direction."""
    lower: Figure
    """Lower confidence limit of the hazard ratio, as printed."""
    upper: Figure
    """Upper confidence limit of the hazard ratio, as printed."""
    ci_level: Annotated[float, Field(ge=0.5, lt=1, examples=[0.95])] = 0.95
    """Level of the confidence interval."""
    direction: Direction
    """Which arm is divided by which: "control_vs_rt" (above 1 favours RT) or "rt_vs_control"."""
    p_value: Figure | None = None
    """Two-sided p-value printed with the hazard ratio."""
    p_value_test: Literal["wald", "log-rank", "stratified log-rank", "not stated"] = "not stated"
    """Test behind the p-value, where the publication says so."""
    events: PerArmIfPrinted[EventKnowledge] = PerArmIfPrinted[EventKnowledge]()
    """What is known of the number of events."""

    @model_validator(mode="after")
    def _medians_are_times(self) -> Self:
        for arm, figure in self.median.items():
            if figure is not None:
                require_months(figure, name=f"median of arm {arm}")
        return self

    @model_validator(mode="after")
    def _ratios_are_positive(self) -> Self:
        for name in ("hazard_ratio", "lower", "upper"):
            figure: Figure = getattr(self, name)
            if figure.printed.bound or figure.exact <= 0:
                raise ValueError(
                    f"`{name}` is {figure.text}; a hazard ratio and its limits must be positive "
                    "numbers, give the ratio itself and not its logarithm"
                )
        return self

    @model_validator(mode="after")
    def _interval_holds_estimate(self) -> Self:
        if not self.lower.exact <= self.hazard_ratio.exact <= self.upper.exact:
            raise ValueError(
                f"the confidence interval {self.lower.text} to {self.upper.text} excludes its "
                f"estimate {self.hazard_ratio.text}; the estimate must lie between its limits, "
                "check the digits and that all three have the same direction"
            )
        if self.lower.exact == self.upper.exact:
            raise ValueError(
                f"both confidence limits are {self.lower.text}; the interval must have a width, "
                "check the digits"
            )
        return self

    @model_validator(mode="after")
    def _p_is_probability(self) -> Self:
        if self.p_value is not None:
            require_probability(self.p_value)
        return self


def require_probability(figure: Figure) -> None:
    """Refuse a p-value outside [0, 1]."""
    if not 0 <= figure.exact <= 1:
        raise ValueError(f"the p-value is {figure.text}; it must lie in [0, 1], check the digits")
