"""Bayes factors under other priors of the models: how far the verdict hangs on them."""

import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from analyses.effect_over_time.patients import ThinnedPatients
from models.settings import AnalysisSettings
from models.time_varying.evidence import log_evidence
from models.time_varying.priors import (
    MODEL_NAMES,
    DelayedEffect,
    EffectModel,
    RandomWalkEffect,
    TimeVaryingSettings,
    WaningEffect,
)
from models.time_varying.weights import WeighedPatients, weigh_patients

SETS_OF_A_CHAIN = 400
RATIOS = (1.2, 1.5, 2.0)
LATEST_DELAYS = (6, 12, 18)
HALF_LIVES = (6.0, 12.0, 24.0)


def list_other_priors(plan: TimeVaryingSettings) -> list[tuple[str, EffectModel]]:
    """Vary the prior of each model of the plan that has one.

    Parameters
    ----------
    plan : TimeVaryingSettings

    Returns
    -------
    list of (str, EffectModel)
        What is assumed, in words, and the model.
    """
    found: list[tuple[str, EffectModel]] = []
    for model in plan.models:
        if isinstance(model, RandomWalkEffect):
            found += [
                (
                    f"neighbours within {ratio:g} with probability {model.probability:g}",
                    model.model_copy(update={"ratio": ratio}),
                )
                for ratio in RATIOS
            ]
        if isinstance(model, DelayedEffect):
            found += [
                (
                    f"delay up to {latest} months",
                    DelayedEffect(months=tuple(float(month) for month in range(1, latest + 1))),
                )
                for latest in LATEST_DELAYS
            ]
        if isinstance(model, WaningEffect):
            found += [
                (
                    f"half-life about {months:g} months",
                    model.model_copy(update={"half_life": months, "upper": 4 * months}),
                )
                for months in HALF_LIVES
            ]
    return found


def other_priors(
    thinned: ThinnedPatients,
    *,
    settings: AnalysisSettings,
    plan: TimeVaryingSettings,
    threads: int,
    progress: Callable[[int, int], None] = lambda _, __: None,
) -> pd.DataFrame:
    """Weigh the patients under each of the other priors.

    Parameters
    ----------
    thinned : ThinnedPatients
        A part of them is taken where that is enough, else all.
    settings : AnalysisSettings
    plan : TimeVaryingSettings
    threads : int
    progress : callable
        Called with (priors done, priors in all).

    Returns
    -------
    pandas.DataFrame
        Columns `kind`, `model`, `prior`, `log_bayes_factor` against proportional hazards, its
        Monte Carlo `standard_error`, `bayes_factor`, `effective_size`, `pareto_k` and whether the
        weights are `trusted`.
    """
    rows, varied = [], list_other_priors(plan)
    for place, (words, model) in enumerate(varied):
        weighed = _weigh(thinned, model, SETS_OF_A_CHAIN, settings, threads)
        if not weighed.trusted(plan.least_size):
            every = thinned.log_proportional.shape[1]
            weighed = _weigh(thinned, model, every, settings, threads)
        rows.append(
            {
                "kind": model.kind,
                "model": MODEL_NAMES[model.kind],
                "prior": words,
                "log_bayes_factor": weighed.log_bayes_factor,
                "standard_error": weighed.standard_error,
                "bayes_factor": math.exp(weighed.log_bayes_factor),
                "effective_size": weighed.effective_size,
                "pareto_k": weighed.pareto_k,
                "trusted": weighed.trusted(plan.least_size),
            }
        )
        progress(place + 1, len(varied))
    return pd.DataFrame(rows)


def _weigh(
    thinned: ThinnedPatients,
    model: EffectModel,
    most: int,
    settings: AnalysisSettings,
    threads: int,
) -> WeighedPatients:
    """Weigh at most so many patient sets of each chain, evenly spaced."""
    draws = thinned.log_proportional.shape[1]
    kept = min(draws, most)
    picks = ((np.arange(kept) + 0.5) * draws / kept).astype(int)
    found = log_evidence(
        thinned.time[:, picks],
        thinned.event[:, picks],
        n_control=thinned.n_control,
        model=model,
        settings=settings,
        threads=threads,
    )
    return weigh_patients(found, thinned.log_proportional[:, picks])
