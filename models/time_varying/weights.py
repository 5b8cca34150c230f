"""Patients drawn under proportional hazards, weighed for another model: Bayes factors and sets.

Patients y whose figures S(y) are as printed, drawn under proportional hazards, have under another
model the weights w = p(y | model) / p(y | proportional hazards), as the ends of follow-up cancel.
Their mean is p(S as printed | model) / p(S as printed | proportional hazards), the Bayes factor
of the printed figures themselves; with them the sets follow the model's own posterior.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.chain_diagnostics import diagnose_chains, ess_mean
from models.reconstruction.importance.pareto_tail import pareto_shape

Array = NDArray[np.float64]

HEAVIEST_TAIL = 0.7


@dataclass(frozen=True, kw_only=True)
class WeighedPatients:
    """Weights of chains of patients under one model, and what they are worth.

    Attributes
    ----------
    log_weight : numpy.ndarray, shape (chain, draw)
    log_bayes_factor : float
        Natural log, of the model against proportional hazards.
    standard_error : float
        Its Monte Carlo standard error, autocorrelation counted.
    effective_size : float
        Independent draws that the weighed ones are worth: the share of weights that count times
        the effective sample size of the chains' weights.
    pareto_k : float
        Shape of the tail of the weights; from 0.7 on, the error is not to be believed.
    r_hat : float
        Of the weights over chains.
    """

    log_weight: Array
    log_bayes_factor: float
    standard_error: float
    effective_size: float
    pareto_k: float
    r_hat: float

    def trusted(self, least_size: float) -> bool:
        """Whether effective size and tail suffice for estimates."""
        return self.effective_size >= least_size and self.pareto_k < HEAVIEST_TAIL


def weigh_patients(log_model: ArrayLike, log_proportional: ArrayLike) -> WeighedPatients:
    """Weigh patients by the ratio of their collapsed likelihoods.

    Parameters
    ----------
    log_model, log_proportional : array_like, shape (chain, draw)
        Log evidence of each set under the model and under proportional hazards.

    Returns
    -------
    WeighedPatients
    """
    log_weight = np.asarray(log_model, dtype=float) - np.asarray(log_proportional, dtype=float)
    top = float(log_weight.max())
    weight = np.exp(log_weight - top)
    mean, squares = float(weight.mean()), float((weight**2).mean())
    if np.ptp(weight) == 0.0:
        return WeighedPatients(
            log_weight=log_weight,
            log_bayes_factor=top,
            standard_error=0.0,
            effective_size=float(weight.size),
            pareto_k=0.0,
            r_hat=1.0,
        )
    chains_worth = min(float(ess_mean(weight)), float(weight.size))
    return WeighedPatients(
        log_weight=log_weight,
        log_bayes_factor=top + float(np.log(mean)),
        standard_error=float(weight.std(ddof=1)) / mean / np.sqrt(chains_worth),
        effective_size=mean**2 / squares * chains_worth,
        pareto_k=pareto_shape(log_weight.reshape(-1)),
        r_hat=float(diagnose_chains(log_weight).r_hat),
    )


def draw_by_weight(
    log_weight: ArrayLike, *, sets: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Choose sets in proportion to their weights by systematic resampling.

    Parameters
    ----------
    log_weight : array_like, shape (chain, draw)
    sets : int
    rng : numpy.random.Generator

    Returns
    -------
    numpy.ndarray, shape (sets,)
        Positions among all draws, chains one after the other; a heavy set may come twice.
    """
    flat = np.asarray(log_weight, dtype=float).reshape(-1)
    weight = np.exp(flat - flat.max())
    reached = np.cumsum(weight / weight.sum())
    marks = (np.arange(sets) + rng.random()) / sets
    return np.minimum(np.searchsorted(reached, marks), flat.size - 1).astype(np.int64)
