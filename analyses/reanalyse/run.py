"""The re-analysis from record to results, in order: audit, patients, fits, checks."""

from dataclasses import dataclass
from time import perf_counter

import numpy as np

from analyses.outputs.progress import Progress
from analyses.reanalyse.endpoint import EndpointAnalysis, analyse_endpoint
from analyses.reanalyse.stages import (
    COMPILING,
    Stopwatch,
    Tell,
    draw_while_compiling,
    tell_fitting,
    tell_sampling,
)
from models.audit import AuditReport, audit
from models.check_result import CheckResult
from models.reanalysis.quick import quick_settings
from models.reconstruction.assemble import assemble_problem
from models.reconstruction.sample import sample_patients
from models.record.record import Record
from models.regression import CompiledRegression, compile_proportional_hazards
from models.settings import AnalysisSettings
from models.survival.exposure import Exposure, exposure_dataset


@dataclass(frozen=True, kw_only=True)
class Reanalysis:
    """All results of a run.

    Attributes
    ----------
    record, settings, seed, quick
        What was asked.
    audit : AuditReport
    endpoints : dict of EndpointAnalysis
    seconds : dict of str to float
        Wall time of each stage.
    """

    record: Record
    settings: AnalysisSettings
    seed: int
    quick: bool
    audit: AuditReport
    endpoints: dict[str, EndpointAnalysis]
    seconds: dict[str, float]

    @property
    def gates(self) -> list[CheckResult]:
        """Every gate of every endpoint."""
        return [check for result in self.endpoints.values() for check in result.gates]

    @property
    def gates_hold(self) -> bool:
        """Whether no gate failed."""
        return all(check.passed is not False for check in self.gates)

    @property
    def findings_clear(self) -> bool:
        """Whether audit, predictive checks and prior sensitivity found nothing."""
        findings = [check for result in self.endpoints.values() for check in result.findings]
        return not self.audit.having("failed") and all(c.passed is not False for c in findings)


def reanalyse(
    record: Record,
    *,
    endpoints: tuple[str, ...],
    settings: AnalysisSettings,
    seed: int,
    quick: bool = False,
    cores: int = 2,
    progress: Tell = lambda _: None,
) -> Reanalysis:
    """Re-analyse a published trial.

    Parameters
    ----------
    record : Record
        The published record.
    endpoints : tuple of str
        "pfs", "os" or both.
    settings : AnalysisSettings
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
    Reanalysis
        Look at `gates_hold` before believing it.

    Raises
    ------
    ValueError
        If the record lacks something needed, or no patients reproduce its figures.
    """
    if quick:
        settings = quick_settings(settings)
    watch = Stopwatch()
    report = audit(record)
    problems = {name: assemble_problem(record, name, settings) for name in endpoints}
    watch.lap("audit")
    for name in endpoints:
        progress(Progress(stage=f"{name.upper()} patients", done=0.0, note=COMPILING))
    samples, compiled = draw_while_compiling(
        lambda told: sample_patients(problems, settings, seed=seed, threads=cores, progress=told),
        lambda: _compile(settings),
        told=tell_sampling(progress, ess_wanted=settings.sampler.ess_wanted),
        watch=watch,
        progress=progress,
    )
    began = perf_counter()
    results = {
        name: analyse_endpoint(
            record,
            name,
            sample=samples[name],
            problem=problems[name][0],
            settings=settings,
            compiled=compiled,
            seed=seed,
            cores=cores,
            progress=tell_fitting(progress, place=place, of=len(endpoints), began=began),
        )
        for place, name in enumerate(endpoints)
    }
    watch.lap("PyMC fits and checks")
    return Reanalysis(
        record=record,
        settings=settings,
        seed=seed,
        quick=quick,
        audit=report,
        endpoints=results,
        seconds=watch.seconds,
    )


def _compile(settings: AnalysisSettings) -> CompiledRegression:
    """Compile the PyMC model for tables of these intervals; no figure of the trial enters."""
    shape = (2, len(settings.cuts) + 1)
    empty = Exposure(np.zeros(shape, np.int64), np.ones(shape))
    return compile_proportional_hazards(
        exposure_dataset(empty, cuts=settings.cuts),
        baseline=settings.baseline,
        placement=settings.placement,
        log_hr=settings.log_hr,
    )
