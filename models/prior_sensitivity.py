"""How much the answer leans on the prior of log HR: power scaling of posterior draws.

Raising the prior's density to a power re-weights every draw of parameters and patients by that
density to the power less one. Nothing is sampled anew, and the patients follow the changed prior
too, as they would not if each set of them were only fitted again.

References
----------
Kallioinen, Paananen, Bürkner & Vehtari 2024, doi 10.1007/s11222-023-10366-5.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from models.check_result import CheckResult
from models.priors.normal_mixture import NormalMixture
from models.settings import NormalPrior

POWERS = (0.8, 1.25)
LARGEST_SHIFT = 0.1


class ScaledPosterior(NamedTuple):
    """Posterior of log HR (RT versus control) with the prior raised to a power.

    Attributes
    ----------
    mean, sd : float
    p_below_1 : float
        P(HR < 1).
    effective_share : float
        Effective size of the weights as a share of the draws.
    """

    mean: float
    sd: float
    p_below_1: float
    effective_share: float


def scale_prior(
    log_hr: ArrayLike, *, prior: NormalPrior | NormalMixture, power: float
) -> ScaledPosterior:
    """Re-weight posterior draws to the prior raised to a power.

    Parameters
    ----------
    log_hr : array_like
        Draws of the posterior, RT versus control.
    prior : NormalPrior or NormalMixture
        Under which they were drawn.
    power : float
        Positive; below 1 weakens the prior, 1 leaves it as it is.

    Raises
    ------
    ValueError
        If `power` is not positive.
    """
    if not power > 0.0:
        raise ValueError(f"`power` is {power}; it must be positive, use 0.8 to weaken the prior")
    draws = np.asarray(log_hr, dtype=float).reshape(-1)
    if isinstance(prior, NormalMixture):
        log_weight = (power - 1.0) * prior.log_density(draws)
    else:
        log_weight = -0.5 * (power - 1.0) * ((draws - prior.mean) / prior.sd) ** 2
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    mean = float(weight @ draws)
    return ScaledPosterior(
        mean=mean,
        sd=float(weight @ (draws - mean) ** 2) ** 0.5,
        p_below_1=float(weight @ (draws < 0.0)),
        effective_share=float(1.0 / (weight @ weight) / draws.size),
    )


def prior_sensitivity_check(
    log_hr: ArrayLike, *, prior: NormalPrior | NormalMixture
) -> CheckResult:
    """Judge whether a prior a fifth weaker or a quarter stronger hardly moves the answer.

    Parameters
    ----------
    log_hr : array_like
        Draws of the posterior, RT versus control.
    prior : NormalPrior or NormalMixture

    Returns
    -------
    CheckResult
        Passed when the mean moves by at most 0.1 of its standard deviation either way.
    """
    base = scale_prior(log_hr, prior=prior, power=1.0)
    scaled = {power: scale_prior(log_hr, prior=prior, power=power) for power in POWERS}
    shift = max(abs(found.mean - base.mean) for found in scaled.values()) / base.sd
    values = {"mean": base.mean, "p_below_1": base.p_below_1, "largest_shift": shift}
    for power, found in scaled.items():
        values |= {f"mean_{power:g}": found.mean, f"p_below_1_{power:g}": found.p_below_1}
    powers = " and ".join(f"{power:g}" for power in POWERS)
    means = " and ".join(f"{found.mean:.3f}" for found in scaled.values())
    probabilities = " and ".join(f"{found.p_below_1:.3f}" for found in scaled.values())
    return CheckResult(
        name="sensitivity to the prior of log HR",
        passed=shift <= LARGEST_SHIFT,
        values=values,
        text=(
            f"prior of log HR to the power {powers}: mean log HR {means} ({base.mean:.3f} as it "
            f"is), P(HR < 1) {probabilities} ({base.p_below_1:.3f}); the mean moves by {shift:.2f} "
            f"of its standard deviation at most ({LARGEST_SHIFT} allowed)"
        ),
    )
