"""Models compared by how well they foretell patients left out: scores and weights, with errors.

With several sets of the same unseen patients, each figure is averaged over the sets, and its
standard error counts both the spread over patients and the spread over sets.

References
----------
Yao et al. 2018, doi 10.1214/17-BA1091 (stacking); Rubin 1981, doi 10.1214/aos/1176345338 (Bayesian
bootstrap); Rubin 1987, doi 10.1002/9780470316696, equation 3.1.5 (several sets).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.time_varying.leave_one_out import LeftOut

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]

STEPS, CLOSE = 20_000, 1e-10
RESAMPLES, RESAMPLED_STEPS, RESAMPLED_CLOSE = 200, 2_000, 1e-6


class Pooled(NamedTuple):
    """Mean over sets and its standard error, shape (model,)."""

    mean: Array
    standard_error: Array


def compare_left_out(
    scores: Mapping[str, Sequence[LeftOut]], *, rng: np.random.Generator
) -> pd.DataFrame:
    """Compare models by their scores, and weigh them by stacking.

    Parameters
    ----------
    scores : mapping of str to sequence of LeftOut
        By model, one for each set, of the same patients in the same order.
    rng : numpy.random.Generator
        For the standard errors of the weights.

    Returns
    -------
    pandas.DataFrame
        Columns `kind`, `elpd` (expected log predictive density, summed over patients), its
        standard error `se`, `difference` from the best model and `se_difference`, `stacking`
        weight and `se_stacking`, `largest_k`, `refitted` (patients of all sets).
    """
    import pandas as pd

    names = list(scores)
    # (set, patient, model)
    density = np.stack(
        [np.stack([one.log_density for one in scores[name]]) for name in names], axis=-1
    )
    total = _pool_sums(density)
    best = int(total.mean.argmax())
    apart = _pool_sums(density - density[:, :, [best]])
    weights = np.stack([stacking_weights(one) for one in density])
    errors = np.stack([stacking_errors(one, rng=rng) for one in density])
    stacked = pool_sets(weights, errors**2)
    return pd.DataFrame(
        {
            "kind": names,
            "elpd": total.mean,
            "se": total.standard_error,
            "difference": apart.mean,
            "se_difference": apart.standard_error,
            "stacking": stacked.mean,
            "se_stacking": stacked.standard_error,
            "largest_k": [
                max(float(np.nanmax(one.pareto_k)) for one in scores[name]) for name in names
            ],
            "refitted": [sum(one.refitted for one in scores[name]) for name in names],
        }
    )


def stacking_weights(log_density: ArrayLike) -> Array:
    """Weights of the mixture of models that foretells the patients best.

    Parameters
    ----------
    log_density : array_like, shape (n, model)
        Log predictive density of each patient, left out, under each model.

    Returns
    -------
    numpy.ndarray, shape (model,)
        Not negative, sum 1.
    """
    values = np.asarray(log_density, dtype=float)
    equal = np.full((1, len(values)), 1 / len(values))
    return np.asarray(_mix(values, equal, steps=STEPS, close=CLOSE)[0])


def stacking_errors(log_density: ArrayLike, *, rng: np.random.Generator) -> Array:
    """Give stacking weights their standard errors: the spread when patients count at random.

    Parameters
    ----------
    log_density : array_like, shape (n, model)
    rng : numpy.random.Generator

    Returns
    -------
    numpy.ndarray, shape (model,)
    """
    values = np.asarray(log_density, dtype=float)
    shares = rng.dirichlet(np.ones(len(values)), RESAMPLES)
    found = _mix(values, shares, steps=RESAMPLED_STEPS, close=RESAMPLED_CLOSE)
    return np.asarray(found.std(axis=0, ddof=1))


def pool_sets(values: ArrayLike, variances: ArrayLike) -> Pooled:
    """Average over sets, and add the variance between them to that within.

    Parameters
    ----------
    values, variances : array_like, shape (set, model)
        Estimates of each set, and their variances.

    Returns
    -------
    Pooled
        With one set, the estimates and their own errors.
    """
    found = np.asarray(values, dtype=float)
    sets = len(found)
    between = found.var(axis=0, ddof=1) if sets > 1 else np.zeros(found.shape[1])
    within = np.asarray(variances, dtype=float).mean(axis=0)
    return Pooled(found.mean(axis=0), np.sqrt(within + (1 + 1 / sets) * between))


def _pool_sums(density: Array) -> Pooled:
    """Pool the sums over patients of values by (set, patient, model)."""
    patients = density.shape[1]
    return pool_sets(density.sum(axis=1), patients * density.var(axis=1, ddof=1))


def _mix(values: Array, shares: Array, *, steps: int, close: float) -> Array:
    """Best weights, shape (resample, model), when patients count by `shares` (resample, n)."""
    density = np.exp(values - values.max(axis=1, keepdims=True))
    weight = np.full((len(shares), values.shape[1]), 1 / values.shape[1])
    for _ in range(steps):
        following = weight * ((shares / (weight @ density.T)) @ density)
        moved = float(np.abs(following - weight).max())
        weight = following
        if moved < close:
            break
    return weight
