"""Posterior draws under another prior of log HR than they were drawn with: importance weights.

Only the prior of the log hazard ratio is exchanged. A draw's parameters and patients keep their
company, so whatever was computed of them may be averaged with the weights.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.priors.normal_mixture import NormalMixture
from models.reconstruction.importance.pareto_tail import pareto_shape

FEWEST_EFFECTIVE = 100.0
HEAVIEST_TAIL = 0.7


class ReweightedDraws(NamedTuple):
    """Weights of draws under another prior.

    Attributes
    ----------
    weights : numpy.ndarray
        Shaped as the draws; they add up to 1.
    effective_size : float
        Draws of equal weight that these are worth: 1 / sum of squared weights. Autocorrelation
        of the draws is not counted.
    pareto_k : float
        Shape of the tail of the weights; from 0.7 on, they are not to be trusted.
    """

    weights: NDArray[np.float64]
    effective_size: float
    pareto_k: float


def reweight(log_hr_draws: ArrayLike, *, old: NormalMixture, new: NormalMixture) -> ReweightedDraws:
    """Weigh posterior draws so that they stand for the posterior under another prior.

    Parameters
    ----------
    log_hr_draws : array_like, any shape
        Draws of the posterior under `old`, RT versus control.
    old, new : NormalMixture
        Prior they were drawn with, and prior they are to have.

    Returns
    -------
    ReweightedDraws
        Average any function of the draws with `weights`.

    Raises
    ------
    ValueError
        If a draw is not finite, or too few draws lie where the new prior has them.

    References
    ----------
    Vehtari et al. 2024, doi 10.48550/arXiv.1507.02646 (Pareto k).

    Examples
    --------
    >>> import numpy as np
    >>> from models import NormalMixture, reweight
    >>> draws = np.random.default_rng(1).normal(-0.6, 0.25, 4000)
    >>> vague = NormalMixture(weights=(1.0,), means=(0.0,), sds=(1.0,))
    >>> sceptical = NormalMixture(weights=(1.0,), means=(0.0,), sds=(0.3,))
    >>> found = reweight(draws, old=vague, new=sceptical)
    >>> bool(-0.45 < np.average(draws, weights=found.weights) < -0.3)
    True
    """
    found = importance_weights(log_hr_draws, old=old, new=new)
    if found.effective_size < FEWEST_EFFECTIVE or found.pareto_k > HEAVIEST_TAIL:
        raise ValueError(
            f"`new` is a prior of mean {new.mean:.3g} and sd {new.sd:.3g} under which the "
            f"{found.weights.size} draws are worth {found.effective_size:.0f} (Pareto k "
            f"{found.pareto_k:.2f}); they must be worth at least {FEWEST_EFFECTIVE:.0f} with a k "
            f"of at most {HEAVIEST_TAIL}, take more draws or sample again under this prior"
        )
    return found


def importance_weights(
    log_hr_draws: ArrayLike, *, old: NormalMixture, new: NormalMixture
) -> ReweightedDraws:
    """Weights as `reweight` gives them, however thin.

    Raises
    ------
    ValueError
        If there are no draws or one is not finite.
    """
    draws = np.asarray(log_hr_draws, dtype=float)
    if draws.size == 0 or not np.isfinite(draws).all():
        raise ValueError(
            f"`log_hr_draws` must hold finite numbers, got {draws.size} of which "
            f"{int(np.isfinite(draws).sum())} are finite; leave the others out"
        )
    log_weight = new.log_density(draws) - old.log_density(draws)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    return ReweightedDraws(
        weights=weight,
        effective_size=float(1.0 / (weight**2).sum()),
        pareto_k=_tail(log_weight.reshape(-1)),
    )


def _tail(log_weight: NDArray[np.float64]) -> float:
    """Shape of the tail; equal weights have none."""
    if np.ptp(log_weight) < 1e-9:
        return 0.0
    return pareto_shape(log_weight)
