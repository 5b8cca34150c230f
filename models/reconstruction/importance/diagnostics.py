"""What importance weights are worth, and weighted estimates with their Monte Carlo errors."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.reconstruction.importance.pareto_tail import pareto_shape

LEAST_SIZE = 400.0
LARGEST_SHARE = 0.02
LARGEST_K = 0.7


@dataclass(frozen=True, kw_only=True)
class WeightDiagnostics:
    """Quality of a set of importance weights.

    Attributes
    ----------
    effective_size : float
        Squared sum over sum of squares.
    largest_share : float
        Largest weight as a share of all.
    pareto_k : float
        Shape of the generalised Pareto fitted to the largest weights; from 0.7 on, estimates
        are not reliable (Vehtari et al. 2024, doi 10.48550/arXiv.1507.02646).
    """

    effective_size: float
    largest_share: float
    pareto_k: float

    @property
    def passed(self) -> bool:
        """Effective size of at least 400, largest weight below 2%, Pareto k below 0.7."""
        return (
            self.effective_size >= LEAST_SIZE
            and self.largest_share < LARGEST_SHARE
            and self.pareto_k < LARGEST_K
        )


class Estimate(NamedTuple):
    """A weighted estimate and its Monte Carlo standard error."""

    value: float
    standard_error: float


def normalised(log_weight: ArrayLike) -> NDArray[np.float64]:
    """Weights that sum to 1."""
    log_weight = np.asarray(log_weight, dtype=float)
    weight = np.exp(log_weight - log_weight.max())
    return np.asarray(weight / weight.sum())


def weight_diagnostics(log_weight: ArrayLike) -> WeightDiagnostics:
    """Judge log weights (m,) of the draws with a hit."""
    log_weight = np.asarray(log_weight, dtype=float)
    if log_weight.size == 0:
        return WeightDiagnostics(effective_size=0.0, largest_share=1.0, pareto_k=np.inf)
    weight = normalised(log_weight)
    return WeightDiagnostics(
        effective_size=float(1.0 / (weight**2).sum()),
        largest_share=float(weight.max()),
        pareto_k=pareto_shape(log_weight),
    )


def weighted_mean(values: ArrayLike, log_weight: ArrayLike) -> Estimate:
    """Self-normalised mean of values (m,)."""
    values, weight = np.asarray(values, dtype=float), normalised(log_weight)
    mean = float(weight @ values)
    return Estimate(mean, _error(weight, values - mean))


def weighted_sd(values: ArrayLike, log_weight: ArrayLike) -> Estimate:
    """Self-normalised standard deviation of values (m,), its error by the delta method."""
    values, weight = np.asarray(values, dtype=float), normalised(log_weight)
    squares = (values - weight @ values) ** 2
    sd = float(weight @ squares) ** 0.5
    return Estimate(sd, _error(weight, (squares - sd**2) / (2.0 * sd)) if sd > 0.0 else 0.0)


def weighted_quantile(values: ArrayLike, log_weight: ArrayLike, *, prob: float) -> Estimate:
    """Self-normalised quantile of values (m,).

    Its error is half the distance between the quantiles one standard error of the distribution
    function below and above.
    """
    values, weight = np.asarray(values, dtype=float), normalised(log_weight)
    order = np.argsort(values, kind="stable")
    ranks = np.cumsum(weight[order])
    centre = _at_rank(values[order], ranks, prob)
    error = _error(weight, np.where(values <= centre, 1.0 - prob, -prob))
    low = _at_rank(values[order], ranks, prob - error)
    return Estimate(centre, 0.5 * (_at_rank(values[order], ranks, prob + error) - low))


def _at_rank(values: NDArray[np.float64], ranks: NDArray[np.float64], prob: float) -> float:
    return float(values[min(int(np.searchsorted(ranks, prob)), values.size - 1)])


def _error(weight: NDArray[np.float64], deviation: NDArray[np.float64]) -> float:
    return float(((weight * deviation) ** 2).sum() ** 0.5)
