"""When a trial stops because success has become unlikely."""

from typing import Annotated, Literal

from pydantic import Field

from simulate.design.spending import HwangShihDeCani, SpendingFunction
from simulate.frozen import Frozen, Probability, Ratio


class BetaSpending(Frozen):
    """Bounds that spend the type II error at the planning truth's hazard ratio."""

    kind: Literal["beta_spending"] = "beta_spending"
    """Bounds that spend the type II error."""
    spending: SpendingFunction = Field(default=HwangShihDeCani(), discriminator="kind")
    """How beta is spent."""
    beta: Annotated[float, Field(gt=0, lt=0.5)]
    """Type II error, one minus the wanted power."""
    binding: bool = False
    """Whether the efficacy bounds take credit for stopping at these."""


class HazardRatioFutility(Frozen):
    """Stops when the estimated hazard ratio is at or above a threshold."""

    kind: Literal["hazard_ratio"] = "hazard_ratio"
    """A threshold of the estimated hazard ratio."""
    hr: Annotated[tuple[Ratio, ...], Field(strict=False, min_length=1)]
    """Threshold at each interim look, RT versus control."""
    binding: bool = False
    """Whether the efficacy bounds take credit for stopping at these."""


class PredictiveFutility(Frozen):
    """Stops when the predictive probability of success at the final analysis is too low."""

    kind: Literal["predictive"] = "predictive"
    """A threshold of the predictive probability of success."""
    probability: Probability
    """Stop below this predictive probability."""
    binding: bool = False
    """Whether the efficacy bounds take credit for stopping at these."""


Futility = BetaSpending | HazardRatioFutility | PredictiveFutility
