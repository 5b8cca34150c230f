"""Figures in running text, and what the publication says about how figures hang together."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from models.record.base import Frozen
from models.record.figure import Figure

Path = Annotated[
    str,
    Field(
        examples=["endpoints.pfs.median.rt"],
        description="Where a figure stands in this file, its keys joined by dots.",
    ),
]


class Statement(Figure):
    """A figure in the abstract, the running text or a caption."""

    quote: Annotated[str, Field(min_length=1)]
    """The words around the figure, as printed."""
    about: str = ""
    """Whose figure it is, where it is not this trial's ("Gomez 2019")."""
    same_as: tuple[Path, ...] = ()
    """Figures of this file that the words repeat."""
    difference_of: tuple[Path, Path] | None = None
    """Two figures of this file: the words give the first minus the second."""
    sum_of: tuple[Path, ...] = ()
    """Figures of this file whose sum the words give."""

    @model_validator(mode="after")
    def _one_relation(self) -> Self:
        if sum(map(bool, (self.same_as, self.difference_of, self.sum_of))) > 1:
            raise ValueError(
                "a statement has more than one of `same_as`, `difference_of` and `sum_of`; "
                "it must have at most one, write one statement for each"
            )
        return self

    @property
    def references(self) -> tuple[str, ...]:
        """All paths that the statement refers to."""
        return (*self.same_as, *(self.difference_of or ()), *self.sum_of)


class Relation(Frozen):
    """What the publication says, or what must be, about counts of patients in each arm.

    Paths leave out the arm: the relation is held against both arms. Several paths on one side
    are added.
    """

    left: Annotated[tuple[Path, ...], Field(min_length=1)]
    """Counts on the left, such as "categories.maintenance_regimen.n"."""
    relation: Literal["equals", "at_most"]
    """How the left side must stand to the right one."""
    right: Annotated[tuple[Path, ...], Field(min_length=1)]
    """Counts on the right, such as "categories.maintenance.yes"."""
    because: Annotated[str, Field(min_length=1)]
    """Why: the words of the publication or the definition of a category."""
    assumption: str = ""
    """What must be assumed for it to hold; empty where it follows from the words."""

    @property
    def references(self) -> tuple[str, ...]:
        """All paths that the relation refers to."""
        return (*self.left, *self.right)
