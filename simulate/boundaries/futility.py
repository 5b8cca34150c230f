"""When a trial stops for lack of effect: beta spending, a hazard ratio, or predictive probability.

z above 0 favours RT; hazard ratios are RT versus control, below 1 favours RT.
"""

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from models.compiled import kernel
from simulate.boundaries.spending import SpendingFunction


@dataclass(frozen=True, kw_only=True)
class FutilityRule:
    """A rule for stopping early without success.

    Parameters
    ----------
    kind : {"beta_spending", "hazard_ratio", "predictive"}
    binding : bool
        A binding rule is always obeyed, and efficacy bounds are lowered by what it saves; without
        binding, alpha holds even when it is not obeyed.
    spending : SpendingFunction, optional
        `beta_spending`: the type II error and how it is spent, under the planning hazard ratio.
    hazard_ratio : tuple of float
        `hazard_ratio`: stop when the estimate is at or above this, per interim look; infinite where
        there is no stopping for futility.
    probability : float
        `predictive`: stop when success at the planned end has a lower predictive probability.
    prior_mean, prior_sd : float
        `predictive`: normal prior of log HR, flat when `prior_sd` is infinite.
    """

    kind: Literal["beta_spending", "hazard_ratio", "predictive"]
    binding: bool = False
    spending: SpendingFunction | None = None
    hazard_ratio: tuple[float, ...] = ()
    probability: float = 0.0
    prior_mean: float = 0.0
    prior_sd: float = math.inf

    def __post_init__(self) -> None:
        if self.kind not in ("beta_spending", "hazard_ratio", "predictive"):
            raise ValueError(
                f"`kind` must be beta_spending, hazard_ratio or predictive, got {self.kind!r}"
            )
        if (self.kind == "beta_spending") != (self.spending is not None):
            raise ValueError(
                f"`spending` is for kind 'beta_spending' alone and needed there, got "
                f"{self.spending} for {self.kind!r}"
            )
        if (self.kind == "hazard_ratio") != bool(self.hazard_ratio):
            raise ValueError(
                f"`hazard_ratio` is for kind 'hazard_ratio' alone and needed there, got "
                f"{self.hazard_ratio} for {self.kind!r}"
            )
        self._check_values()

    def _check_values(self) -> None:
        if not all(ratio > 0 for ratio in self.hazard_ratio):
            raise ValueError(
                f"`hazard_ratio` must be positive at every look, got {self.hazard_ratio}; use inf "
                "for a look without futility"
            )
        if self.kind == "predictive" and not 0 < self.probability < 1:
            raise ValueError(
                f"`probability` must be above 0 and below 1 for 'predictive', "
                f"got {self.probability}; 0.1 stops when success is unlikely"
            )
        if not (self.prior_sd > 0 and math.isfinite(self.prior_mean)):
            raise ValueError(
                f"the prior needs a finite mean and a positive `prior_sd`, got {self.prior_mean} "
                f"and {self.prior_sd}; use an infinite `prior_sd` for a flat prior"
            )


class Forecast(NamedTuple):
    """Normal forecast of the final score: mean = `intercept` + `slope` * score now, and sd."""

    intercept: float
    slope: float
    sd: float


@kernel
def forecast(
    information: float, final_information: float, prior_mean: float, prior_precision: float
) -> Forecast:
    """Predict the score at the end from the score now; the prior is that of the drift -log HR."""
    change = max(final_information - information, 0.0)
    precision = information + prior_precision
    return Forecast(
        change * prior_precision * prior_mean / precision,
        1.0 + change / precision,
        math.sqrt(change + change * change / precision),
    )


@kernel
def predictive_bound(
    information: float,
    final_information: float,
    final_z: float,
    quantile: float,
    prior_mean: float,
    prior_precision: float,
) -> float:
    """Z now at which the predictive probability has this normal quantile."""
    ahead = forecast(information, final_information, prior_mean, prior_precision)
    final_score = final_z * math.sqrt(max(final_information, information))
    score = (final_score + quantile * ahead.sd - ahead.intercept) / ahead.slope
    return score / math.sqrt(information)


def predictive_probability(
    z: ArrayLike,
    information: float,
    *,
    final_information: float,
    final_z: float,
    prior_mean: float = 0.0,
    prior_sd: float = math.inf,
) -> NDArray[np.float64]:
    """Probability, given the data so far, that the final test succeeds.

    Parameters
    ----------
    z : array_like
        Test statistic now, above 0 favours RT.
    information : float
        Reached now (events / 4 for 1:1), positive.
    final_information : float
        At the end, more than now.
    final_z : float
        Success is a final statistic of at least this.
    prior_mean, prior_sd : float
        Normal prior of log HR (RT versus control); flat when the sd is infinite.

    Returns
    -------
    ndarray
        Averaged over the posterior of log HR; conditional power at the estimate is not the same.

    References
    ----------
    Spiegelhalter, Freedman & Blackburn 1986, doi 10.1016/0197-2456(86)90003-6; Jennison & Turnbull
    2000, section 10.3.
    """
    if not 0 < information < final_information:
        raise ValueError(
            f"`information` must be positive and below the final {final_information}, "
            f"got {information}"
        )
    ahead = forecast(information, final_information, -prior_mean, prior_sd**-2)
    mean = ahead.intercept + ahead.slope * np.asarray(z, np.float64) * math.sqrt(information)
    reached = (mean - final_z * math.sqrt(final_information)) / ahead.sd
    return np.asarray(ndtr(reached), np.float64)
