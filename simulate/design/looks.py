"""Looks at the data: when each takes place."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from simulate.design.endpoint import EndpointName
from simulate.frozen import MOST_PATIENTS, Frozen, Months, PositiveMonths


class Look(Frozen):
    """One look; the last of a design is the final analysis.

    A look takes place when its triggers (`events`, `months`, `min_follow_up`) are met, never before
    the previous look, and at the latest `max_wait` after that one.
    """

    events: Annotated[int, Field(ge=1, le=MOST_PATIENTS)] | None = None
    """Events in both arms together."""
    months: PositiveMonths | None = None
    """Calendar months since recruitment opened."""
    min_follow_up: Months | None = None
    """Months for which every enrolled patient has been followed, after enrolment is complete."""
    max_wait: PositiveMonths | None = None
    """Months after the previous look, or the opening of recruitment, when the look takes place even
    if its triggers are not met."""
    combine: Literal["all", "any"] = "all"
    """Whether all triggers must be met, or any one."""
    endpoint: EndpointName | None = None
    """Endpoint whose events count; left out where the design has only one."""
    analyse: Annotated[tuple[EndpointName, ...], Field(strict=False, min_length=1)] | None = None
    """Endpoints that are analysed; all of the design's unless given."""
    information: Annotated[float, Field(gt=0, le=1)] | None = None
    """Planned share of the information of the final analysis; events over the final events unless
    given."""

    @model_validator(mode="after")
    def _has_a_trigger(self) -> Self:
        if self.events is None and self.months is None and self.min_follow_up is None:
            raise ValueError(
                "the look has no trigger; give events, months or min_follow_up (max_wait only caps "
                "the wait for them)"
            )
        return self

    def waits_for_events(self) -> bool:
        """Whether the look never takes place if its number of events is never reached."""
        alone = self.months is None and self.min_follow_up is None
        needed = self.combine == "all" or alone
        return self.events is not None and self.max_wait is None and needed


def planned_information(looks: tuple[Look, ...]) -> tuple[float, ...] | None:
    """Planned share of the final analysis's information at each look.

    Parameters
    ----------
    looks : tuple of Look
        In their order; the last is the final analysis.

    Returns
    -------
    tuple of float or None
        `information` where given, else events over the events of the last look; 1 for the last.
        None when an interim look has neither.
    """
    final = looks[-1].events
    shares = []
    for look in looks[:-1]:
        share = look.information
        if share is None and look.events is not None and final is not None:
            share = look.events / final
        if share is None:
            return None
        shares.append(share)
    return (*shares, looks[-1].information or 1.0)
