"""How several endpoints share one type I error."""

import math
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from simulate.design.names import check_names
from simulate.frozen import Frozen, Name

MOST_ENDPOINTS = 4
TOLERANCE = 1e-9

PositiveWeight = Annotated[float, Field(gt=0, le=1)]
Weight = Annotated[float, Field(ge=0, le=1)]


class CoPrimary(Frozen):
    """Success takes all endpoints, each tested at the whole of alpha."""

    kind: Literal["co_primary"] = "co_primary"
    """Every endpoint must win, each at the whole of alpha."""


class Split(Frozen):
    """Each endpoint keeps its own share of alpha (Bonferroni)."""

    kind: Literal["split"] = "split"
    """Alpha divided between the endpoints, nothing passed on."""
    weights: dict[Name, PositiveWeight]
    """Share of alpha by endpoint; they sum to 1."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _check_sum(self.weights)
        return self


class Hierarchical(Frozen):
    """One endpoint after the other, each at the whole of alpha once those before it are won."""

    kind: Literal["hierarchical"] = "hierarchical"
    """Endpoints in a fixed order, each tested once those before it are won."""
    order: Annotated[tuple[Name, ...], Field(strict=False, min_length=1)]
    """Names of all endpoints, the first tested first."""

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        check_names("order", self.order)
        return self


class Graph(Frozen):
    """Alpha starts by weights and is passed on along arrows (Maurer & Bretz)."""

    kind: Literal["graph"] = "graph"
    """A graph: an endpoint that is won passes its alpha on to others."""
    weights: dict[Name, Weight]
    """Share of alpha by endpoint at the start; they sum to 1."""
    transitions: dict[Name, dict[Name, Weight]] = Field(default={})
    """Share of its alpha that an endpoint, once won, passes on to each other one; those of one
    endpoint sum to 1 at most, those left out are 0."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _check_sum(self.weights)
        for name, row in self.transitions.items():
            _check_row(name, row)
        return self


Multiplicity = CoPrimary | Split | Hierarchical | Graph


def _check_sum(weights: Mapping[str, float]) -> None:
    total = math.fsum(weights.values())
    if abs(total - 1) > TOLERANCE:
        raise ValueError(
            f"weights sum to {total:g}; they divide the whole of alpha, change them to sum to 1"
        )


def _check_row(name: str, row: Mapping[str, float]) -> None:
    total = math.fsum(row.values())
    if name in row:
        raise ValueError(
            f"transitions.{name} names {name!r} itself; alpha is passed on to other endpoints, "
            "drop this one"
        )
    if total > 1 + TOLERANCE:
        raise ValueError(
            f"transitions.{name} sum to {total:g}; an endpoint cannot pass on more alpha than it "
            "has, lower them to sum to 1 at most"
        )


def check_multiplicity(rule: Multiplicity, endpoints: Sequence[str]) -> None:
    """Refuse a rule that names endpoints the design does not have, or leaves one out.

    Parameters
    ----------
    rule : Multiplicity
    endpoints : sequence of str
        Names of the design's endpoints, 1 to 4.

    Raises
    ------
    ValueError
        One sentence with field, value, rule and cure.
    """
    if not 1 <= len(endpoints) <= MOST_ENDPOINTS:
        raise ValueError(
            f"endpoints: {len(endpoints)} are given; a trial tests from 1 to {MOST_ENDPOINTS}, "
            "drop those that are not tested"
        )
    check_names("endpoints", endpoints)
    if isinstance(rule, Hierarchical):
        _check_known("multiplicity.order", rule.order, endpoints)
        _check_complete("multiplicity.order", rule.order, endpoints)
    if isinstance(rule, Split | Graph):
        _check_known("multiplicity.weights", rule.weights, endpoints)
        _check_complete("multiplicity.weights", rule.weights, endpoints)
    if isinstance(rule, Graph):
        _check_known("multiplicity.transitions", rule.transitions, endpoints)
        for name, row in rule.transitions.items():
            _check_known(f"multiplicity.transitions.{name}", row, endpoints)


def _check_known(where: str, names: Iterable[str], endpoints: Sequence[str]) -> None:
    for name in names:
        if name not in endpoints:
            near = get_close_matches(name, endpoints, n=1)
            known = ", ".join(repr(one) for one in endpoints)
            cure = f"did you mean {near[0]!r}?" if near else f"use one of: {known}"
            raise ValueError(
                f"{where} names {name!r}; it must be an endpoint of the design, {cure}"
            )


def _check_complete(where: str, names: Iterable[str], endpoints: Sequence[str]) -> None:
    given = set(names)
    for name in endpoints:
        if name not in given:
            raise ValueError(
                f"{where} leaves out {name!r}; it must say of every endpoint what it may spend, "
                "add it"
            )
