"""The published record of a two-arm survival trial: every figure as printed."""

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from models.record.base import ARMS, Frozen, PerArm
from models.record.endpoint import Endpoint
from models.record.lookup import arm_counts, figures
from models.record.statement import Relation, Statement
from models.record.table import Categories, Measurement, Name
from models.record.trial import Accrual, Arm, FollowUp, Manuscript, Trial

ENDPOINTS = ("pfs", "os")


class Record(Frozen):
    """Everything a publication prints about a randomised trial of radiotherapy.

    Figures are kept as printed and nothing computed is stored. The record is refused only where
    no re-analysis is possible; whether its figures agree with each other is for the audit to say.
    """

    format: Literal[1]
    """Version of this file format."""
    trial: Trial
    """Which trial this is."""
    arms: PerArm[Arm]
    """The two randomised arms, `control` and `rt`."""
    accrual: Accrual = Accrual()
    """When patients were randomised."""
    manuscript: Manuscript = Manuscript()
    """Dates of the publication."""
    follow_up: FollowUp = FollowUp()
    """Follow-up times."""
    endpoints: Annotated[
        dict[str, Endpoint],
        Field(min_length=1, json_schema_extra={"propertyNames": {"enum": list(ENDPOINTS)}}),
    ]
    """Time-to-event endpoints under the names `pfs` and `os`."""
    categories: dict[Name, Categories] = Field(default_factory=dict)
    """Characteristics and outcomes counted in categories."""
    measurements: dict[Name, Measurement] = Field(default_factory=dict)
    """Characteristics measured on a scale."""
    statements: dict[Name, Statement] = Field(default_factory=dict)
    """Figures in running text."""
    relations: tuple[Relation, ...] = ()
    """How counts must hang together."""

    @property
    def received(self) -> date | None:
        """Date the manuscript was received: the data were cut before it."""
        return self.manuscript.received

    @model_validator(mode="after")
    def _endpoints_are_known(self) -> Self:
        for key in self.endpoints:
            if key not in ENDPOINTS:
                raise ValueError(
                    f"`endpoints.{key}` is not an endpoint; an endpoint must be named pfs or os, "
                    "rename it"
                )
        return self

    @model_validator(mode="after")
    def _medians_within_follow_up(self) -> Self:
        last = self.follow_up.maximum
        if last is None or last.window.high is None:
            return self
        for key, endpoint in self.endpoints.items():
            for arm, median in endpoint.median.items():
                low = None if median is None else median.window.low
                if median is not None and low is not None and low >= last.window.high:
                    raise ValueError(
                        f"`endpoints.{key}.median.{arm}` is {median.text} months but the last "
                        f"follow-up (`follow_up.maximum`) is {last.text}; a median must not lie "
                        "beyond the last follow-up, check both or leave the median out as not "
                        "reached"
                    )
        return self

    @model_validator(mode="after")
    def _events_within_arms(self) -> Self:
        for key, endpoint in self.endpoints.items():
            for arm, events in endpoint.events.items():
                known = 0 if events is None else max(events.at_least or 0, events.exactly or 0)
                if known > self.arms[arm].n:
                    raise ValueError(
                        f"`endpoints.{key}.events.{arm}` has {known} events among "
                        f"{self.arms[arm].n} patients; events must not exceed the arm's n, "
                        "correct one of them"
                    )
        return self

    @model_validator(mode="after")
    def _counts_within_arms(self) -> Self:
        for key, row in self.categories.items():
            for level in row.levels:
                for arm in ARMS:
                    cell = row.cell(level, arm)
                    limit = self.arms[arm].n
                    for figure in (cell.count, cell.of):
                        if figure is not None and figure.exact > limit:
                            raise ValueError(
                                f"`categories.{key}.levels.{level}.{arm}` counts {figure.text} of "
                                f"{limit} patients; a count must not exceed the arm's n, correct "
                                "one of them"
                            )
        return self

    @model_validator(mode="after")
    def _denominators_within_arms(self) -> Self:
        rows = {
            **{f"categories.{key}": row.n for key, row in self.categories.items()},
            **{f"measurements.{key}": row.n for key, row in self.measurements.items()},
        }
        for path, n in rows.items():
            for arm, number in n.items():
                if number is not None and number > self.arms[arm].n:
                    raise ValueError(
                        f"`{path}.n.{arm}` is {number} but the arm has {self.arms[arm].n} "
                        "patients; a denominator must not exceed the arm's n, correct one of them"
                    )
        return self

    @model_validator(mode="after")
    def _calendar_in_order(self) -> Self:
        last, received = self.accrual.last_month, self.received
        if last is not None and received is not None and received.isoformat()[:7] < last:
            raise ValueError(
                f"`manuscript.received` is {received} but accrual ran until {last}; a manuscript "
                "must not be received before accrual ended, correct one of them"
            )
        return self

    @model_validator(mode="after")
    def _references_exist(self) -> Self:
        known = figures(self)
        for key, statement in self.statements.items():
            for path in statement.references:
                _require_known(path, known, by=f"statements.{key}")
        armless = {_without_arm(path): path for path in known}
        for position, relation in enumerate(self.relations):
            for path in relation.references:
                if all(arm_counts(known, path, arm) is None for arm in ARMS):
                    _require_known(path, armless, by=f"relations.{position}")
        return self

    @model_validator(mode="after")
    def _selections_exist(self) -> Self:
        for key, row in self.measurements.items():
            if row.selected_by is not None:
                by = f"measurements.{key}.selected_by.measurement"
                _require_known(row.selected_by.measurement, self.measurements, by=by)
        return self


def _require_known(name: str, known: Mapping[str, object], *, by: str) -> None:
    if name in known:
        return
    near = get_close_matches(name, known, n=1)
    cure = f"did you mean {near[0]!r}?" if near else "check the spelling"
    raise ValueError(
        f"`{by}` refers to {name!r}, which the file does not have; a reference must name a figure "
        f"of the file, {cure}"
    )


def _without_arm(path: str) -> str:
    return ".".join(part for part in path.split(".") if part not in (*ARMS, "count"))
