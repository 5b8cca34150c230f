"""What an analysis assumes: intervals, priors, follow-up, and how long the sampler runs.

Times are months, hazards per month, gamma rates person-months.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, PositiveInt, model_validator


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class GammaBaseline(_Frozen):
    """Independent gamma baseline hazards, one per interval.

    Parameters
    ----------
    shape : float
        Gamma shape, positive.
    rate : float
        Gamma rate in person-months, positive.
    """

    kind: Literal["gamma"] = "gamma"
    shape: PositiveFloat = 1.0
    rate: PositiveFloat = 16.667


class HierarchicalGammaBaseline(_Frozen):
    """Gamma baseline hazards that share an unknown rate, itself gamma.

    Parameters
    ----------
    shape : float
        Gamma shape of each hazard, positive.
    rate_shape, rate_rate : float
        The common rate (person-months) is Gamma(`rate_shape`, `rate_rate`).
    """

    kind: Literal["hierarchical_gamma"] = "hierarchical_gamma"
    shape: PositiveFloat = 1.0
    rate_shape: PositiveFloat = 1.0
    rate_rate: PositiveFloat = 0.06


class RandomWalkBaseline(_Frozen):
    """Log hazards that walk from interval to interval.

    Parameters
    ----------
    log_mean, log_sd : float
        Normal prior of the first interval's log hazard (per month).
    step : float
        Scale of the half-normal prior of the step's standard deviation.
    """

    kind: Literal["random_walk"] = "random_walk"
    log_mean: float = -2.8
    log_sd: PositiveFloat = 1.0
    step: PositiveFloat = 0.5


Baseline = Annotated[
    GammaBaseline | HierarchicalGammaBaseline | RandomWalkBaseline, Field(discriminator="kind")
]


class NormalPrior(_Frozen):
    """Normal prior of the log hazard ratio, RT versus control.

    Parameters
    ----------
    mean, sd : float
        On the log scale; below 0 favours RT.
    """

    mean: float = 0.0
    sd: PositiveFloat = 1.0


Placement = Literal["control", "symmetric"]
