"""Bayes factor of two models from draws of both: bridge sampling.

References
----------
Meng & Wong 1996, Statistica Sinica 6:831-860; Frühwirth-Schnatter 2004,
doi 10.1111/j.1368-423X.2004.00125.x (error with dependent draws).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.chain_diagnostics import ess_mean

Array = NDArray[np.float64]

STEPS = 1_000
CLOSE = 1e-10


class BridgeEstimate(NamedTuple):
    """Log of a ratio of evidences and its Monte Carlo standard error."""

    log_bayes_factor: float
    standard_error: float


def bridge(log_weight_below: ArrayLike, log_weight_above: ArrayLike) -> BridgeEstimate:
    """Estimate p(S | model) / p(S | other) from patients drawn under both.

    Parameters
    ----------
    log_weight_below, log_weight_above : array_like, shape (chain, draw)
        Log of p(y | model) / p(y | other) at patients drawn under the other model, and at
        patients drawn under the model itself.

    Returns
    -------
    BridgeEstimate
        The optimal estimator, found by iteration.
    """
    below, above = (np.asarray(w, dtype=float) for w in (log_weight_below, log_weight_above))
    log_ratio = float(np.median(above) + np.median(below)) / 2
    worth = [_worth(_bridge(side, 0.5)) for side in (below - log_ratio, log_ratio - above)]
    share = worth[1] / sum(worth)
    for _ in range(STEPS):
        up = _bridge(below - log_ratio, share)
        down = _bridge(log_ratio - above, 1 - share)
        change = float(np.log(up.mean()) - np.log(down.mean()))
        log_ratio += change
        if abs(change) < CLOSE:
            break
    error = sum(
        float(part.var(ddof=1)) / float(part.mean()) ** 2 / _worth(part) for part in (up, down)
    )
    return BridgeEstimate(log_ratio, error**0.5)


def _bridge(log_ratio: Array, share: float) -> Array:
    """Weight over the mixture of both models, scaled to their ratio: between 0 and 1 / share."""
    return np.asarray(1.0 / (share + (1 - share) * np.exp(-log_ratio)))


def _worth(values: Array) -> float:
    """Effective sample size of dependent draws, at most their number."""
    return min(float(ess_mean(values)), float(values.size))
