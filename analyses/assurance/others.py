"""Other priors and other evidence that assurance is found under, beside the posterior as it is."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.priors.evidence import Endpoint
from models.priors.evidence_file import load_evidence
from models.priors.named import ScepticalPrior
from models.priors.normal_mixture import NormalMixture
from models.priors.predictive_prior import DISCOUNTED_ROBUST, ROBUST, prior_set
from simulate.assurance.posterior import PosteriorDraws
from simulate.assurance.priors import Exchange, discounted, printed_alone
from simulate.assurance.question import Question

Floats = NDArray[np.float64]
Others = Callable[[Floats], Sequence[Exchange]]

LEVELS = "evidence_levels.csv"
LEVEL_ZERO = "level 0"
ROBUST_NAMES = {ROBUST: "robust MAP prior", DISCOUNTED_ROBUST: "robust MAP prior, discounted"}


def others(
    posterior: PosteriorDraws, question: Question, *, file: Path, evidence: Path | None
) -> tuple[Others, list[str]]:
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
        From log HR of the draws to exchanges, and sentences on what is left out.
    """
    prior = posterior.prior
    if prior is None:
        return lambda _: (), [WHY_RAW_ALONE[posterior.kind]]
    sceptical = ScepticalPrior()
    fixed = [
        Exchange(
            "sceptical prior",
            f"log HR about no effect, P(HR at most {sceptical.target_hr:g}) = "
            f"{sceptical.probability:g} before the phase II",
            prior,
            sceptical.mixture(),
        )
    ]
    left_out = []
    if evidence is None:
        left_out.append("robust MAP prior left out: name the other trials with --evidence")
    else:
        fixed += robust_priors(evidence, cast(Endpoint, question.endpoints[0]), prior=prior)
    printed = level_zero(file.with_name(LEVELS))
    if printed is None:
        left_out.append(f"evidence level 0 left out: there is no {LEVELS} beside the posterior")

    def given(log_hr: Floats) -> list[Exchange]:
        found = [discounted(log_hr, prior=prior), *fixed]
        if printed is not None:
            found.append(printed_alone(log_hr, mean=printed[0], sd=printed[1]))
        return found

    return given, left_out


def as_it_is(file: Path) -> Exchange:
    """Name the posterior as it is; beside a table of evidence levels it is level 1."""
    level = ", evidence level 1" if file.with_name(LEVELS).is_file() else ""
    meaning = ": log HR from all printed summaries" if level else ""
    return Exchange(f"raw{level}", f"the posterior as it is{meaning}")


WHY_RAW_ALONE = {
    "proportional": "only the posterior as it is: the file does not say which prior of log HR it "
    "was drawn under",
    "time_varying": "only the posterior as it is: a hazard ratio that changes has no single prior "
    "that could be exchanged",
    "illness_death": "only the posterior as it is: progression and death have a prior for each "
    "passage, and none for the hazard ratio of an endpoint that could be exchanged",
}


def robust_priors(path: Path, endpoint: Endpoint, *, prior: NormalMixture) -> list[Exchange]:
    """Robust meta-analytic predictive priors of an endpoint, at face value and discounted.

    Raises
    ------
    ValueError
        If the file is no evidence, or has no trial of this endpoint: one sentence.
    """
    evidence = load_evidence(path)
    found = prior_set(evidence, endpoint)
    trials = len(evidence.of(endpoint, use="main"))
    return [
        Exchange(
            shown,
            f"log HR predicted from {trials} other trials ({evidence.name}), mixed with a wider "
            f"part of weight {evidence.robust_weight:g}",
            prior,
            found.priors[name],
        )
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
