"""What a check is: a requirement, the kind of evidence, and a comparison that can fail."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

Grade = Literal[
    "closed form",
    "independent implementation",
    "external oracle",
    "simulation",
    "regression",
]
GRADES: dict[Grade, str] = {
    "external oracle": "stored answers of another program",
    "closed form": "a formula that is known to be true",
    "independent implementation": "the same quantity computed by other means",
    "simulation": "simulated data whose truth is known",
    "regression": "the same answer as before, or as it must be",
}


class Finding(NamedTuple):
    """What a comparison found.

    Attributes
    ----------
    observed : float
        Largest difference, in `unit`; not a number fails.
    limit : float
        What it may be at most.
    unit : str
        What is measured: "relative difference", "standard errors".
    cases : int
        Number of figures that were compared.
    where : str
        Where the largest difference is.
    """

    observed: float
    limit: float
    unit: str
    cases: int
    where: str = ""

    @property
    def passed(self) -> bool:
        """Whether figures were compared, and the observed one is within the limit."""
        return self.cases > 0 and self.observed <= self.limit


@dataclass(frozen=True, kw_only=True)
class Check:
    """A comparison and what it is evidence for.

    Attributes
    ----------
    name : str
        Short and unique.
    requirement : str
        Identifier of the requirement.
    grade : str
        Kind of evidence.
    claim : str
        What holds if it passes, in a sentence.
    source : str
        Where the other answer comes from.
    subject : str
        Module and name of a function whose answer is judged: "models.survival.cox.cox".
    compare : callable
        Makes the comparison.
    full : bool
        Whether it is long, and made by `--full` alone.
    seconds : float
        About how long it takes, for the time left.
    """

    name: str
    requirement: str
    grade: Grade
    claim: str
    source: str
    subject: str
    compare: Callable[[], Finding]
    full: bool = False
    seconds: float = 1.0


class Worst:
    """The largest of many differences, and where it is.

    Parameters
    ----------
    limit : float
    unit : str
    """

    def __init__(self, limit: float, unit: str) -> None:
        self.limit, self.unit = limit, unit
        self.observed, self.cases, self.where = 0.0, 0, ""

    def add(self, differences: ArrayLike, where: str) -> None:
        """Take in differences at one place; one that is not a number is the largest."""
        values = np.abs(np.atleast_1d(np.asarray(differences, dtype=float))).ravel()
        self.cases += values.size
        if values.size:
            largest = float(values.max()) if not np.isnan(values).any() else math.nan
            if not largest <= self.observed:
                self.observed, self.where = largest, where

    def absolute(self, found: ArrayLike, expected: ArrayLike, where: str) -> None:
        """Compare figures by their difference; equal infinite ones agree."""
        ours, theirs = _pair(found, expected)
        self.add(_difference(ours, theirs), where)

    def relative(self, found: ArrayLike, expected: ArrayLike, where: str) -> None:
        """Compare figures by their difference over the expected one (by 1 where that is 0)."""
        ours, theirs = _pair(found, expected)
        finite = np.where(np.isfinite(theirs), np.abs(theirs), 1.0)
        self.add(_difference(ours, theirs) / np.where(finite > 0, finite, 1.0), where)

    def finding(self) -> Finding:
        """Give the finding."""
        return Finding(self.observed, self.limit, self.unit, self.cases, self.where)


def _pair(found: ArrayLike, expected: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    ours, theirs = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    if ours.shape != theirs.shape:
        return np.broadcast_to(math.nan, theirs.shape), theirs
    return ours, theirs


def _difference(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return np.where(ours == theirs, 0.0, ours - theirs)
