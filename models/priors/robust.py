"""Making an informative prior robust, and whether the data contradict it."""

import math

import numpy as np

from models.check_result import CheckResult
from models.normal_posterior import NormalPosterior
from models.priors.normal_mixture import NormalMixture, blend

STRAIN, CONFLICT = 0.10, 0.02


def robustify(prior: NormalMixture, *, part: NormalMixture, weight: float) -> NormalMixture:
    """Mix a prior with one that is less sure, which takes over when data contradict the first.

    Parameters
    ----------
    prior : NormalMixture
        Informative.
    part : NormalMixture
        Vague or sceptical.
    weight : float
        Prior probability of the part, strictly between 0 and 1.

    Raises
    ------
    ValueError
        If `weight` is not strictly between 0 and 1.

    References
    ----------
    Schmidli et al. 2014, doi 10.1111/biom.12242.
    """
    if not 0.0 < weight < 1.0:
        raise ValueError(f"`weight` must lie strictly between 0 and 1, got {weight}; 0.5 is usual")
    return blend([(1.0 - weight, prior), (weight, part)])


def foretold(prior: NormalMixture, *, error: float) -> NormalMixture:
    """Prior predictive distribution of an estimate with a standard error."""
    return NormalMixture(
        weights=prior.weights,
        means=prior.means,
        sds=tuple(np.hypot(prior.sds, error)),
    )


def prior_data_conflict(
    prior: NormalMixture, *, likelihood: NormalPosterior, name: str
) -> CheckResult:
    """Judge whether an estimate is one that the prior would have foretold.

    Parameters
    ----------
    prior : NormalMixture
    likelihood : NormalPosterior
        Estimate and standard error of the trial at hand.
    name : str
        What the prior is called in the sentence.

    Returns
    -------
    CheckResult
        `passed` is false from a conflict on: a two-sided probability below 0.02 of an estimate
        as far out, before data.

    References
    ----------
    Box 1980, doi 10.2307/2982063.
    """
    before = foretold(prior, error=likelihood.sd)
    below = float(before.cdf(likelihood.mean))
    p = 2 * min(below, 1 - below)
    low, high = np.exp(before.quantile([0.025, 0.975]))
    side = "better" if below < 0.5 else "worse"
    verdict = "no conflict" if p >= STRAIN else "a strain" if p >= CONFLICT else "a conflict"
    return CheckResult(
        name=f"{name}: prior against data",
        passed=p >= CONFLICT,
        values={"p": p, "lower": float(low), "upper": float(high)},
        text=(
            f"{name}: {verdict} between prior and data (p {p:.3f}; a strain below {STRAIN}, a "
            f"conflict below {CONFLICT}); HR {math.exp(likelihood.mean):.2f} was found, {side} "
            f"for RT than the middle of the {low:.2f} to {high:.2f} (95%) foretold"
        ),
    )
