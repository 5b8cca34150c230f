"""The truth: hazards, treatment effect, cure and drop-out of the patients to be simulated."""

from typing import Literal

from pydantic import Field

from simulate.frozen import Frozen, Name, Ratio
from simulate.truth.effects import Effect
from simulate.truth.hazards import Cured, DropOut, Hazards


class LevelEffect(Frozen):
    """What belonging to one level of a factor changes; nothing by default."""

    hazard_ratio: Ratio = 1.0
    """Hazard of this level, in both arms, over that of `control`."""
    effect_ratio: Ratio = 1.0
    """Factor on the hazard ratio of RT versus control wherever the effect acts; above 1 is less
    benefit."""


class Truth(Frozen):
    """What is true of one endpoint of the patients of a simulated trial."""

    kind: Literal["one_endpoint"] = "one_endpoint"
    """Patients have one event, that of the design's endpoint."""
    name: Name
    """Name of the truth, such as "planning"."""
    control: Hazards
    """Hazard of the event in the control arm."""
    effect: Effect = Field(discriminator="kind")
    """Hazard ratio of RT versus control, below 1 favours RT."""
    cured: Cured = Cured()
    """Patients who never have the event."""
    drop_out: DropOut = DropOut()
    """Patients who are lost to follow-up."""
    factors: dict[str, dict[str, LevelEffect]] = Field(default={})
    """Effects of the levels of the design's factors, by factor and level; those left out change
    nothing."""
