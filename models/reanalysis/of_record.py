"""The re-analysis of one endpoint in one call: patients sampled, posterior laid out as a tree."""

import json

import xarray as xr

from models.estimands import compute_estimands
from models.printed import (
    record_windows,
    reproduce,
    reproduction_check,
)
from models.reanalysis.draws import label_draws, pseudo_patients
from models.reanalysis.predict import findings, predictions
from models.reanalysis.quick import quick_settings
from models.reanalysis.tree import checks_dataset, name_tree, patients_dataset, posterior_groups
from models.reconstruction.assemble import assemble_problem
from models.reconstruction.sample import sample_patients
from models.record.record import Record
from models.settings import AnalysisSettings
from models.survival.exposure import exposure_table


def reanalyse(
    record: Record,
    endpoint: str,
    *,
    seed: int,
    settings: AnalysisSettings | None = None,
    quick: bool = False,
    workers: int = 2,
) -> xr.DataTree:
    """Draw patients that print a record's figures, and with them the effect of radiotherapy.

    Parameters
    ----------
    record : Record
    endpoint : str
        "pfs" or "os".
    seed : int
        The same seed gives the same draws on one machine, for any number of workers.
    settings : AnalysisSettings, optional
        Intervals, priors, follow-up and sampler; the defaults of each field unless given.
    quick : bool
        A first look of less precision: shorter runs, and looser gates.
    workers : int
        Threads.

    Returns
    -------
    xarray.DataTree
        `posterior` (chain, draw): `log_hr` (RT versus control), `hazard` (arm, interval) per
        month, `events` (arm), and the free parameters of baseline and follow-up.
        `estimands` (chain, draw): see `compute_estimands`.
        `prior` (chain, draw): `log_hr` and `hazard`.
        `prior_predictive`, `posterior_predictive` (draw): what drawn trials would print.
        `pseudo_patients` (imputation, patient): `time` in months and `event`, with `arm`.
        `exposure` (imputation, arm, interval): their `events` and `exposure` in person-months.
        `checks` (check): `kind`, `verdict` and `text`; look at these before believing the rest,
        for a failed gate voids the result.
        `constant_data`: `cuts` in months.

    Raises
    ------
    ValueError
        If the record lacks something needed, or no patients reproduce its figures: one sentence.

    Notes
    -----
    `replan reanalyse` does the same, and fits the model by PyMC to every set of patients beside.

    Examples
    --------
    >>> from models import AnalysisSettings, load_record, reanalyse
    >>> record = load_record("analyses/sohaib2025/published.toml")
    >>> settings = AnalysisSettings.model_validate({
    ...     "name": "brief", "fit": {"imputations": 4},
    ...     "sampler": {"chains": 2, "chunk": 400, "chunks": 2, "ess_needed": 5.0, "r_hat": 2.0,
    ...                 "round_trips": 0},
    ... })
    >>> tree = reanalyse(record, "pfs", seed=1, settings=settings)
    >>> print(*tree.children)
    posterior estimands prior prior_predictive posterior_predictive constant_data
    pseudo_patients exposure checks
    >>> bool(0.3 < tree["estimands"]["hazard_ratio"].median() < 0.9)
    True
    """
    settings = settings or AnalysisSettings(name="default")
    settings = quick_settings(settings) if quick else settings
    problem = assemble_problem(record, endpoint, settings)
    sample = sample_patients({endpoint: problem}, settings, seed=seed, threads=workers)[endpoint]
    draws = label_draws(sample, settings)
    predicted = predictions(
        record,
        endpoint,
        sample=sample,
        draws=draws,
        problem=problem[0],
        settings=settings,
        seed=seed,
    )
    n_control = record.arms["control"].n
    patients = pseudo_patients(sample, settings, sets=settings.fit.imputations, n_control=n_control)
    printed = reproduce(patients, record_windows(record, endpoint), n_control=n_control)
    groups = posterior_groups(
        draws, estimands=compute_estimands(draws), predicted=predicted, cuts=settings.cuts
    )
    groups |= {
        "pseudo_patients": patients_dataset(patients),
        "exposure": exposure_table(patients, cuts=settings.cuts),
        "checks": checks_dataset(
            [*sample.checks, reproduction_check(printed)],
            findings(predicted, draws, settings=settings),
        ),
    }
    return name_tree(groups, endpoint=endpoint, attrs=_said(settings, seed=seed, quick=quick))


def _said(settings: AnalysisSettings, *, seed: int, quick: bool) -> dict[str, str | int]:
    stated = json.dumps(settings.model_dump(mode="json"), sort_keys=True)
    return {"analysis": settings.name, "settings": stated, "seed": seed, "quick": int(quick)}
