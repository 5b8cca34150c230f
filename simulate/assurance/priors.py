"""The same draws under other priors of log HR, or on other evidence: weights, or a refusal."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.illness_death.priors import PooledEffects, SeparateEffects
from models.illness_death.repool import effects_log_density
from models.priors.normal_mixture import NormalMixture
from models.priors.reweight import FEWEST_EFFECTIVE, HEAVIEST_TAIL
from models.reconstruction.importance.pareto_tail import pareto_shape
from simulate.assurance.posterior import PASSAGES

Floats = NDArray[np.float64]

HALF = 0.5
ALIKE = 1e-9


class Exchange(NamedTuple):
    """Another prior of the effect, or other evidence on it, in place of those of the draws.

    Attributes
    ----------
    name : str
        Short, such as "sceptical prior".
    words : str
        What it means.
    log_weight : array (draw,) or None
        Log of the new density of each draw's effect over the old one, up to a constant; None
        where the draws stay as they are.
    """

    name: str
    words: str
    log_weight: Floats | None = None


@dataclass(frozen=True, kw_only=True)
class WeighedDraws:
    """Draws that stand for another posterior.

    Attributes
    ----------
    exchange : Exchange
    weights : array (draw,) or None
        They add up to 1; None where they were refused.
    effective_size : float
        Draws of equal weight that these are worth.
    pareto_k : float
    """

    exchange: Exchange
    weights: Floats | None
    effective_size: float
    pareto_k: float

    @property
    def refusal(self) -> str | None:
        """Why there is no answer: one sentence; None where there is one."""
        if self.weights is not None:
            return None
        return (
            f"{self.exchange.name}: the draws are worth {self.effective_size:.0f} under it (Pareto "
            f"k {self.pareto_k:.2f}); at least {FEWEST_EFFECTIVE:.0f} and a k of at most "
            f"{HEAVIEST_TAIL} are needed, take more draws or analyse the phase II under it"
        )


def weigh(exchange: Exchange, *, draws: int) -> WeighedDraws:
    """Weigh draws, unless too few would carry the weight.

    Parameters
    ----------
    exchange : Exchange
    draws : int
        How many there are.
    """
    log_weight = np.zeros(draws) if exchange.log_weight is None else exchange.log_weight
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    size = float(1.0 / (weight @ weight))
    tail = pareto_shape(log_weight) if np.ptp(log_weight) > ALIKE else 0.0
    thin = size < FEWEST_EFFECTIVE or tail > HEAVIEST_TAIL
    refused = exchange.log_weight is not None and thin
    return WeighedDraws(
        exchange=exchange,
        weights=None if refused else weight,
        effective_size=size,
        pareto_k=tail,
    )


def another_prior(
    name: str, words: str, *, log_hr: Floats, old: NormalMixture, new: NormalMixture
) -> Exchange:
    """Exchange the prior of log HR.

    Parameters
    ----------
    name, words : str
        See `Exchange`.
    log_hr : array (draw,)
        RT versus control, below 0 favours RT.
    old, new : NormalMixture
        Prior they were drawn under, and prior they are to have.
    """
    return Exchange(name, words, new.log_density(log_hr) - old.log_density(log_hr))


def another_prior_of_passages(
    name: str,
    words: str,
    *,
    log_hr: Floats,
    old: SeparateEffects | PooledEffects,
    new: SeparateEffects | PooledEffects,
) -> Exchange:
    """Exchange the prior of the log hazard ratios (draw, passage) of progression and death."""
    change = effects_log_density(log_hr, new) - effects_log_density(log_hr, old)
    return Exchange(name, words, change)


def discounted(
    log_hr: Floats, *, prior_mean: Floats, prior_covariance: Floats, share: float = HALF
) -> Exchange:
    """Let the phase II count for a share of itself: its likelihood of log HR to a power.

    Parameters
    ----------
    log_hr : array (draw, effect)
        Of the posterior; it and the prior are taken for normal.
    prior_mean : array (effect,)
    prior_covariance : array (effect, effect)
        Of the prior under which it was drawn.
    share : float
        From 0, nothing but the prior, to 1, as it is.
    """
    mean = log_hr.mean(axis=0)
    precision = np.linalg.inv(np.atleast_2d(np.cov(log_hr, rowvar=False)))
    known = np.linalg.inv(prior_covariance)
    new = known + share * (precision - known)
    told = precision @ mean - known @ prior_mean
    centre = np.linalg.solve(new, known @ prior_mean + share * told)
    change = _quadratic(log_hr - mean, precision) - _quadratic(log_hr - centre, new)
    return Exchange(
        name="discounted",
        words=f"the phase II counted at {share:g}: its likelihood of log HR to this power (normal "
        "approximation), the prior as it was",
        log_weight=change / 2.0,
    )


def prior_moments(effects: SeparateEffects | PooledEffects) -> tuple[Floats, Floats]:
    """Mean (passage,) and covariance (passage, passage) of the passages' log hazard ratios."""
    if isinstance(effects, SeparateEffects):
        own = effects.of_each()
        return np.array([one.mean for one in own]), np.diag([one.sd**2 for one in own])
    count, centre = len(PASSAGES), effects.centre
    spread = effects.scale**2 * np.eye(count)
    return np.full(count, centre.mean), spread + centre.sd**2


def printed_alone(log_hr: Floats, *, mean: float, sd: float) -> Exchange:
    """Exchange the posterior of log HR for that of evidence level 0.

    Parameters
    ----------
    log_hr : array (draw,)
        Of the posterior, taken for normal.
    mean, sd : float
        Posterior of log HR from the printed hazard ratio and its interval alone, same prior.
    """
    return another_prior(
        "evidence level 0",
        "log HR from the printed hazard ratio and its interval alone, same prior; hazards of "
        "the control arm as they go with it at level 1",
        log_hr=log_hr,
        old=NormalMixture.normal(float(log_hr.mean()), float(log_hr.std())),
        new=NormalMixture.normal(mean, sd),
    )


def _quadratic(values: Floats, matrix: Floats) -> Floats:
    return np.asarray(((values @ matrix) * values).sum(axis=-1))
