"""The Bayesian rule: prior of the hazard ratio and of the baseline, threshold, probability."""

import math
from typing import Annotated, Self

from pydantic import Field, model_validator

from models.settings import GammaBaseline, Placement
from simulate.frozen import Cuts, Frozen, Probability, Ratio
from simulate.truth.pieces import check_increasing

TOLERANCE = 1e-6


class NormalComponent(Frozen):
    """One normal component of a prior of the log hazard ratio, RT versus control."""

    weight: Annotated[float, Field(gt=0, le=1)] = 1.0
    """Share of the component in the mixture."""
    mean: Annotated[float, Field(ge=-10, le=10)] = 0.0
    """Mean log hazard ratio, below 0 favours RT."""
    sd: Annotated[float, Field(gt=0, le=100)] = 1.0
    """Standard deviation of the log hazard ratio."""


class BayesModelChoice(Frozen):
    """Piecewise-exponential proportional hazards, with priors of log HR and baseline."""

    prior: Annotated[tuple[NormalComponent, ...], Field(strict=False, min_length=1)] = (
        NormalComponent(),
    )
    """Mixture of normals, whose weights sum to 1."""
    baseline: GammaBaseline = GammaBaseline()
    """Prior of the baseline hazards."""
    placement: Placement = "symmetric"
    """Whether the baseline lies midway between the arms (log scale) or is the control hazard."""
    cuts: Annotated[Cuts, Field(max_length=31)] = (3.0, 6.0, 9.0, 12.0, 18.0)
    """Interior cut points of the baseline hazard in months."""

    @model_validator(mode="after")
    def _proper(self) -> Self:
        check_increasing(self.cuts)
        total = math.fsum(component.weight for component in self.prior)
        if abs(total - 1) > TOLERANCE:
            raise ValueError(
                f"prior has weights that sum to {total:g}; a mixture's weights must sum to 1, "
                "change them"
            )
        return self


class BayesRule(BayesModelChoice):
    """Success when P(HR < `hr` | data) is above `probability`, by the exact posterior."""

    hr: Ratio = 1.0
    """Hazard ratio that is to be beaten, RT versus control."""
    probability: Probability = 0.975
    """Posterior probability needed, at every look."""
