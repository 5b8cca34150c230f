"""The joint re-analysis in order: patients, their figures, fits, estimands, checks."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter

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
from analyses.outputs.progress import Progress
from models.check_result import CheckResult
from models.illness_death.benefit import benefit_table
from models.illness_death.estimands import illness_death_estimands
from models.illness_death.exposure import transition_dataset, transition_table
from models.illness_death.fit import CompiledIllnessDeath, compile_illness_death, fit_illness_death
from models.illness_death.gates import convergence_checks
from models.illness_death.priors import TRANSITIONS, priors_of_joint
from models.illness_death.table import summarise_illness_death
from models.joint.assemble import assemble_joint
from models.joint.counts import event_counts
from models.joint.patients import joint_reproduction, pseudo_patients
from models.joint.posterior import joint_posterior
from models.joint.run import JointRun
from models.joint.sample import sample_problem
from models.joint.settings import JointSettings
from models.reanalysis.quick import QUICK_SAMPLER
from models.reconstruction.sample import SamplingProgress
from models.record.record import Record
from models.settings import FEWEST_ROWS
from models.survival.exposure import Exposure

QUICK_CHUNK = 4_000
QUICK_SETS = 20
FIT_DRAWS = 500
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
    gates : list of CheckResult
        A failed gate voids the result.
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
    gates: list[CheckResult]
    seconds: dict[str, float]

    @property
    def gates_hold(self) -> bool:
        """Whether no gate failed."""
        return all(check.passed is not False for check in self.gates)


def quick_settings(settings: JointSettings) -> JointSettings:
    """Shorten the sampler to a first look, of fewer sets: the gates are looser and say so."""
    chunk = max(QUICK_CHUNK, FEWEST_ROWS * settings.sampler.thin)
    sampler = settings.sampler.model_copy(update=QUICK_SAMPLER | {"chunk": chunk})
    sets = min(settings.sets, QUICK_SETS)
    return settings.model_copy(update={"sampler": sampler, "sets": sets})


def analyse_jointly(
    record: Record,
    *,
    settings: JointSettings,
    seed: int,
    quick: bool = False,
    cores: int = 2,
    progress: Callable[[Progress], None] = lambda _: None,
) -> JointAnalysis:
    """Re-analyse both endpoints of a published trial as progression and death of the same patients.

    Parameters
    ----------
    record : Record
        The published record, with `pfs` and `os`.
    settings : JointSettings
    seed : int
        The same seed gives the same results on one machine, for any number of cores.
    quick : bool
        A first look of less precision.
    cores : int
        Runs that advance at the same time.
    progress : callable
        Told what is going on.

    Returns
    -------
    JointAnalysis
        Look at `gates_hold` before believing it.

    Raises
    ------
    ValueError
        If the record lacks something needed, or no patients reproduce its figures.
    """
    if quick:
        settings = quick_settings(settings)
    seconds: dict[str, float] = {}
    clock = perf_counter()
    problem = assemble_joint(record, settings)
    progress(Progress(stage="patients", done=0.0, note="compiling kernels on first use"))
    with ThreadPoolExecutor(1) as aside:
        compiling = aside.submit(compile_model, settings)
        sample = sample_problem(
            problem,
            settings,
            seed=seed,
            threads=cores,
            progress=lambda step: progress(_sampling(step, settings)),
        )
        seconds["patients"], clock = perf_counter() - clock, perf_counter()
        progress(Progress(stage="PyMC", done=0.0, note="compiling the model"))
        compiled = compiling.result()
    seconds["waiting for PyMC to compile"], clock = perf_counter() - clock, perf_counter()
    patients = pseudo_patients(sample.draws, settings)
    priors = compiled.priors
    tables = transition_table(patients, cuts=priors.cuts(), clock=settings.clock)
    fits = fit_illness_death(
        tables,
        compiled=compiled,
        seed=seed,
        draws=FIT_DRAWS,
        cores=cores,
        progress=_fitting(progress, clock),
    )
    seconds["PyMC fits"], clock = perf_counter() - clock, perf_counter()
    posterior = joint_posterior(sample.draws.evenly(KEPT_DRAWS), settings)
    estimands = illness_death_estimands(posterior)
    thinned = some_of_each_set(fits)
    pooled_estimands = illness_death_estimands(thinned)
    reproduction, reproduced = joint_reproduction(patients, record, settings)
    sets = transition_agreement(tables, fits, settings)
    pooled = endpoint_agreement(estimands, pooled_estimands)
    seconds["estimands and checks"] = perf_counter() - clock
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
        gates=[
            *sample.checks,
            reproduced,
            *convergence_checks(fits),
            transition_agreement_check(sets),
            endpoint_agreement_check(pooled),
        ],
        seconds=seconds,
    )


def compile_model(settings: JointSettings) -> CompiledIllnessDeath:
    """Compile the PyMC model for tables of these intervals; no figure of the trial enters."""
    priors = priors_of_joint(settings)
    shape = (len(TRANSITIONS), 2, len(priors.cuts()) + 1)
    empty = Exposure(np.zeros(shape, np.int64), np.ones(shape))
    table = transition_dataset(empty, cuts=priors.cuts(), clock=settings.clock)
    return compile_illness_death(table, priors=priors)


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


def _sampling(step: SamplingProgress, settings: JointSettings) -> Progress:
    share = 1.0 if step.done else min(0.99, step.ess / settings.sampler.ess_wanted)
    note = f"effective sample size {step.ess:.0f}, R-hat {step.r_hat:.3f}"
    return Progress(stage="patients", done=share, note=note, seconds_left=step.seconds_left)


def _fitting(progress: Callable[[Progress], None], began: float) -> Callable[[int, int], None]:
    def told(done: int, sets: int) -> None:
        spent = perf_counter() - began
        left = spent * (sets / done - 1.0)
        note = f"set {done} of {sets}"
        progress(Progress(stage="PyMC", done=done / sets, note=note, seconds_left=left))

    return told
