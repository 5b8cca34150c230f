"""What a joint analysis of both endpoints assumes: three transitions, follow-up, and the sampler.

Times are months, hazards per month, gamma rates person-months.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    Field,
    PositiveFloat,
    PositiveInt,
    field_validator,
)

from models.frozen import Frozen
from models.illness_death.priors import TRANSITIONS
from models.reconstruction.problem import INTERVALS
from models.settings import (
    AnalysisSettings,
    Baseline,
    FollowUpModel,
    FreeFollowUp,
    HierarchicalGammaBaseline,
    NormalPrior,
    Placement,
    SamplerSettings,
)
from models.survival.intervals import check_cuts

Cuts = Annotated[tuple[PositiveFloat, ...], Field(strict=False)]


class TransitionPrior(Frozen):
    """Intervals and priors of one transition.

    Parameters
    ----------
    cuts : tuple of float
        Interior cut points in months on the transition's clock, increasing; none for a constant
        hazard.
    baseline : Baseline
        Prior of the baseline hazards.
    log_hr : NormalPrior
        Prior of the log hazard ratio of this transition, RT versus control.
    """

    cuts: Cuts = ()
    baseline: Baseline = HierarchicalGammaBaseline()
    log_hr: NormalPrior = NormalPrior()

    @field_validator("cuts")
    @classmethod
    def _increasing(cls, cuts: tuple[float, ...]) -> tuple[float, ...]:
        check_cuts(cuts)
        if len(cuts) >= INTERVALS:
            raise ValueError(
                f"there are {len(cuts)} cuts; at most {INTERVALS - 1} are possible, drop some"
            )
        return cuts


class JointSettings(Frozen):
    """Everything a joint analysis of PFS and OS assumes or chooses.

    Parameters
    ----------
    name : str
        Short name, printed with every result.
    times : {"days", "continuous"}
        Whether recorded times are whole days, with ties, or continuous.
    days_per_month : float
        Days in a printed month.
    clock : {"forward", "reset"}
        What the months of death after progression count from: randomisation or progression.
    documented_progressions : {"exact", "at_least"}
        Whether the printed lower bound on PFS events is the number of progressions, deaths without
        progression coming on top, or only a bound on both together.
    placement : {"symmetric", "control"}
        Whether baselines lie midway between the arms (log scale) or are the control hazards.
    progression, death_without_progression, death_after_progression : TransitionPrior
        Intervals and priors of the three transitions.
    follow_up : FollowUpModel
        Model of the ends of follow-up, one for both endpoints.
    sampler : SamplerSettings
        How long the chains run. `levels` counts the levels of each endpoint.
    sets : int
        Pseudo-patient sets to keep.
    """

    name: Annotated[str, Field(min_length=1)]
    times: Literal["days", "continuous"] = "days"
    days_per_month: PositiveFloat = 30.0
    clock: Literal["forward", "reset"] = "forward"
    documented_progressions: Literal["exact", "at_least"] = "exact"
    placement: Placement = "symmetric"
    progression: TransitionPrior
    death_without_progression: TransitionPrior
    death_after_progression: TransitionPrior
    follow_up: FollowUpModel = FreeFollowUp()
    sampler: SamplerSettings = SamplerSettings()
    sets: PositiveInt = 100

    def transitions(self) -> dict[str, TransitionPrior]:
        """Priors by transition, in the order of `TRANSITIONS`."""
        return {name: getattr(self, name) for name in TRANSITIONS}

    def for_one(self, prior: TransitionPrior) -> AnalysisSettings:
        """Return the settings of one transition alone, as the one-endpoint sampler takes them."""
        return AnalysisSettings(
            name=self.name,
            cuts=prior.cuts,
            times=self.times,
            days_per_month=self.days_per_month,
            baseline=prior.baseline,
            placement=self.placement,
            log_hr=prior.log_hr,
            follow_up=self.follow_up,
            sampler=self.sampler,
        )


def load_joint_settings(path: Path | str) -> JointSettings:
    """Read the settings of a joint analysis from a TOML file.

    Raises
    ------
    ValueError
        If the file is unreadable or not valid settings: one sentence.
    """
    return JointSettings.load(path, what="settings file")
