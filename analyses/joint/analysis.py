"""Everything that a joint run says once patients are drawn and PyMC has fitted every set."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from analyses.joint.agreement import (
    endpoint_agreement,
    endpoint_agreement_check,
    transition_agreement,
    transition_agreement_check,
)
from analyses.joint.hazard_ratios import hazard_ratio_table
from analyses.reanalyse.stages import Stopwatch
from models.check_result import CheckResult
from models.illness_death.benefit import benefit_table
from models.illness_death.estimands import illness_death_estimands
from models.illness_death.gates import convergence_checks
from models.illness_death.table import summarise_illness_death
from models.joint.counts import event_counts
from models.joint.patients import joint_reproduction
from models.joint.posterior import joint_posterior
from models.joint.predict import JointPredictions, joint_predictions, predictive_findings
from models.joint.run import JointRun
from models.joint.settings import JointSettings
from models.record.record import Record

KEPT_DRAWS = 2_500
KEPT_OF_EACH_SET = 50


@dataclass(frozen=True, kw_only=True)
class JointAnalysis:
    """All results of a run.

    Attributes
    ----------
    record, settings, seed, quick
        What was asked.
    sample : JointRun
        Draws of hazards and patients.
    posterior : xarray.DataTree
        At most `KEPT_DRAWS` evenly spaced draws of each chain, see `joint_posterior`.
    estimands : xarray.Dataset
        Of these draws, see `illness_death_estimands`.
    table, pooled_table : pandas.DataFrame
        Estimands of the sampler's posterior, and of the PyMC posterior pooled over sets.
    hazard_ratios, benefit, events : pandas.DataFrame
        See `hazard_ratio_table`, `benefit_table` and `event_counts`.
    patients : pandas.DataFrame
        Pseudo-patient sets, see `pseudo_patients`.
    reproduction : pandas.DataFrame
        Printed figures of both endpoints recomputed from every set.
    fits : xarray.DataTree
        PyMC posterior of each set, thinned.
    sets, pooled : pandas.DataFrame
        Agreement of PyMC with quadrature by set and transition, and of the pooled posterior with
        the sampler.
    predicted : JointPredictions
        Draws from the prior, and what trials drawn from prior and posterior would print.
    gates, findings : list of CheckResult
        A failed gate voids the result; a finding is information.
    seconds : dict of str to float
        Wall time of each stage.
    """

    record: Record
    settings: JointSettings
    seed: int
    quick: bool
    sample: JointRun
    posterior: xr.DataTree
    estimands: xr.Dataset
    table: pd.DataFrame
    pooled_table: pd.DataFrame
    hazard_ratios: pd.DataFrame
    benefit: pd.DataFrame
    events: pd.DataFrame
    patients: pd.DataFrame
    reproduction: pd.DataFrame
    fits: xr.DataTree
    sets: pd.DataFrame
    pooled: pd.DataFrame
    predicted: JointPredictions
    gates: list[CheckResult]
    findings: list[CheckResult]
    seconds: dict[str, float]

    @property
    def gates_hold(self) -> bool:
        """Whether no gate failed."""
        return all(check.passed is not False for check in self.gates)


def read_off(
    record: Record,
    settings: JointSettings,
    *,
    seed: int,
    quick: bool,
    problem: np.void,
    sample: JointRun,
    patients: pd.DataFrame,
    tables: xr.Dataset,
    fits: xr.DataTree,
    watch: Stopwatch,
) -> JointAnalysis:
    """Compute estimands, compare PyMC with the sampler, and judge.

    Parameters
    ----------
    record, settings, seed, quick
        What was asked.
    problem : record of JOINT_PROBLEM
        What was sampled.
    sample : JointRun
    patients : pandas.DataFrame
        Sets of the draws, see `pseudo_patients`.
    tables : xarray.Dataset
        Their events and exposure by (imputation, transition, arm, interval).
    fits : xarray.DataTree
        From `fit_illness_death`.
    watch : Stopwatch
        Gets the stages "estimands and checks" and "predictive checks".
    """
    posterior = joint_posterior(sample.draws.evenly(KEPT_DRAWS), settings)
    estimands = illness_death_estimands(posterior)
    thinned = some_of_each_set(fits)
    pooled_estimands = illness_death_estimands(thinned)
    reproduction, reproduced = joint_reproduction(patients, record, settings)
    sets = transition_agreement(tables, fits, settings)
    pooled = endpoint_agreement(estimands, pooled_estimands)
    agree = [transition_agreement_check(sets), endpoint_agreement_check(pooled)]
    watch.lap("estimands and checks")
    predicted = joint_predictions(
        record, draws=sample.draws, problem=problem, settings=settings, seed=seed
    )
    watch.lap("predictive checks")
    return JointAnalysis(
        record=record,
        settings=settings,
        seed=seed,
        quick=quick,
        sample=sample,
        posterior=posterior,
        estimands=estimands,
        table=summarise_illness_death(estimands),
        pooled_table=summarise_illness_death(pooled_estimands),
        hazard_ratios=hazard_ratio_table(estimands),
        benefit=benefit_table(estimands),
        events=event_counts(sample.draws),
        patients=patients,
        reproduction=reproduction,
        fits=thinned,
        sets=sets,
        pooled=pooled,
        predicted=predicted,
        gates=[*sample.checks, reproduced, *convergence_checks(fits), *agree],
        findings=predictive_findings(predicted),
        seconds=watch.seconds,
    )


def some_of_each_set(fits: xr.DataTree) -> xr.DataTree:
    """Keep `KEPT_OF_EACH_SET` evenly spaced draws of each chain: neighbours say the same."""
    step = -(-fits["posterior"].sizes["draw"] // KEPT_OF_EACH_SET)
    chosen = {"draw": slice(step // 2, None, step)}
    groups = {name: fits[name].to_dataset() for name in ("convergence", "constant_data")}
    for name in ("posterior", "sample_stats"):
        groups[name] = fits[name].to_dataset().isel(chosen)
    kept = xr.DataTree.from_dict(groups)
    kept.attrs = dict(fits.attrs)
    return kept
