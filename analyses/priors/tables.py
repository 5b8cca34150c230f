"""Tables of trials and priors. Hazard ratios are RT versus control, below 1 favours RT."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analyses.priors.trial_at_hand import TrialAtHand
from models.interval_estimate import Z_95
from models.normal_posterior import NormalPosterior
from models.priors.effective_events import effective_events
from models.priors.evidence import Trial
from models.priors.normal_mixture import NormalMixture
from models.priors.predictive_prior import PredictivePrior, PriorSet
from models.priors.robust import prior_data_conflict
from models.priors.trial_estimate import estimate_trial
from models.priors.trial_posterior import summarise_mixture

MANY = 10


def trial_table(
    trials: Sequence[Trial],
    *,
    base: PredictivePrior,
    without: Mapping[str, PredictivePrior],
) -> pd.DataFrame:
    """List trials with their estimates, the derivation in words, and why they count.

    Parameters
    ----------
    trials : sequence of Trial
    base : PredictivePrior
        What the pooled trials foretell of one that is not pooled.
    without : mapping of str to PredictivePrior
        What the others foretell of a pooled trial, by its name.

    Returns
    -------
    pandas.DataFrame
        `name`, `use`, `hr`, `lower`, `upper` (95%), `log_hr`, `standard_error`, `discount`,
        `effect_kept`, `discounted_log_hr`, `discounted_standard_error`, `foretold_p`
        (two-sided probability, given the other trials, of an estimate as far out), `how`,
        `population`, `source`, `why`.
    """
    return pd.DataFrame([_trial_row(trial, without.get(trial.name, base)) for trial in trials])


def forest_table(base: PredictivePrior, *, more: Sequence[Trial]) -> pd.DataFrame:
    """Rows of the forest plot: trials that are pooled, others, mean and prediction.

    Parameters
    ----------
    base : PredictivePrior
    more : sequence of Trial
        Not pooled.
    """
    rows = [
        {**_as_printed(trial), "kind": "trial", **_ratio(own, prefix="drawn_")}
        for trial, own in zip(base.trials, base.pooled.trials, strict=True)
    ]
    empty = {"drawn_median": np.nan, "drawn_lower": np.nan, "drawn_upper": np.nan}
    rows += [{**_as_printed(trial), "kind": "sensitivity", **empty} for trial in more]
    for name, kind, mixture in (
        ("Pooled mean", "pooled", base.pooled.mean),
        ("Prediction for a new trial", "predicted", base.pooled.predictive),
    ):
        rows.append({"name": name, "kind": kind, **_ratio(mixture), **empty})
    return pd.DataFrame(rows)


def prior_table(
    found: PriorSet,
    *,
    varied: Mapping[str, NormalMixture],
    trial: TrialAtHand | None,
    target_hr: float,
) -> pd.DataFrame:
    """Put priors side by side, and the posterior of the trial at hand under each.

    Parameters
    ----------
    found : PriorSet
    varied : mapping of str to NormalMixture
        Predictive priors with one trial less or more, by name.
    trial : TrialAtHand or None
    target_hr : float
        Hazard ratio whose prior probability is given.

    Returns
    -------
    pandas.DataFrame
        `prior`, `kind` (prior, varied), `prior_median`, `prior_lower`, `prior_upper` (95%),
        `prior_p_below_1`, `prior_p_below_target`, `target_hr`, `events`, `components` (JSON;
        empty for exact ones of very many), `largest_cdf_error`, `kullback_leibler`; with a trial
        at hand also `median`, `lower`, `upper`, `mean_log_hr`, `p_below_1`, `effective_size`,
        `pareto_k`, `trusted`, `conflict_p`.
    """
    rows = []
    for kind, priors in (("prior", found.priors), ("varied", varied)):
        for name, prior in priors.items():
            row = {"prior": name, "kind": kind, **_prior_row(prior, target_hr=target_hr)}
            near = found.approximations.get(name)
            row["largest_cdf_error"] = math.nan if near is None else near.largest_cdf_error
            row["kullback_leibler"] = math.nan if near is None else near.kullback_leibler
            if trial is not None:
                row |= _posterior_row(prior, trial)
            rows.append(row)
    return pd.DataFrame(rows)


def _trial_row(trial: Trial, others: PredictivePrior) -> dict[str, Any]:
    plain = estimate_trial(trial, discounted=False)
    less = estimate_trial(trial, discounted=True)
    printed = _as_printed(trial)
    foretold = prior_data_conflict(
        others.pooled.predictive,
        likelihood=NormalPosterior(mean=plain.log_hr, sd=plain.error),
        name=trial.name,
    )
    return {
        "name": trial.name,
        "use": trial.use,
        "hr": printed["median"],
        "lower": printed["lower"],
        "upper": printed["upper"],
        "log_hr": plain.log_hr,
        "standard_error": plain.error,
        "discount": trial.discount,
        "effect_kept": trial.effect_kept,
        "discounted_log_hr": less.log_hr,
        "discounted_standard_error": less.error,
        "foretold_p": foretold.values["p"],
        "how": less.how,
        "population": trial.population,
        "source": trial.source,
        "why": trial.why,
    }


def _as_printed(trial: Trial) -> dict[str, Any]:
    found = estimate_trial(trial, discounted=False)
    return {
        "name": trial.name,
        "median": math.exp(found.log_hr),
        "lower": math.exp(found.log_hr - Z_95 * found.error),
        "upper": math.exp(found.log_hr + Z_95 * found.error),
    }


def _ratio(mixture: NormalMixture, *, prefix: str = "") -> dict[str, float]:
    found = summarise_mixture(mixture)
    return {
        f"{prefix}median": found.median,
        f"{prefix}lower": found.lower,
        f"{prefix}upper": found.upper,
    }


def _prior_row(prior: NormalMixture, *, target_hr: float) -> dict[str, Any]:
    few = len(prior.weights) <= MANY
    parts = {"weights": prior.weights, "means": prior.means, "sds": prior.sds}
    return {
        **_ratio(prior, prefix="prior_"),
        "prior_p_below_1": prior.probability_below(1.0),
        "prior_p_below_target": prior.probability_below(target_hr),
        "target_hr": target_hr,
        "events": effective_events(prior),
        "components": json.dumps(parts) if few else "",
    }


def _posterior_row(prior: NormalMixture, trial: TrialAtHand) -> dict[str, Any]:
    found = trial.learn(prior)
    conflict = prior_data_conflict(prior, likelihood=trial.likelihood, name="")
    return {
        **found._asdict(),
        "trusted": found.trusted,
        "conflict_p": conflict.values["p"],
    }
