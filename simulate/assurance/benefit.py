"""What success says of the truth: probabilities of a true benefit, and of success without one."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from simulate.assurance.nested import ratio_mcse


class Estimate(NamedTuple):
    """A probability with its Monte Carlo standard error; not a number where no draw bears on it."""

    value: float
    mcse: float


class WhatSuccessSays(NamedTuple):
    """Probabilities over draws and trials.

    Attributes
    ----------
    benefit : Estimate
        P(true HR at or below the threshold), before the trial.
    benefit_given_success : Estimate
        The same among trials that succeed.
    success_without_effect : Estimate
        P(success and true HR at or above 1), out of all trials.
    success_given_no_effect : Estimate
        P(success) among draws with a true HR at or above 1.
    """

    benefit: Estimate
    benefit_given_success: Estimate
    success_without_effect: Estimate
    success_given_no_effect: Estimate


def what_success_says(
    success: ArrayLike,
    log_hr: ArrayLike,
    *,
    threshold: float,
    weights: ArrayLike | None = None,
    dependence: float = 1.0,
) -> WhatSuccessSays:
    """Relate success to the truth.

    Parameters
    ----------
    success : array_like, shape (draw, trial)
        0 or 1.
    log_hr : array_like, shape (draw,)
        True log hazard ratio, RT versus control.
    threshold : float
        Hazard ratio at or below which a benefit is one.
    weights, dependence
        See `nested_mean`.
    """
    share = np.asarray(success, dtype=float).mean(axis=1)
    truth = np.asarray(log_hr, dtype=float)
    benefit = (truth <= math.log(threshold)).astype(float)
    none = (truth >= 0.0).astype(float)
    every = np.ones_like(share)

    def part(top: ArrayLike, bottom: ArrayLike) -> Estimate:
        weight = every if weights is None else np.asarray(weights, dtype=float)
        below = float(weight @ np.asarray(bottom))
        value = float(weight @ np.asarray(top)) / below if below > 0.0 else math.nan
        error = ratio_mcse(top, bottom, weights=weights, dependence=dependence)
        return Estimate(value, error)

    return WhatSuccessSays(
        benefit=part(benefit, every),
        benefit_given_success=part(benefit * share, share),
        success_without_effect=part(none * share, every),
        success_given_no_effect=part(none * share, none),
    )
