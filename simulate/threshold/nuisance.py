"""Nuisance values that the type I error of a Bayesian rule may depend on.

Under no effect the error is not the same for every control hazard, speed of recruitment and
drop-out: they move how many events a look has, and how the prior weighs against them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from simulate.design.replace import replaced
from simulate.design.trial import TrialDesign
from simulate.size.vary import scaled_rates
from simulate.truth.hazards import DropOut, Hazards, Loss
from simulate.truth.illness_death import IllnessDeathTruth, Transition
from simulate.truth.kinds import OneTruth, Solved
from simulate.truth.no_effect import no_effect
from simulate.truth.truth import Truth

MOST_POINTS = 200
FACTORS = (0.01, 100.0)


@dataclass(frozen=True, kw_only=True)
class Nuisance:
    """One combination of nuisance values.

    Attributes
    ----------
    hazard, accrual : float
        Factors on the control hazard (of every passage, where patients progress and die) and on
        the rates of recruitment.
    drop_out : float or None
        Probability of dropping out within 12 months in both arms; None for the design's own.
    """

    hazard: float = 1.0
    accrual: float = 1.0
    drop_out: float | None = None

    def words(self) -> str:
        """Say the values in words."""
        loss = "as planned" if self.drop_out is None else f"{self.drop_out:g} in 12 months"
        return f"control hazard × {self.hazard:g}, accrual × {self.accrual:g}, drop-out {loss}"


@dataclass(frozen=True, kw_only=True)
class NuisanceGrid:
    """Values whose combinations are looked at, checked once.

    Attributes
    ----------
    hazard, accrual : tuple of float
    drop_out : tuple of float or None
        See `Nuisance`.
    """

    hazard: tuple[float, ...] = (0.67, 1.0, 1.5)
    accrual: tuple[float, ...] = (0.5, 1.0, 2.0)
    drop_out: tuple[float | None, ...] = (0.0, 0.05, 0.2)

    def __post_init__(self) -> None:
        for name in ("hazard", "accrual"):
            _check(name, getattr(self, name), FACTORS, "a factor")
        losses = [loss for loss in self.drop_out if loss is not None]
        if losses:
            _check("drop_out", losses, (0.0, 0.99), "a probability within 12 months")
        count = len(self.hazard) * len(self.accrual) * len(self.drop_out)
        if not 0 < count <= MOST_POINTS:
            raise ValueError(
                f"--grid has {count} points; it must have 1 to {MOST_POINTS}, give fewer values"
            )

    def points(self) -> list[Nuisance]:
        """Give all combinations, the last value varying fastest."""
        return [
            Nuisance(hazard=hazard, accrual=accrual, drop_out=loss)
            for hazard, accrual, loss in product(self.hazard, self.accrual, self.drop_out)
        ]


def _check(name: str, values: Sequence[float], limits: tuple[float, float], what: str) -> None:
    for value in values:
        if not limits[0] <= value <= limits[1]:
            raise ValueError(
                f"--grid has {name} {value:g}; it is {what} and must be from {limits[0]:g} to "
                f"{limits[1]:g}, correct it"
            )
    if len(set(values)) < len(values):
        raise ValueError(
            f"--grid has {name} {', '.join(f'{value:g}' for value in values)}; each value counts "
            "once, drop repeats"
        )


def design_at(design: TrialDesign, nuisance: Nuisance) -> TrialDesign:
    """Give the design with its recruitment as the nuisance values have it.

    Raises
    ------
    ValueError
        If it cannot be recruited so.
    """
    return replaced(design, scaled_rates(design, nuisance.accrual))


def null_truth(truth: OneTruth, nuisance: Nuisance) -> Solved:
    """Give the truth without effect, with control hazard and drop-out of the nuisance values."""
    null = no_effect(truth)
    changes: dict[str, object] = {}
    if nuisance.drop_out is not None:
        loss = Loss(per_12_months=nuisance.drop_out)
        changes["drop_out"] = DropOut(control=loss, rt=loss)
        if isinstance(null, IllnessDeathTruth):
            changes["drop_out_after_progression"] = None
    if isinstance(null, Truth):
        changes["control"] = _scaled(null.control, nuisance.hazard)
        return null.model_copy(update=changes)
    passages = ("progression", "death_without_progression", "death_after_progression")
    for name in passages:
        passage: Transition | None = getattr(null, name)
        if passage is not None:
            scaled = _scaled(passage.control, nuisance.hazard)
            changes[name] = passage.model_copy(update={"control": scaled})
    return null.model_copy(update=changes)


def _scaled(hazards: Hazards, factor: float) -> Hazards:
    """Multiply a hazard; a constant one is given by its median."""
    if hazards.rates is None:
        rate = math.log(2) / (hazards.median or math.inf)
        return Hazards(rates=(rate * factor,))
    return Hazards(cuts=hazards.cuts, rates=tuple(rate * factor for rate in hazards.rates))
