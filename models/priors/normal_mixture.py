"""Mixtures of normal distributions: the one form that every prior of log HR takes.

The log hazard ratio is that of RT versus control; below 0 favours RT.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp, ndtr

Array = NDArray[np.float64]

LARGEST_DRIFT = 1e-6
BISECTIONS = 80
REACH = 40.0
LOG_ROOT_2_PI = 0.5 * math.log(2 * math.pi)


@dataclass(frozen=True, kw_only=True)
class NormalMixture:
    """Mixture of normal distributions of the log hazard ratio, RT versus control.

    Parameters
    ----------
    weights : tuple of float
        Positive; they must add up to 1 and are brought there exactly.
    means, sds : tuple of float
        On the log scale, one for each weight; `sds` positive.
    """

    weights: tuple[float, ...]
    means: tuple[float, ...]
    sds: tuple[float, ...]

    def __post_init__(self) -> None:
        for name in ("weights", "means", "sds"):
            object.__setattr__(self, name, tuple(map(float, getattr(self, name))))
        _check(self.weights, self.means, self.sds)
        total = math.fsum(self.weights)
        object.__setattr__(self, "weights", tuple(weight / total for weight in self.weights))

    @classmethod
    def normal(cls, mean: float, sd: float) -> Self:
        """Mixture of a single normal."""
        return cls(weights=(1.0,), means=(mean,), sds=(sd,))

    @property
    def mean(self) -> float:
        """Mean log hazard ratio."""
        return math.fsum(w * m for w, m in zip(self.weights, self.means, strict=True))

    @property
    def sd(self) -> float:
        """Standard deviation of the log hazard ratio: within components and between them."""
        centre = self.mean
        parts = zip(self.weights, self.means, self.sds, strict=True)
        return math.sqrt(math.fsum(w * (s**2 + (m - centre) ** 2) for w, m, s in parts))

    def log_density(self, beta: ArrayLike) -> Array:
        """Log of the density at log hazard ratios, same shape as `beta`."""
        return np.asarray(logsumexp(self._log_parts(beta), axis=-1))

    def density(self, beta: ArrayLike) -> Array:
        """Density at log hazard ratios, same shape as `beta`."""
        return np.exp(self.log_density(beta))

    def slope(self, beta: ArrayLike) -> Array:
        """Slope of the log density at log hazard ratios, same shape as `beta`."""
        points = np.asarray(beta, dtype=float)[..., np.newaxis]
        parts = self._log_parts(beta)
        share = np.exp(parts - logsumexp(parts, axis=-1, keepdims=True))
        means, sds = np.array(self.means), np.array(self.sds)
        return np.asarray((share * (means - points) / sds**2).sum(axis=-1))

    def cdf(self, beta: ArrayLike) -> Array:
        """Probability of a log hazard ratio below given values, same shape as `beta`."""
        points = np.asarray(beta, dtype=float)[..., np.newaxis]
        return np.asarray(ndtr((points - self.means) / np.array(self.sds)) @ np.array(self.weights))

    def probability_below(self, hazard_ratio: float) -> float:
        """Probability that RT versus control is below a positive hazard ratio."""
        return float(self.cdf(math.log(hazard_ratio)))

    def quantile(self, probability: ArrayLike) -> Array:
        """Log hazard ratio below which a probability lies, same shape as `probability`.

        Raises
        ------
        ValueError
            If a probability is not strictly between 0 and 1.
        """
        target = np.asarray(probability, dtype=float)
        if not np.all((target > 0) & (target < 1)):
            raise ValueError(
                f"`probability` must lie strictly between 0 and 1, got {target}; 0.5 is the median"
            )
        means, sds = np.array(self.means), np.array(self.sds)
        low = np.full(target.shape, float((means - REACH * sds).min()))
        high = np.full(target.shape, float((means + REACH * sds).max()))
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            below = self.cdf(middle) < target
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return np.asarray((low + high) / 2)

    def draw(self, draws: int, *, rng: np.random.Generator) -> Array:
        """Draw log hazard ratios, shape (draws,)."""
        part = rng.choice(len(self.weights), size=draws, p=self.weights)
        return np.asarray(rng.normal(np.array(self.means)[part], np.array(self.sds)[part]))

    def _log_parts(self, beta: ArrayLike) -> Array:
        """Log of weight times density of each component, in a last axis of their own."""
        points = np.asarray(beta, dtype=float)[..., np.newaxis]
        sds = np.array(self.sds)
        scaled = (points - np.array(self.means)) / sds
        return np.asarray(-0.5 * scaled**2 - np.log(sds) - LOG_ROOT_2_PI + np.log(self.weights))


def blend(parts: Sequence[tuple[float, NormalMixture]]) -> NormalMixture:
    """Mix mixtures.

    Parameters
    ----------
    parts : sequence of (float, NormalMixture)
        Weights, which add up to 1, and what they weigh; parts of weight 0 are dropped.

    Returns
    -------
    NormalMixture
    """
    kept = [(weight, mixture) for weight, mixture in parts if weight != 0.0]
    return NormalMixture(
        weights=tuple(weight * w for weight, mixture in kept for w in mixture.weights),
        means=tuple(m for _, mixture in kept for m in mixture.means),
        sds=tuple(s for _, mixture in kept for s in mixture.sds),
    )


def _check(weights: tuple[float, ...], means: tuple[float, ...], sds: tuple[float, ...]) -> None:
    if not weights or not len(weights) == len(means) == len(sds):
        raise ValueError(
            f"`weights`, `means` and `sds` must be equally many and at least one each, got "
            f"{len(weights)}, {len(means)} and {len(sds)}; give one of each for every component"
        )
    if not all(math.isfinite(value) for value in (*weights, *means, *sds)):
        raise ValueError(
            f"`weights`, `means` and `sds` must be finite, got {weights}, {means} and {sds}; "
            "a vague component has a large sd, such as 1"
        )
    if min(weights) <= 0.0 or abs(math.fsum(weights) - 1.0) > LARGEST_DRIFT:
        raise ValueError(
            f"`weights` must be positive and add up to 1, got {weights}; divide them by their sum"
        )
    if min(sds) <= 0.0:
        raise ValueError(
            f"`sds` must be positive, got {sds}; use 0.05 for a hazard ratio known to a tenth"
        )
