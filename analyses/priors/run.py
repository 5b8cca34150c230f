"""All priors of one endpoint, what they are worth, and the trial at hand under each of them."""

from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

from analyses.outputs.progress import Progress
from analyses.priors.tables import forest_table, prior_table, trial_table
from analyses.priors.trial_at_hand import TrialAtHand
from models.check_result import CheckResult
from models.priors.evidence import ENDPOINT_LABELS, Endpoint, Evidence
from models.priors.hierarchical import (
    compile_hierarchical,
    hierarchical_checks,
    sample_hierarchical,
)
from models.priors.named import ScepticalPrior
from models.priors.normal_mixture import NormalMixture
from models.priors.predictive_prior import (
    DISCOUNTED,
    DISCOUNTED_ROBUST,
    FACE_VALUE,
    SCEPTICAL,
    VAGUE,
    PriorSet,
    leave_one_out,
    prior_set,
    with_one_more,
)
from models.priors.random_effects import random_effects
from models.priors.robust import prior_data_conflict
from models.priors.tipping_point import PriorGrid, TippingPoint, find_tipping_point, prior_grid
from models.priors.trial_estimate import estimate_trial, plausibility_checks
from models.priors.winners_curse import exaggeration, winners_curse_sentence

BELIEVERS = {SCEPTICAL: "the sceptic", DISCOUNTED: "the discounted prior"}


class Answers(NamedTuple):
    """What only a trial at hand can answer.

    Attributes
    ----------
    tipping : TippingPoint
    grid : PriorGrid
    winners_curse : str
    conflicts : list of CheckResult
        Prior against data, one for each prior.
    """

    tipping: TippingPoint
    grid: PriorGrid
    winners_curse: str
    conflicts: list[CheckResult]


class EndpointPriors(NamedTuple):
    """Everything that is computed for one endpoint.

    Attributes
    ----------
    endpoint, label : str
    found : PriorSet
    priors : pandas.DataFrame
        One row for each prior; see `prior_table`.
    trials, forest : pandas.DataFrame
        The trials and their derivation; rows of the forest plot.
    gates : list of CheckResult
        Sampler against quadrature, and convergence.
    findings : list of CheckResult
        Printed figures of the trials against each other.
    trial : TrialAtHand or None
    answers : Answers or None
        None without a trial at hand.
    """

    endpoint: Endpoint
    label: str
    found: PriorSet
    priors: pd.DataFrame
    trials: pd.DataFrame
    forest: pd.DataFrame
    gates: list[CheckResult]
    findings: list[CheckResult]
    trial: TrialAtHand | None
    answers: Answers | None


def run_priors(
    evidence: Evidence,
    endpoint: Endpoint,
    *,
    trial: TrialAtHand | None,
    seed: int,
    progress: Callable[[Progress], None],
) -> EndpointPriors:
    """Compute the priors of one endpoint, and the posterior of the trial at hand under each.

    Parameters
    ----------
    evidence : Evidence
    endpoint : {"pfs", "os"}
    trial : TrialAtHand or None
    seed : int
        Of the sampler that checks the quadrature.
    progress : callable
        Told of each stage.
    """
    label = ENDPOINT_LABELS[endpoint]
    progress(Progress(stage=f"{label}: pooling trials", done=0.0))
    found = prior_set(evidence, endpoint)
    base = found.predictive.get(FACE_VALUE, found.predictive[DISCOUNTED])
    varied: dict[str, NormalMixture] = {}
    without = leave_one_out(base, evidence=evidence)
    for name, other in without.items():
        varied[f"without {name}"] = other.pooled.predictive
    more = with_one_more(base, evidence=evidence, endpoint=endpoint)
    for name, other in more.items():
        varied[f"with {name}"] = other.pooled.predictive
    progress(Progress(stage=f"{label}: sampling against quadrature", done=0.4))
    gates = _sampled(evidence, endpoint, seed=seed)
    progress(Progress(stage=f"{label}: posteriors", done=0.8))
    every = [*evidence.of(endpoint, use="main"), *evidence.of(endpoint, use="sensitivity")]
    return EndpointPriors(
        endpoint=endpoint,
        label=label,
        found=found,
        priors=prior_table(found, varied=varied, trial=trial, target_hr=_target(evidence)),
        trials=trial_table(every, base=base, without=without),
        forest=forest_table(base, more=evidence.of(endpoint, use="sensitivity")),
        gates=gates,
        findings=[check for one in every for check in plausibility_checks(one)],
        trial=trial,
        answers=None if trial is None else _answers(found, trial, target_hr=_target(evidence)),
    )


def _target(evidence: Evidence) -> float:
    """Hazard ratio that describes the sceptic."""
    part = evidence.robust_part
    return part.target_hr if isinstance(part, ScepticalPrior) else ScepticalPrior().target_hr


def _sampled(evidence: Evidence, endpoint: Endpoint, *, seed: int) -> list[CheckResult]:
    """Sample the hierarchical model of the trials as printed, and judge it."""
    trials = [estimate_trial(t, discounted=False) for t in evidence.of(endpoint, use="main")]
    scale, mean_sd = evidence.heterogeneity, evidence.mean_sd
    compiled = compile_hierarchical(trials, heterogeneity=scale, mean_sd=mean_sd)
    draws = sample_hierarchical(compiled, trials, seed=seed)
    exact = random_effects(trials, heterogeneity=scale, mean_sd=mean_sd)
    return hierarchical_checks(draws, exact=exact)


def _answers(found: PriorSet, trial: TrialAtHand, *, target_hr: float) -> Answers:
    posteriors = {name: trial.learn(prior) for name, prior in found.priors.items()}
    others = [name for name in (FACE_VALUE, DISCOUNTED, DISCOUNTED_ROBUST) if name in posteriors]
    return Answers(
        tipping=find_tipping_point(trial.learn, target_hr=target_hr),
        grid=prior_grid(trial.learn),
        winners_curse=winners_curse_sentence(
            posteriors[VAGUE],
            {name: posteriors[name] for name in (*others, SCEPTICAL)},
            factors={
                who: exaggeration(found.priors[name], error=trial.likelihood.sd)
                for name, who in BELIEVERS.items()
            },
        ),
        conflicts=[
            prior_data_conflict(prior, likelihood=trial.likelihood, name=name)
            for name, prior in found.priors.items()
        ],
    )
