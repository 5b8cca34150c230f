"""The truth of two endpoints at once: progression, and death before and after it."""

from typing import Annotated, Literal

from pydantic import Field

from simulate.frozen import Frozen, Months, Name, Ratio
from simulate.truth.effects import Effect
from simulate.truth.hazards import DropOut, Hazards
from simulate.truth.truth import LevelEffect

Clock = Literal["forward", "reset"]


class Transition(Frozen):
    """Passage from one state to another, by months since randomisation."""

    control: Hazards
    """Hazard of the passage in the control arm, of patients in the state it starts from."""
    effect: Effect = Field(discriminator="kind")
    """Hazard ratio of RT versus control for this passage, below 1 favours RT."""


class DeathAfterProgression(Transition):
    """Passage from progression to death, by months on its own clock."""

    clock: Clock = "forward"
    """What the months of hazard and effect count from: randomisation ("forward") or progression
    ("reset")."""


class Switching(Frozen):
    """Radiotherapy of control patients after their progression is seen."""

    probability: Annotated[float, Field(gt=0, le=1)]
    """Probability that a control patient is to switch."""
    delay: Months = 0.0
    """Months from the progression that is seen to the radiotherapy; those who die before go
    without."""
    hr: Ratio
    """Hazard of death after the radiotherapy over that without, below 1 is a benefit."""


class IllnessDeathTruth(Frozen):
    """What is true of progression and death of the patients of a simulated trial.

    Progression-free survival ends at progression or death, overall survival at death, of the same
    patient.
    """

    kind: Literal["illness_death"] = "illness_death"
    """Patients progress, and die before or after it."""
    name: Name
    """Name of the truth, such as "planning"."""
    progression: Transition
    """Progression of patients alive without it."""
    death_without_progression: Transition | None = None
    """Death of patients who have not progressed; left out where nobody dies so."""
    death_after_progression: DeathAfterProgression
    """Death of patients who have progressed."""
    drop_out: DropOut = DropOut()
    """Patients who are lost to follow-up, by months since randomisation."""
    drop_out_after_progression: DropOut | None = None
    """The same once progression is seen; as before it where left out."""
    switching: Switching | None = None
    """Control patients who get radiotherapy after progression; nobody by default."""
    factors: dict[str, dict[str, LevelEffect]] = Field(default={})
    """Effects of the levels of the design's factors, by factor and level, on all three passages;
    those left out change nothing."""
