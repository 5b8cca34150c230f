"""Trials drawn from prior and posterior, held against what is printed."""

from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from models.check_result import CheckResult
from models.printed import (
    UNITS,
    FollowUpDraws,
    draw_trials,
    predictive_checks,
    predictive_table,
    printed_figures,
    record_windows,
)
from models.printed.draw import Trials
from models.prior_draws import PriorDraws, draw_prior
from models.prior_sensitivity import prior_sensitivity_check
from models.reconstruction.sample import Sample
from models.record.record import Record
from models.settings import AnalysisSettings

Array = NDArray[np.float64]

DRAWS = 500


class Predictive(NamedTuple):
    """Figures of drawn trials and their comparison with the printed ones.

    Attributes
    ----------
    figures : xarray.Dataset
        Each printed figure by `draw`; its unit, with the direction of ratios, in `attrs`.
    table : pandas.DataFrame
        See `predictive_table`.
    """

    figures: xr.Dataset
    table: pd.DataFrame


class Predictions(NamedTuple):
    """Draws from the prior, and trials drawn from it and from the posterior.

    Attributes
    ----------
    prior : PriorDraws
    before, after : Predictive
        Trials drawn from the prior and from the posterior.
    """

    prior: PriorDraws
    before: Predictive
    after: Predictive


def predictions(
    record: Record,
    endpoint: str,
    *,
    sample: Sample,
    draws: xr.Dataset,
    problem: np.void,
    settings: AnalysisSettings,
    seed: int,
) -> Predictions:
    """Draw trials from prior and posterior, and hold their figures against the record's.

    Parameters
    ----------
    record : Record
    endpoint : str
        "pfs" or "os".
    sample : Sample
        From `sample_patients`.
    draws : xarray.Dataset
        The same, from `label_draws`.
    problem : record of PROBLEM
        What was sampled.
    settings : AnalysisSettings
    seed : int
        With the name of the endpoint it fixes the trials.
    """
    rng = np.random.default_rng(np.random.SeedSequence([seed, *endpoint.encode(), 1]))
    n_control = int(problem["n_control"])
    windows = record_windows(record, endpoint)
    prior = draw_prior(settings, draws=DRAWS, rng=rng)
    ends = prior_follow_up(problem, draws=DRAWS, rng=rng)
    hazard = draws["hazard"].values.reshape(-1, 2, len(settings.cuts) + 1)
    rows = np.linspace(0, len(hazard) - 1, DRAWS).astype(int)

    def held(some: Array, follow_up: FollowUpDraws) -> Predictive:
        return predict(
            some,
            follow_up,
            windows,
            settings=settings,
            sizes=(n_control, int(problem["n"]) - n_control),
            at_least=least_counts(record, endpoint),
            rng=rng,
        )

    before = held(prior.hazard, ends)
    return Predictions(
        prior, before, held(hazard[rows], posterior_follow_up(sample, problem, rows=rows))
    )


def least_counts(record: Record, endpoint: str) -> tuple[str, ...]:
    """Name the counts of events of which a record prints only the least.

    Parameters
    ----------
    record : Record
    endpoint : str
        "pfs" or "os".
    """
    return tuple(
        f"events_{arm}"
        for arm, known in record.endpoints[endpoint].events.items()
        if known is not None and known.at_least is not None
    )


def prior_follow_up(problem: np.void, *, draws: int, rng: np.random.Generator) -> FollowUpDraws:
    """Draw the follow-up parameters from their prior.

    Parameters
    ----------
    problem : record of PROBLEM
        Holds the follow-up model.
    draws : int
    rng : numpy.random.Generator
    """
    cut = rng.uniform(problem["cut_low"], problem["cut_high"], draws)
    loss = np.full(draws, float(problem["loss"]))
    if problem["free_follow_up"]:
        loss = rng.exponential(problem["loss"], draws)
    return FollowUpDraws(cut, float(problem["accrual"]), loss)


def predict(
    hazard: Array,
    follow_up: FollowUpDraws,
    windows: dict[str, tuple[float, float]],
    *,
    settings: AnalysisSettings,
    sizes: tuple[int, int],
    at_least: tuple[str, ...],
    rng: np.random.Generator,
) -> Predictive:
    """Draw a trial for each draw of the hazards and compare its figures with the printed ones."""
    trials = draw_trials(
        hazard,
        cuts=settings.cuts,
        sizes=sizes,
        follow_up=follow_up,
        grid=settings.days_per_month if settings.times == "days" else 0.0,
        rng=rng,
    )
    return hold(trials, windows, n_control=sizes[0], at_least=at_least)


def hold(
    trials: Trials,
    windows: dict[str, tuple[float, float]],
    *,
    n_control: int,
    at_least: tuple[str, ...],
) -> Predictive:
    """Compare the figures of drawn trials with the printed ones.

    Parameters
    ----------
    trials : Trials
    windows : dict of str to (float, float)
        From `record_windows`; where both medians are printed their ratio is compared, too.
    n_control : int
        Patients of the control arm, who come first.
    at_least : tuple of str
        From `least_counts`.
    """
    figures = printed_figures(trials.time, trials.event, n_control=n_control)
    if {"median_control", "median_rt"} <= windows.keys():
        low, high = windows["median_rt"], windows["median_control"]
        windows = windows | {"ratio_of_medians": (low[0] / high[1], low[1] / high[0])}
    table = predictive_table(figures, windows, at_least=at_least)
    labelled = {name: ("draw", values, {"unit": UNITS[name]}) for name, values in figures.items()}
    return Predictive(xr.Dataset(labelled), table)


def posterior_follow_up(
    sample: Sample, problem: np.void, *, rows: NDArray[np.int64]
) -> FollowUpDraws:
    """Follow-up parameters of chosen posterior draws.

    Parameters
    ----------
    rows : array of int
        Positions among all draws, chains one after the other.
    """
    return FollowUpDraws(
        sample.parameters["cut"].reshape(-1)[rows],
        float(problem["accrual"]),
        sample.parameters["loss"].reshape(-1)[rows],
    )


def findings(
    predicted: Predictions, draws: xr.Dataset, *, settings: AnalysisSettings
) -> list[CheckResult]:
    """List what is worth knowing but voids nothing: predictive checks, weight of the prior."""
    return [
        *predictive_checks(predicted.before.table, kind="prior"),
        *predictive_checks(predicted.after.table, kind="posterior"),
        prior_sensitivity_check(draws["log_hr"].values, prior=settings.log_hr),
    ]
