"""Rows of printed tables: categories with counts, measurements with mean or median."""

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from models.record.base import Count, Frozen, PerArmIfPrinted, PositiveCount
from models.record.cell import (
    CountCell,
    CountText,
    RangeCell,
    RangeText,
    SpreadCell,
    SpreadText,
    read_count_cell,
    read_range_cell,
    read_spread_cell,
)
from models.record.figure import Figure, NumberText, Place, readable_number
from models.record.window import read_number

_NAME = r"[a-z][a-z0-9_]*"


def _probability_text(text: str) -> str:
    if not 0 <= Figure(text=text, unit="probability", place="cell").exact <= 1:
        raise ValueError(f"the p-value is {text}; it must lie in [0, 1], check the digits")
    return text


ProbabilityText = Annotated[
    str,
    AfterValidator(readable_number),
    AfterValidator(_probability_text),
    Field(examples=["0.525"], description="A two-sided p-value as printed."),
]


def _short_name(text: str) -> str:
    if re.fullmatch(_NAME, text) is None:
        raise ValueError(
            f"{text!r} is not a short name; write small letters, digits and _, beginning with a "
            'letter, such as "pet_ct"'
        )
    return text


Name = Annotated[
    str, AfterValidator(_short_name), Field(json_schema_extra={"pattern": f"^{_NAME}$"})
]


class Level(Frozen):
    """One line of a category table."""

    label: Annotated[str, Field(min_length=1, examples=["Male"])]
    """The line's name as printed."""
    control: CountText = "–"
    """Cell of the control arm as printed, a dash where nothing is printed."""
    rt: CountText = "–"
    """Cell of the radiotherapy arm as printed, a dash where nothing is printed."""


class Group(Frozen):
    """Levels of a row that are also reported together."""

    label: Annotated[str, Field(min_length=1, examples=["Locoregional, alone or with distant"])]
    """Words for them together."""
    levels: Annotated[tuple[Name, ...], Field(strict=False, min_length=2)]
    """Their short names."""


class Categories(Frozen):
    """A characteristic or outcome counted in categories."""

    label: Annotated[str, Field(min_length=1, examples=["Sex"])]
    """Name as printed."""
    place: Place
    n: PerArmIfPrinted[PositiveCount] = PerArmIfPrinted[PositiveCount]()
    """Denominators printed for this row ("n = 28"); the arm sizes where none are printed and
    `population` is empty."""
    population: str = ""
    """Who the row counts, where their number is not printed ("assessed at 9 months"): rows of one
    population share their unprinted denominators."""
    population_assumption: str = ""
    """What must be assumed for the row to belong to `population`; empty where it is printed."""
    unprinted_levels: Count = 0
    """How many further categories there are that the publication does not print: 0 where the
    printed levels are all, 1 where only "yes" of yes and no is printed."""
    levels: Annotated[dict[Name, Level], Field(min_length=1)]
    """Lines of the row, under short names that other fields refer to."""
    groups: dict[Name, Group] = Field(default={})
    """Levels to be reported together, too, under short names."""
    outcome: bool = False
    """Whether the row is a finding of the trial (symptoms, toxicity, sites of progression) rather
    than a characteristic of its patients."""
    p_value: ProbabilityText | None = None

    @model_validator(mode="after")
    def _groups_are_of_its_levels(self) -> Self:
        for name, group in self.groups.items():
            for level in group.levels:
                if level not in self.levels:
                    raise ValueError(
                        f"`groups.{name}` names the level {level!r}; the row has "
                        f"{', '.join(self.levels)}, name these"
                    )
            if len(set(group.levels)) < len(group.levels):
                raise ValueError(f"`groups.{name}` names a level twice; name each once")
        return self

    def cell(self, level: str, arm: str) -> CountCell:
        """Return the cell of a level and an arm, read."""
        text: str = getattr(self.levels[level], arm)
        return read_count_cell(text, place=self.place)


class SelectedBy(Frozen):
    """Rule by which the patients of a measurement were chosen by another measurement."""

    measurement: Name
    """Short name of the other measurement."""
    above: NumberText
    """Only patients above this value were chosen."""
    place: Place


class Measurement(Frozen):
    """A characteristic measured on a scale."""

    label: Annotated[str, Field(min_length=1, examples=["Age [years]"])]
    """Name as printed."""
    place: Place
    n: PerArmIfPrinted[PositiveCount] = PerArmIfPrinted[PositiveCount]()
    """Denominators printed for this row; the arm sizes where none are printed."""
    step: NumberText | None = None
    """Smallest difference between two values ("1" for whole numbers), where it is known."""
    mean_sd: PerArmIfPrinted[SpreadText] = PerArmIfPrinted[SpreadText]()
    """Mean ± SD as printed."""
    median_range: PerArmIfPrinted[RangeText] = PerArmIfPrinted[RangeText]()
    """Median (minimum–maximum) as printed."""
    selected_by: SelectedBy | None = None
    """Rule by which its patients were chosen, where the publication gives one."""
    p_value: ProbabilityText | None = None

    @model_validator(mode="after")
    def _step_is_positive(self) -> Self:
        if self.step is not None and read_number(self.step).value <= 0:
            raise ValueError(f"`step` is {self.step}; it must be positive, leave it out if unknown")
        return self

    def spread(self, arm: str) -> SpreadCell | None:
        """Return mean and SD of an arm, None where not printed."""
        text = self.mean_sd[arm]
        return None if text is None else read_spread_cell(text, place=self.place)

    def range(self, arm: str) -> RangeCell | None:
        """Return median and range of an arm, None where not printed."""
        text = self.median_range[arm]
        return None if text is None else read_range_cell(text, place=self.place)
