"""Stratification factors, and the strata that they define together."""

import math
from itertools import product
from typing import Annotated, Self

from pydantic import Field, model_validator

from simulate.design.names import check_names
from simulate.frozen import Frozen, Name

TOLERANCE = 1e-6

Prevalence = Annotated[float, Field(gt=0, lt=1)]


class Level(Frozen):
    """One level of a factor."""

    name: Name
    """Name of the level, such as "1-3 metastases"."""
    prevalence: Prevalence
    """Share of the patients who have this level."""


class Factor(Frozen):
    """A characteristic known at randomisation; factors are independent of each other."""

    name: Name
    """Name of the factor, such as "metastases"."""
    levels: Annotated[tuple[Level, ...], Field(strict=False, min_length=2)]
    """Its levels, whose prevalences sum to 1."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        check_names("levels", [level.name for level in self.levels])
        total = math.fsum(level.prevalence for level in self.levels)
        if abs(total - 1) > TOLERANCE:
            raise ValueError(
                f"levels have prevalences that sum to {total:g}; every patient has one level, "
                "change them to sum to 1"
            )
        return self


def count_cells(factors: tuple[Factor, ...]) -> int:
    """Count the strata: 1 without factors."""
    return math.prod(len(factor.levels) for factor in factors)


def cells(factors: tuple[Factor, ...]) -> list[dict[str, str]]:
    """Name the level of every factor in each stratum.

    Parameters
    ----------
    factors : tuple of Factor
        In the order of the design.

    Returns
    -------
    list of dict
        One for each stratum, factor to level; the last factor varies fastest.
    """
    names = [[level.name for level in factor.levels] for factor in factors]
    return [
        dict(zip((factor.name for factor in factors), cell, strict=True))
        for cell in product(*names)
    ]


def cell_prevalences(factors: tuple[Factor, ...]) -> tuple[float, ...]:
    """Share of the patients in each stratum, in the order of `cells`; they sum to 1."""
    shares = [[level.prevalence for level in factor.levels] for factor in factors]
    raw = [math.prod(cell) for cell in product(*shares)]
    return tuple(share / math.fsum(raw) for share in raw)
