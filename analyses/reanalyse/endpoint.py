"""Everything that is computed for one endpoint once its patients have been sampled."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from analyses.reanalyse.agreement import (
    pooled_agreement,
    pooled_agreement_check,
    set_agreement,
    set_agreement_check,
)
from analyses.reanalyse.evidence import evidence_table, what_the_summaries_add
from models.check_result import CheckResult
from models.convergence import fits_gate, sampler_gate
from models.estimands import compute_estimands, summarise
from models.printed import (
    record_windows,
    reproduce,
    reproduction_check,
)
from models.prior_draws import PriorDraws
from models.reanalysis.draws import label_draws, pseudo_patients
from models.reanalysis.predict import Predictive, findings, predictions
from models.reconstruction.sample import Sample
from models.record.record import Record
from models.regression import CompiledRegression, fit_imputations
from models.settings import AnalysisSettings, FitSettings
from models.survival.exposure import exposure_table


@dataclass(frozen=True, kw_only=True)
class EndpointAnalysis:
    """Results of one endpoint.

    Attributes
    ----------
    endpoint, label : str
        "pfs" or "os", and its name in words.
    draws : xarray.Dataset
        Posterior draws, see `label_draws`.
    estimands : xarray.Dataset
        Draws of the estimands, see `compute_estimands`.
    table, pooled_table : pandas.DataFrame
        Estimands of the sampler's posterior, and of the PyMC posterior pooled over sets.
    patients : pandas.DataFrame
        Pseudo-patient sets.
    tables : xarray.Dataset
        Their events and exposure by (imputation, arm, interval).
    regression : xarray.DataTree
        PyMC posterior of each set.
    levels : pandas.DataFrame
        Evidence levels side by side; `words` says what they teach.
    sets, pooled : pandas.DataFrame
        Agreement of PyMC with quadrature by set, and of the pooled posterior with the sampler.
    reproduction : pandas.DataFrame
        Printed figures recomputed from the pseudo-patients.
    prior : PriorDraws
    prior_predictive, posterior_predictive : Predictive
    gates, findings : list of CheckResult
        A failed gate voids the result; a finding is information.
    sample : Sample
    """

    endpoint: str
    label: str
    draws: xr.Dataset
    estimands: xr.Dataset
    table: pd.DataFrame
    pooled_table: pd.DataFrame
    patients: pd.DataFrame
    tables: xr.Dataset
    regression: xr.DataTree
    levels: pd.DataFrame
    words: str
    sets: pd.DataFrame
    pooled: pd.DataFrame
    reproduction: pd.DataFrame
    prior: PriorDraws
    prior_predictive: Predictive
    posterior_predictive: Predictive
    gates: list[CheckResult]
    findings: list[CheckResult]
    sample: Sample


def analyse_endpoint(
    record: Record,
    endpoint: str,
    *,
    sample: Sample,
    problem: np.void,
    settings: AnalysisSettings,
    compiled: CompiledRegression,
    seed: int,
    cores: int,
    progress: Callable[[int, int], None] | None = None,
) -> EndpointAnalysis:
    """Turn sampled patients into estimands, PyMC fits, comparisons and checks.

    Parameters
    ----------
    record : Record
    endpoint : str
        "pfs" or "os".
    sample : Sample
        From `sample_patients`.
    problem : record of PROBLEM
        What was sampled.
    settings : AnalysisSettings
    compiled : CompiledRegression
        The PyMC model, compiled once for all endpoints.
    seed : int
    cores : int
        NUTS chains run at the same time.
    progress : callable, optional
        Called with (sets fitted, sets in all).
    """
    n_control = int(problem["n_control"])
    draws = label_draws(sample, settings)
    estimands = compute_estimands(draws)
    table = summarise(estimands)
    patients = pseudo_patients(sample, settings, sets=settings.fit.imputations, n_control=n_control)
    tables = exposure_table(patients, cuts=settings.cuts)
    regression = _fit(tables, compiled, settings.fit, seed=seed, cores=cores, progress=progress)
    pooled_table = summarise(compute_estimands(regression["posterior"].to_dataset()))
    sets = set_agreement(tables, regression, settings)
    pooled = pooled_agreement(table, pooled_table)
    printed = record_windows(record, endpoint)
    reproduction = reproduce(patients, printed, n_control=n_control)
    predicted = predictions(
        record, endpoint, sample=sample, draws=draws, problem=problem, settings=settings, seed=seed
    )
    levels = evidence_table(record.endpoints[endpoint], log_hr=settings.log_hr, level_one=table)
    return EndpointAnalysis(
        endpoint=endpoint,
        label=record.endpoints[endpoint].label or endpoint.upper(),
        draws=draws,
        estimands=estimands,
        table=table,
        pooled_table=pooled_table,
        patients=patients,
        tables=tables,
        regression=regression,
        levels=levels,
        words=what_the_summaries_add(levels),
        sets=sets,
        pooled=pooled,
        reproduction=reproduction,
        prior=predicted.prior,
        prior_predictive=predicted.before,
        posterior_predictive=predicted.after,
        gates=[
            *sample.checks,
            reproduction_check(reproduction),
            *_gates_of_fits(regression, sets, pooled),
        ],
        findings=findings(predicted, draws, settings=settings),
        sample=sample,
    )


def _gates_of_fits(
    regression: xr.DataTree, sets: pd.DataFrame, pooled: pd.DataFrame
) -> list[CheckResult]:
    return [
        *sampler_gate(regression["sample_stats"].to_dataset()),
        fits_gate(regression),
        set_agreement_check(sets),
        pooled_agreement_check(pooled),
    ]


def _fit(
    tables: xr.Dataset,
    compiled: CompiledRegression,
    fit: FitSettings,
    *,
    seed: int,
    cores: int,
    progress: Callable[[int, int], None] | None,
) -> xr.DataTree:
    return fit_imputations(
        tables,
        compiled=compiled,
        seed=seed,
        chains=fit.chains,
        draws=fit.draws,
        tune=fit.tune,
        cores=cores,
        progress=progress,
    )
