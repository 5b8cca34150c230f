"""Evidence level 0: normal likelihood from a printed hazard ratio and its interval.

Everything returned is the log hazard ratio of RT versus control; below 0 favours RT.
"""

import math
from dataclasses import dataclass
from itertools import product
from statistics import NormalDist
from typing import Literal, NamedTuple

from models.interval_estimate import Z_95
from models.settings import NormalPrior

Direction = Literal["control_vs_rt", "rt_vs_control"]
SIGNS: dict[Direction, float] = {"rt_vs_control": 1.0, "control_vs_rt": -1.0}


@dataclass(frozen=True, kw_only=True)
class NormalPosterior:
    """Normal distribution of the log hazard ratio, RT versus control.

    Parameters
    ----------
    mean, sd : float
        On the log scale; `sd` positive.
    """

    mean: float
    sd: float

    def density(self, beta: float) -> float:
        """Density at a log hazard ratio."""
        return NormalDist(self.mean, self.sd).pdf(beta)

    def cdf(self, beta: float) -> float:
        """Probability of a log hazard ratio below a value."""
        return NormalDist(self.mean, self.sd).cdf(beta)

    def quantile(self, probability: float) -> float:
        """Log hazard ratio below which a probability, strictly between 0 and 1, lies."""
        return NormalDist(self.mean, self.sd).inv_cdf(probability)

    def probability_below(self, hazard_ratio: float) -> float:
        """Probability that RT versus control is below a positive hazard ratio."""
        return self.cdf(math.log(hazard_ratio))


class PrintedHazardRatio(NamedTuple):
    """Hazard ratio with 95% limits as printed, in the direction of the paper."""

    estimate: float
    lower: float
    upper: float


class RoundingRange(NamedTuple):
    """Lowest and highest mean and sd of the posterior over what rounds to the printed figures."""

    mean: tuple[float, float]
    sd: tuple[float, float]


def normal_likelihood(printed: PrintedHazardRatio, *, direction: Direction) -> NormalPosterior:
    """Approximate the likelihood by a normal; it is also the posterior under a flat prior.

    Parameters
    ----------
    printed : PrintedHazardRatio
        Estimate and 95% limits, 0 < lower < upper.
    direction : {"control_vs_rt", "rt_vs_control"}
        Which arm the printed ratio has in the numerator.

    Returns
    -------
    NormalPosterior
        Mean is the log of the estimate, turned to RT versus control; sd is
        (ln upper - ln lower) / (2 x 1.959964).

    Raises
    ------
    ValueError
        If the figures are not positive, the limits are in the wrong order or exclude the
        estimate, or the direction is unknown.

    Examples
    --------
    >>> from models import PrintedHazardRatio, normal_likelihood
    >>> printed = PrintedHazardRatio(estimate=1.99, lower=1.16, upper=3.41)
    >>> likelihood = normal_likelihood(printed, direction="control_vs_rt")
    >>> round(likelihood.mean, 3), round(likelihood.probability_below(1.0), 3)
    (-0.688, 0.994)
    """
    if not 0 < printed.lower < printed.upper:
        raise ValueError(
            f"`lower` and `upper` must be positive and in this order, "
            f"got {printed.lower} and {printed.upper}"
        )
    if not printed.lower <= printed.estimate <= printed.upper:
        raise ValueError(
            f"`estimate` must lie within its limits {printed.lower} to {printed.upper}, "
            f"got {printed.estimate}"
        )
    if direction not in SIGNS:
        raise ValueError(f"`direction` must be one of {sorted(SIGNS)}, got {direction!r}")
    return NormalPosterior(
        mean=SIGNS[direction] * math.log(printed.estimate),
        sd=math.log(printed.upper / printed.lower) / (2 * Z_95),
    )


def normal_posterior(
    printed: PrintedHazardRatio, *, direction: Direction, log_hr: NormalPrior | None
) -> NormalPosterior:
    """Posterior of the log hazard ratio under a normal prior, or a flat one.

    Parameters
    ----------
    printed : PrintedHazardRatio
        Estimate and 95% limits.
    direction : {"control_vs_rt", "rt_vs_control"}
        Which arm the printed ratio has in the numerator.
    log_hr : NormalPrior or None
        Prior of the log hazard ratio, RT versus control; none is flat.

    Returns
    -------
    NormalPosterior
    """
    likelihood = normal_likelihood(printed, direction=direction)
    if log_hr is None:
        return likelihood
    told, known = likelihood.sd**-2, log_hr.sd**-2
    return NormalPosterior(
        mean=(told * likelihood.mean + known * log_hr.mean) / (told + known),
        sd=(told + known) ** -0.5,
    )


def rounding_range(
    low: PrintedHazardRatio,
    high: PrintedHazardRatio,
    *,
    direction: Direction,
    log_hr: NormalPrior | None,
) -> RoundingRange:
    """Range of the posterior over the rounding windows of the printed figures.

    Mean and sd are monotone in the estimate and in the standard error, so the corners of the
    windows hold the extremes.

    Parameters
    ----------
    low, high : PrintedHazardRatio
        Lower and upper ends of the rounding windows, figure by figure.
    direction : {"control_vs_rt", "rt_vs_control"}
        Which arm the printed ratio has in the numerator.
    log_hr : NormalPrior or None
        Prior of the log hazard ratio, RT versus control; none is flat.

    Returns
    -------
    RoundingRange
    """
    corners = [
        normal_posterior(PrintedHazardRatio(*corner), direction=direction, log_hr=log_hr)
        for corner in product(*zip(low, high, strict=True))
    ]
    means, sds = [corner.mean for corner in corners], [corner.sd for corner in corners]
    return RoundingRange(mean=(min(means), max(means)), sd=(min(sds), max(sds)))
