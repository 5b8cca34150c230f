"""Meta-analytic predictive priors of a file of evidence, and the set of priors to be compared.

Log hazard ratios are RT versus control, below 0 favours RT.
"""

from collections.abc import Sequence
from typing import NamedTuple

from models.priors.evidence import Endpoint, Evidence, Trial
from models.priors.fit_mixture import Approximation, approximate
from models.priors.named import EnthusiasticPrior, ScepticalPrior, VaguePrior, as_mixture
from models.priors.normal_mixture import NormalMixture
from models.priors.random_effects import RandomEffects, random_effects
from models.priors.robust import robustify
from models.priors.trial_estimate import estimate_trial

VAGUE, SCEPTICAL, ENTHUSIASTIC = "vague", "sceptical", "enthusiastic"
FACE_VALUE, ROBUST = "predictive", "robust predictive"
DISCOUNTED, DISCOUNTED_ROBUST = "discounted predictive", "discounted robust predictive"


class PredictivePrior(NamedTuple):
    """Prior of log HR in a new trial, learnt from others.

    Attributes
    ----------
    trials : tuple of Trial
    discounted : bool
        Whether the trials' discounts apply.
    pooled : RandomEffects
        The meta-analysis, its prediction exact.
    """

    trials: tuple[Trial, ...]
    discounted: bool
    pooled: RandomEffects


class PriorSet(NamedTuple):
    """Priors of log HR for one endpoint, side by side.

    Attributes
    ----------
    priors : dict of str to NormalMixture
        By name: vague, sceptical, enthusiastic, and the predictive ones, before and after they
        are made robust, at face value (where the evidence allows that) and discounted.
    predictive : dict of str to PredictivePrior
        The meta-analyses behind the predictive ones, by name.
    approximations : dict of str to Approximation
        How well a few components stand for the exact predictions, by name.
    """

    priors: dict[str, NormalMixture]
    predictive: dict[str, PredictivePrior]
    approximations: dict[str, Approximation]


def predictive_prior(
    trials: Sequence[Trial], *, evidence: Evidence, discounted: bool
) -> PredictivePrior:
    """Predict log HR in a new trial from trials of one endpoint.

    Parameters
    ----------
    trials : sequence of Trial
        None at all leaves the prior of mean and heterogeneity.
    evidence : Evidence
        Says how trials are pooled.
    discounted : bool
        Whether the trials' discounts apply.
    """
    return PredictivePrior(
        trials=tuple(trials),
        discounted=discounted,
        pooled=random_effects(
            [estimate_trial(trial, discounted=False) for trial in trials],
            heterogeneity=evidence.heterogeneity,
            mean_sd=evidence.mean_sd,
            counted=[estimate_trial(trial, discounted=discounted) for trial in trials],
        ),
    )


def leave_one_out(prior: PredictivePrior, *, evidence: Evidence) -> dict[str, PredictivePrior]:
    """Predict again without each trial in turn, by the name of the one left out."""
    return {
        left_out.name: predictive_prior(
            [trial for trial in prior.trials if trial is not left_out],
            evidence=evidence,
            discounted=prior.discounted,
        )
        for left_out in prior.trials
    }


def with_one_more(
    prior: PredictivePrior, *, evidence: Evidence, endpoint: Endpoint
) -> dict[str, PredictivePrior]:
    """Predict again with each trial that is marked for sensitivity, by its name."""
    return {
        extra.name: predictive_prior(
            [*prior.trials, extra], evidence=evidence, discounted=prior.discounted
        )
        for extra in evidence.of(endpoint, use="sensitivity")
    }


def prior_set(
    evidence: Evidence,
    endpoint: Endpoint,
    *,
    sceptical: ScepticalPrior | None = None,
    enthusiastic: EnthusiasticPrior | None = None,
) -> PriorSet:
    """Put all priors of one endpoint side by side.

    Parameters
    ----------
    evidence : Evidence
    endpoint : {"pfs", "os"}
    sceptical : ScepticalPrior, optional
    enthusiastic : EnthusiasticPrior, optional

    Returns
    -------
    PriorSet

    Raises
    ------
    ValueError
        If the evidence has no trial behind a prior of this endpoint.

    Examples
    --------
    >>> from models import load_evidence, prior_set
    >>> priors = prior_set(load_evidence("analyses/sohaib2025/evidence.toml"), "pfs")
    >>> sorted(priors.priors)[:3]
    ['discounted predictive', 'discounted robust predictive', 'enthusiastic']
    """
    trials = evidence.of(endpoint, use="main")
    if not trials:
        known = " and ".join(evidence.endpoints) or "none"
        raise ValueError(
            f"`endpoint` is {endpoint!r} but {evidence.name} has trials with use = 'main' of "
            f"{known} only; choose one of these or add a trial"
        )
    priors = {
        VAGUE: VaguePrior().mixture(),
        SCEPTICAL: (sceptical or ScepticalPrior()).mixture(),
        ENTHUSIASTIC: (enthusiastic or EnthusiasticPrior()).mixture(),
    }
    predictive = {DISCOUNTED: predictive_prior(trials, evidence=evidence, discounted=True)}
    if endpoint not in evidence.only_discounted:
        at_face_value = predictive_prior(trials, evidence=evidence, discounted=False)
        predictive = {FACE_VALUE: at_face_value, **predictive}
    approximations = {name: approximate(p.pooled.predictive) for name, p in predictive.items()}
    part = as_mixture(evidence.robust_part)
    for name, robust in ((FACE_VALUE, ROBUST), (DISCOUNTED, DISCOUNTED_ROBUST)):
        if name in approximations:
            mixture = approximations[name].mixture
            priors[name] = mixture
            priors[robust] = robustify(mixture, part=part, weight=evidence.robust_weight)
    return PriorSet(priors, predictive, approximations)
