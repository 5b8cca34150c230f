"""Other priors and other evidence that assurance is found under, beside the posterior as it is."""

from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.illness_death.priors import PooledEffects, SeparateEffects
from models.priors.evidence import Endpoint
from models.priors.evidence_file import load_evidence
from models.priors.named import ScepticalPrior
from models.priors.normal_mixture import NormalMixture
from models.priors.predictive_prior import DISCOUNTED_ROBUST, ROBUST, prior_set
from models.settings import NormalPrior
from simulate.assurance.assurance import Exchanges, no_exchange
from simulate.assurance.posterior import PASSAGES, PosteriorDraws
from simulate.assurance.priors import (
    Exchange,
    another_prior,
    another_prior_of_passages,
    discounted,
    printed_alone,
    prior_moments,
)
from simulate.assurance.question import Question

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SCEPTICAL = ScepticalPrior()
SCEPTICAL_WORDS = (
    f"about no effect, P(HR at most {SCEPTICAL.target_hr:g}) = {SCEPTICAL.probability:g} before "
    "the phase II"
)
LEVELS = "evidence_levels.csv"
LEVEL_ZERO = "level 0"
ROBUST_NAMES = {ROBUST: "robust MAP prior", DISCOUNTED_ROBUST: "robust MAP prior, discounted"}


def others(
    posterior: PosteriorDraws, question: Question, *, file: Path, evidence: Path | None
) -> tuple[Exchanges, list[str]]:
    """Gather what the draws can be weighed for, and say what they cannot.

    Parameters
    ----------
    posterior : PosteriorDraws
    question : Question
    file : Path
        Of the posterior; the table of evidence levels is looked for beside it.
    evidence : Path or None
        Trials behind the robust meta-analytic predictive prior.

    Returns
    -------
    (callable, list of str)
        From draws to exchanges, as `find_assurance` takes it, and sentences on what is left out.
    """
    if posterior.prior is not None:
        return _of_one_endpoint(posterior.prior, question, file=file, evidence=evidence)
    if posterior.effects is not None:
        return _of_passages(posterior, posterior.effects)
    return no_exchange, [WHY_RAW_ALONE[posterior.kind]]


def _of_one_endpoint(
    prior: NormalMixture, question: Question, *, file: Path, evidence: Path | None
) -> tuple[Exchanges, list[str]]:
    priors: list[tuple[str, str, NormalMixture]] = [
        ("sceptical prior", f"log HR {SCEPTICAL_WORDS}", SCEPTICAL.mixture())
    ]
    left_out = []
    if evidence is None:
        left_out.append("robust MAP prior left out: name the other trials with --evidence")
    else:
        priors += robust_priors(evidence, cast(Endpoint, question.endpoints[0]))
    printed = level_zero(file.with_name(LEVELS))
    if printed is None:
        left_out.append(f"evidence level 0 left out: there is no {LEVELS} beside the posterior")

    def given(_: Integers, log_hr: Floats) -> list[Exchange]:
        moments = np.array([prior.mean]), np.array([[prior.sd**2]])
        found = [
            discounted(log_hr[:, np.newaxis], prior_mean=moments[0], prior_covariance=moments[1])
        ]
        for name, words, new in priors:
            found.append(another_prior(name, words, log_hr=log_hr, old=prior, new=new))
        if printed is not None:
            found.append(printed_alone(log_hr, mean=printed[0], sd=printed[1]))
        return found

    return given, left_out


def _of_passages(
    posterior: PosteriorDraws, old: SeparateEffects | PooledEffects
) -> tuple[Exchanges, list[str]]:
    normal = NormalPrior(mean=0.0, sd=SCEPTICAL.mixture().sd)
    whose, fields = "log HR of each passage", dict.fromkeys(PASSAGES, normal)
    if isinstance(old, PooledEffects):
        whose = "centre of the passages' log HRs, their spread as before,"
        fields = {"centre": normal}
    new = old.model_copy(update=fields)
    mean, covariance = prior_moments(old)

    def given(numbers: Integers, _: Floats) -> list[Exchange]:
        log_hr = posterior.passage_log_hr(numbers)
        if log_hr is None:
            return []
        words = f"{whose} {SCEPTICAL_WORDS}"
        return [
            discounted(log_hr, prior_mean=mean, prior_covariance=covariance),
            another_prior_of_passages("sceptical prior", words, log_hr=log_hr, old=old, new=new),
        ]

    return given, [OF_ENDPOINTS]


def as_it_is(posterior: PosteriorDraws, file: Path) -> Exchange:
    """Name the posterior as it is; that beside a table of evidence levels is level 1."""
    beside = posterior.kind == "proportional" and file.with_name(LEVELS).is_file()
    level = ", evidence level 1" if beside else ""
    meaning = ": log HR from all printed summaries" if level else ""
    return Exchange(f"raw{level}", f"the posterior as it is{meaning}")


WHY_RAW_ALONE = {
    "proportional": "only the posterior as it is: the file does not say which prior of log HR it "
    "was drawn under",
    "time_varying": "only the posterior as it is: a hazard ratio that changes has no single prior "
    "that could be exchanged",
    "illness_death": "only the posterior as it is: the file does not say which prior the log HRs "
    "of the passages were drawn under",
}
OF_ENDPOINTS = (
    "robust MAP prior and evidence level 0 left out: they are of the hazard ratio of one endpoint, "
    "and progression and death have one for each passage"
)


def robust_priors(path: Path, endpoint: Endpoint) -> list[tuple[str, str, NormalMixture]]:
    """Robust meta-analytic predictive priors of an endpoint, at face value and discounted.

    Raises
    ------
    ValueError
        If the file is no evidence, or has no trial of this endpoint: one sentence.
    """
    evidence = load_evidence(path)
    found = prior_set(evidence, endpoint)
    trials = len(evidence.of(endpoint, use="main"))
    words = (
        f"log HR predicted from {trials} other trials ({evidence.name}), mixed with a wider part "
        f"of weight {evidence.robust_weight:g}"
    )
    return [
        (shown, words, found.priors[name])
        for name, shown in ROBUST_NAMES.items()
        if name in found.priors
    ]


def level_zero(path: Path) -> tuple[float, float] | None:
    """Mean and sd of log HR on evidence level 0, from the table beside the posterior.

    Raises
    ------
    ValueError
        If there is a table that cannot be read so: one sentence.
    """
    if not path.is_file():
        return None
    try:
        table = pd.read_csv(path).set_index("level")[["log_hr_mean", "log_hr_sd"]]
        mean, sd = (float(figure) for figure in np.asarray(table.loc[LEVEL_ZERO]).reshape(-1))
    except (KeyError, TypeError, ValueError, OSError):
        mean, sd = np.nan, np.nan
    if not (np.isfinite(mean) and np.isfinite(sd) and sd > 0.0):
        raise ValueError(
            f"{path} has no row {LEVEL_ZERO!r} with log_hr_mean and log_hr_sd; it must be the "
            "table that `replan reanalyse` wrote, restore or remove it"
        )
    return mean, sd
