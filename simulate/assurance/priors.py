"""The same draws under other priors of log HR, or on other evidence: weights, or a refusal."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.priors.normal_mixture import NormalMixture
from models.priors.reweight import FEWEST_EFFECTIVE, HEAVIEST_TAIL, importance_weights

Floats = NDArray[np.float64]

HALF = 0.5


class Exchange(NamedTuple):
    """One density of log HR (RT versus control) for another.

    Attributes
    ----------
    name : str
        Short, such as "sceptical prior".
    words : str
        What it means.
    old, new : NormalMixture or None
        Each draw is weighed by new over old; None where the draws stay as they are.
    """

    name: str
    words: str
    old: NormalMixture | None = None
    new: NormalMixture | None = None


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


def weigh(log_hr: Floats, exchange: Exchange) -> WeighedDraws:
    """Weigh draws, unless too few would carry the weight.

    Parameters
    ----------
    log_hr : array (draw,)
        RT versus control, below 0 favours RT.
    exchange : Exchange
    """
    if exchange.old is None or exchange.new is None:
        weights = np.full(log_hr.size, 1.0 / log_hr.size)
        return WeighedDraws(
            exchange=exchange, weights=weights, effective_size=float(log_hr.size), pareto_k=0.0
        )
    found = importance_weights(log_hr, old=exchange.old, new=exchange.new)
    thin = found.effective_size < FEWEST_EFFECTIVE or found.pareto_k > HEAVIEST_TAIL
    return WeighedDraws(
        exchange=exchange,
        weights=None if thin else found.weights,
        effective_size=found.effective_size,
        pareto_k=found.pareto_k,
    )


def discounted(log_hr: Floats, *, prior: NormalMixture, share: float = HALF) -> Exchange:
    """Let the phase II count for a share of itself: its likelihood of log HR to a power.

    Parameters
    ----------
    log_hr : array (draw,)
        Of the posterior; it and the prior are taken for normal.
    prior : NormalMixture
        Under which it was drawn.
    share : float
        From 0, nothing but the prior, to 1, as it is.
    """
    mean, sd = float(log_hr.mean()), float(log_hr.std())
    known = prior.sd**-2
    told = max(sd**-2 - known, 0.0)
    centre = (mean * sd**-2 - prior.mean * known) / told if told > 0.0 else 0.0
    precision = known + share * told
    new = NormalMixture.normal(
        (prior.mean * known + share * told * centre) / precision, precision**-0.5
    )
    return Exchange(
        name="discounted",
        words=f"the phase II counted at {share:g}: its likelihood of log HR to this power "
        f"(normal approximation), the prior as it was",
        old=NormalMixture.normal(mean, sd),
        new=new,
    )


def printed_alone(log_hr: Floats, *, mean: float, sd: float) -> Exchange:
    """Exchange the posterior of log HR for that of evidence level 0.

    Parameters
    ----------
    log_hr : array (draw,)
        Of the posterior, taken for normal.
    mean, sd : float
        Posterior of log HR from the printed hazard ratio and its interval alone, same prior.
    """
    return Exchange(
        name="evidence level 0",
        words="log HR from the printed hazard ratio and its interval alone, same prior; hazards of "
        "the control arm as they go with it at level 1",
        old=NormalMixture.normal(float(log_hr.mean()), float(log_hr.std())),
        new=NormalMixture.normal(mean, sd),
    )
