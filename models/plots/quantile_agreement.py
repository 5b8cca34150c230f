"""Quantiles of one posterior reached in two ways, with the Monte Carlo error of the difference.

Log hazard ratios are RT versus control. Nothing is drawn here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.chain_diagnostics import quantile_error
from models.estimands.table import effective_size
from models.exact_posterior import ExactPosterior, pooled_quantile

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
PROBABILITIES = tuple(np.round(np.linspace(0.025, 0.975, 39), 3).tolist())


class Quantiles(NamedTuple):
    """Quantiles of the log hazard ratio and their Monte Carlo standard errors.

    Attributes
    ----------
    probability, log_hr, mcse : numpy.ndarray, shape (Q,)
    """

    probability: Array
    log_hr: Array
    mcse: Array


def quantiles_of_draws(
    draws: ArrayLike, *, probabilities: tuple[float, ...] = PROBABILITIES
) -> Quantiles:
    """Quantiles of draws of the log hazard ratio.

    Parameters
    ----------
    draws : array_like, shape (chain, draw) or (imputation, chain, draw)
        With several sets their errors come from the spread between sets.
    probabilities : tuple of float
        Strictly between 0 and 1.
    """
    values = np.asarray(draws, dtype=float)
    found = np.quantile(values, probabilities)
    errors = [
        quantile_error(values.reshape(-1), share, size=effective_size((values <= cut) + 0.0))
        for share, cut in zip(probabilities, found, strict=True)
    ]
    return Quantiles(np.array(probabilities), found, np.array(errors, dtype=float))


def quantiles_of_sets(
    posterior: ExactPosterior, *, probabilities: tuple[float, ...] = PROBABILITIES
) -> Quantiles:
    """Quantiles of pooled exact posteriors; the error is that of having only so many sets.

    Parameters
    ----------
    posterior : ExactPosterior
        At least 2 sets, taken as independent draws.
    probabilities : tuple of float
        Strictly between 0 and 1.
    """
    found = pooled_quantile(posterior, probabilities)
    below = posterior.cdf(found).reshape(-1, len(found))
    height = posterior.density(found).reshape(-1, len(found)).mean(axis=0)
    error = below.std(axis=0, ddof=1) / np.sqrt(len(below)) / height
    return Quantiles(np.array(probabilities), found, error)


def quantile_agreement(sampler: Quantiles, others: dict[str, Quantiles]) -> pd.DataFrame:
    """Hold quantiles reached in other ways against those of the sampler.

    Parameters
    ----------
    sampler : Quantiles
        Of the sampler's own draws.
    others : dict of str to Quantiles
        By name, at the same probabilities.

    Returns
    -------
    pandas.DataFrame
        Columns `source`, `probability`, `sampler`, `other` (log hazard ratios) and `mcse` (of
        their difference, as if they were independent: too large where they share patients).

    Raises
    ------
    ValueError
        If the probabilities differ.
    """
    import pandas as pd

    frames = []
    for source, other in others.items():
        if not np.array_equal(sampler.probability, other.probability):
            raise ValueError(
                f"`others` has other probabilities for {source!r} than the sampler; "
                "compute both with the same ones"
            )
        frames.append(
            pd.DataFrame(
                {
                    "source": source,
                    "probability": sampler.probability,
                    "sampler": sampler.log_hr,
                    "other": other.log_hr,
                    "mcse": np.hypot(sampler.mcse, other.mcse),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)
