"""Fitting patients: exposure tables, PyMC, estimands, gates; with covariates where asked for."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from analyses.reanalyse.agreement import set_agreement, set_agreement_check
from models.check_result import CheckResult
from models.convergence import fits_gate, sampler_gate
from models.estimands import compute_estimands, summarise
from models.patients.covariates import Covariates, encode_covariates
from models.patients.cuts import cuts_by_events
from models.patients.events import events_check
from models.patients.fit import AdjustedFit, compile_adjusted, fit_adjusted
from models.patients.standardised import standardised_estimands
from models.patients.table import patient_table
from models.prior_sensitivity import prior_sensitivity_check
from models.regression import CompiledRegression, compile_proportional_hazards, fit_imputations
from models.settings import AnalysisSettings
from models.survival.exposure import exposure_table

CHAINS, DRAWS, TUNE = 4, 1000, 500


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """Posterior of one level of evidence without covariates.

    Attributes
    ----------
    level : str
        "level 2" for sets of reconstructed patients, "level 3" for patient data.
    patients : pandas.DataFrame
        With the column `imputation`.
    regression : xarray.DataTree
        PyMC draws of each set.
    estimands : xarray.Dataset
    table : pandas.DataFrame
        Estimands, pooled over the sets.
    gates, findings : list of CheckResult
    """

    level: str
    patients: pd.DataFrame
    regression: xr.DataTree
    estimands: xr.Dataset
    table: pd.DataFrame
    gates: list[CheckResult]
    findings: list[CheckResult]


@dataclass(frozen=True, kw_only=True)
class Adjusted:
    """Posterior of patient data with covariates or strata.

    Attributes
    ----------
    effects, strata : tuple of str
        Columns of either kind.
    covariates : Covariates
    fit : AdjustedFit
    estimands : xarray.Dataset
        Hazard ratio at equal covariates; the rest averaged over the patients.
    table : pandas.DataFrame
    coefficients : pandas.DataFrame
        `covariate`, `unit`, `hr_median`, `hr_lower`, `hr_upper` (for one unit more).
    """

    effects: tuple[str, ...]
    strata: tuple[str, ...]
    covariates: Covariates
    fit: AdjustedFit
    estimands: xr.Dataset
    table: pd.DataFrame
    coefficients: pd.DataFrame

    @property
    def name(self) -> str:
        """Row of the table of levels."""
        parts = [f"adjusted for {', '.join(self.effects)}"] if self.effects else []
        parts += [f"stratified by {', '.join(self.strata)}"] if self.strata else []
        return f"level 3, {' and '.join(parts)}"


def choose_cuts(patients: pd.DataFrame, settings: AnalysisSettings | None) -> AnalysisSettings:
    """Return the settings given, or defaults with cut points by the patients' events."""
    if settings is not None:
        return settings
    return AnalysisSettings(
        name="default", cuts=cuts_by_events(patients["time"], patients["event"])
    )


def compile_model(settings: AnalysisSettings) -> CompiledRegression:
    """Compile the model without covariates, which serves every level."""
    nobody = pd.DataFrame({"time": [1.0], "event": [True], "arm": ["control"]})
    return compile_proportional_hazards(
        exposure_table(nobody, cuts=settings.cuts),
        baseline=settings.baseline,
        placement=settings.placement,
        log_hr=settings.log_hr,
    )


def fit_patients(
    patients: pd.DataFrame,
    *,
    compiled: CompiledRegression,
    settings: AnalysisSettings,
    seed: int,
    cores: int,
    progress: Callable[[int, int], None] | None = None,
) -> Fitted:
    """Fit patient data, or each of many sets, and pool.

    Parameters
    ----------
    patients : pandas.DataFrame
        From `read_patients`; with `imputation` they are sets of level 2.
    compiled : CompiledRegression
        From `compile_model`.
    settings : AnalysisSettings
    seed, cores : int
    progress : callable, optional
        Called with (sets fitted, sets in all).
    """
    several = "imputation" in patients.columns
    sets = patients if several else patients.assign(imputation=0)
    tables = exposure_table(sets, cuts=settings.cuts)
    regression = fit_imputations(
        tables,
        compiled=compiled,
        seed=seed,
        chains=CHAINS,
        draws=settings.fit.draws if several else DRAWS,
        tune=settings.fit.tune if several else TUNE,
        cores=cores,
        progress=progress,
    )
    posterior = regression["posterior"].to_dataset()
    estimands = compute_estimands(posterior)
    return Fitted(
        level="level 2" if several else "level 3",
        patients=sets,
        regression=regression,
        estimands=estimands,
        table=summarise(estimands),
        gates=[
            *sampler_gate(regression["sample_stats"].to_dataset()),
            fits_gate(regression),
            set_agreement_check(set_agreement(tables, regression, settings)),
        ],
        findings=[
            events_check(patients),
            prior_sensitivity_check(posterior["log_hr"].values, prior=settings.log_hr),
        ],
    )


def adjust(
    patients: pd.DataFrame,
    *,
    effects: tuple[str, ...],
    strata: tuple[str, ...],
    settings: AnalysisSettings,
    seed: int,
    cores: int,
) -> Adjusted:
    """Fit patient data with covariates as proportional effects, or as strata.

    Raises
    ------
    ValueError
        If a covariate cannot be used.
    """
    covariates = encode_covariates(patients, effects=effects, strata=strata)
    compiled = compile_adjusted(
        patient_table(patients, covariates, cuts=settings.cuts),
        covariates,
        baseline=settings.baseline,
        placement=settings.placement,
        log_hr=settings.log_hr,
    )
    fit = fit_adjusted(
        compiled,
        covariates,
        cuts=settings.cuts,
        seed=seed,
        chains=CHAINS,
        draws=DRAWS,
        tune=TUNE,
        cores=cores,
    )
    posterior = fit.tree["posterior"].to_dataset()
    estimands = standardised_estimands(
        posterior, covariates, cuts=settings.cuts, placement=settings.placement
    )
    return Adjusted(
        effects=effects,
        strata=strata,
        covariates=covariates,
        fit=fit,
        estimands=estimands,
        table=summarise(estimands),
        coefficients=_coefficients(posterior, covariates),
    )


def _coefficients(posterior: xr.Dataset, covariates: Covariates) -> pd.DataFrame:
    columns = ["covariate", "unit", "hr_median", "hr_lower", "hr_upper"]
    rows = []
    for place, name in enumerate(covariates.names):
        ratio = np.exp(posterior["coefficient"].isel(covariate=place).values.reshape(-1))
        lower, median, upper = np.quantile(ratio, (0.025, 0.5, 0.975))
        rows.append([name, float(covariates.unit[place]), median, lower, upper])
    return pd.DataFrame(rows, columns=columns)
