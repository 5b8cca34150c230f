"""What is assumed of the three transitions before data: intervals, baselines, and how effects pool.

Times are months, hazards per month, gamma rates person-months. Log hazard ratios are RT versus
control, below 0 favours RT.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PositiveFloat, field_validator

from models.frozen import Frozen
from models.settings import Baseline, GammaBaseline, NormalPrior, Placement

if TYPE_CHECKING:
    from models.joint.settings import JointSettings

MOST_CUTS = 31
TRANSITIONS = ("progression", "death_without_progression", "death_after_progression")
"""Passages from state 0 to 1, 0 to 2 and 1 to 2: the order of the dim `transition`."""


class TransitionBaseline(Frozen):
    """Intervals of one transition and the prior of its baseline hazards.

    Parameters
    ----------
    cuts : tuple of float
        Interior cut points in months on the transition's clock, increasing; none for one interval.
    baseline : Baseline
        Prior of the baseline hazards.
    """

    cuts: Annotated[tuple[PositiveFloat, ...], Field(strict=False)] = (3.0, 6.0, 9.0, 12.0, 18.0)
    baseline: Baseline = GammaBaseline()

    @field_validator("cuts")
    @classmethod
    def _increasing(cls, cuts: tuple[float, ...]) -> tuple[float, ...]:
        if any(later <= earlier for earlier, later in pairwise(cuts)) or len(cuts) > MOST_CUTS:
            raise ValueError(
                f"cuts are {cuts}; cut points must increase strictly and be at most {MOST_CUTS}, "
                "sort them and drop repeats"
            )
        return cuts


class SeparateEffects(Frozen):
    """No pooling: each transition's log hazard ratio has a prior of its own.

    Parameters
    ----------
    progression, death_without_progression, death_after_progression : NormalPrior
        Priors of the log hazard ratios, independent.
    """

    kind: Literal["separate"] = "separate"
    progression: NormalPrior = NormalPrior()
    death_without_progression: NormalPrior = NormalPrior(sd=0.5)
    death_after_progression: NormalPrior = NormalPrior()

    def of_each(self) -> tuple[NormalPrior, ...]:
        """Priors in the order of `TRANSITIONS`."""
        return tuple(getattr(self, name) for name in TRANSITIONS)


class PooledEffects(Frozen):
    """Partial pooling: log hazard ratios scatter about a common centre, as far as data say.

    Given the centre and the spread they are independent normals. The spread is half-normal. With
    its scale of 0.5 the spread has median 0.34 and is below 0.98 with probability 95%: two
    transitions' hazard ratios differ by a factor of less than 2 with probability 0.79, and of less
    than 5 with probability 0.96. Wider scales hardly pool where one transition has few events, as
    deaths without progression have; a scale near 0 makes all effects one.

    Parameters
    ----------
    centre : NormalPrior
        Prior of the common centre.
    scale : float
        Scale of the half-normal prior of the spread, on the log scale.
    """

    kind: Literal["pooled"] = "pooled"
    centre: NormalPrior = NormalPrior()
    scale: Annotated[float, Field(gt=0, le=5)] = 0.5


class CommonEffect(Frozen):
    """Full pooling: one log hazard ratio for all three transitions.

    Parameters
    ----------
    log_hr : NormalPrior
        Its prior.
    """

    kind: Literal["common"] = "common"
    log_hr: NormalPrior = NormalPrior()


Effects = Annotated[SeparateEffects | PooledEffects | CommonEffect, Field(discriminator="kind")]


class IllnessDeathPriors(Frozen):
    """Everything the illness-death model assumes.

    Deaths without progression are few in trials that follow patients by scans: one interval, and
    a gamma rate that expects one such death in 333 person-months.

    Parameters
    ----------
    progression, death_without_progression : TransitionBaseline
        On months since randomisation.
    death_after_progression : TransitionBaseline
        On months of `clock`.
    clock : {"forward", "reset"}
        Whether death after progression counts months since randomisation or since progression.
    placement : {"symmetric", "control"}
        Whether baselines lie midway between the arms (log scale) or are the control hazards.
    effects : SeparateEffects, PooledEffects or CommonEffect
        How the treatment effects hang together.
    """

    progression: TransitionBaseline = TransitionBaseline()
    death_without_progression: TransitionBaseline = TransitionBaseline(
        cuts=(), baseline=GammaBaseline(rate=333.0)
    )
    death_after_progression: TransitionBaseline = TransitionBaseline()
    clock: Literal["forward", "reset"] = "forward"
    placement: Placement = "symmetric"
    effects: Effects = PooledEffects()

    def of_each(self) -> tuple[TransitionBaseline, ...]:
        """Baselines in the order of `TRANSITIONS`."""
        return tuple(getattr(self, name) for name in TRANSITIONS)

    def cuts(self) -> tuple[float, ...]:
        """All cut points of the three transitions, sorted: the intervals of tables and draws."""
        return tuple(sorted({cut for transition in self.of_each() for cut in transition.cuts}))

    def places(self) -> tuple[NDArray[np.intp], ...]:
        """Which interval of its own each transition is in, in each of the common intervals."""
        starts = (0.0, *self.cuts())
        return tuple(_interval_from(starts, cuts=own.cuts) for own in self.of_each())


def priors_of_joint(settings: JointSettings) -> IllnessDeathPriors:
    """Priors under which a joint reconstruction drew its pseudo-patient sets.

    Posteriors of sets may be pooled only under the priors that the sets were drawn under.

    Parameters
    ----------
    settings : JointSettings
        Of the reconstruction.

    Returns
    -------
    IllnessDeathPriors
        With separate effects.
    """
    given = settings.transitions()
    own = {
        name: TransitionBaseline(cuts=prior.cuts, baseline=prior.baseline)
        for name, prior in given.items()
    }
    return IllnessDeathPriors(
        progression=own[TRANSITIONS[0]],
        death_without_progression=own[TRANSITIONS[1]],
        death_after_progression=own[TRANSITIONS[2]],
        clock=settings.clock,
        placement=settings.placement,
        effects=SeparateEffects(
            progression=given[TRANSITIONS[0]].log_hr,
            death_without_progression=given[TRANSITIONS[1]].log_hr,
            death_after_progression=given[TRANSITIONS[2]].log_hr,
        ),
    )


def _interval_from(starts: Sequence[float], *, cuts: tuple[float, ...]) -> NDArray[np.intp]:
    """Index of the interval that goes on after each start."""
    return np.searchsorted(np.array(cuts), np.array(starts), side="right")
