"""The re-analysis from record to results, in order: audit, patients, fits, checks."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from analyses.outputs.progress import Progress
from analyses.reanalyse.endpoint import EndpointAnalysis, analyse_endpoint
from models.audit import AuditReport, audit
from models.check_result import CheckResult
from models.reanalysis.quick import quick_settings
from models.reconstruction.assemble import assemble_problem
from models.reconstruction.sample import SamplingProgress, sample_patients
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
    progress: Callable[[Progress], None] = lambda _: None,
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
    seconds: dict[str, float] = {}
    clock = perf_counter()
    report = audit(record)
    problems = {name: assemble_problem(record, name, settings) for name in endpoints}
    seconds["audit"], clock = perf_counter() - clock, perf_counter()
    for name in endpoints:
        stage = f"{name.upper()} patients"
        progress(Progress(stage=stage, done=0.0, note="compiling kernels on first use"))
    with ThreadPoolExecutor(1) as aside:
        compiling = aside.submit(_compile, settings)
        samples = sample_patients(
            problems,
            settings,
            seed=seed,
            threads=cores,
            progress=lambda step: progress(_sampling(step, settings)),
        )
        seconds["patients"], clock = perf_counter() - clock, perf_counter()
        progress(Progress(stage="PyMC", done=0.0, note="compiling the model"))
        compiled = compiling.result()
    seconds["waiting for PyMC to compile"], clock = perf_counter() - clock, perf_counter()
    results = {}
    for place, name in enumerate(endpoints):
        results[name] = analyse_endpoint(
            record,
            name,
            sample=samples[name],
            problem=problems[name][0],
            settings=settings,
            compiled=compiled,
            seed=seed,
            cores=cores,
            progress=_fitting(progress, place, len(endpoints), clock),
        )
    seconds["PyMC fits and checks"] = perf_counter() - clock
    return Reanalysis(
        record=record,
        settings=settings,
        seed=seed,
        quick=quick,
        audit=report,
        endpoints=results,
        seconds=seconds,
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


def _sampling(step: SamplingProgress, settings: AnalysisSettings) -> Progress:
    share = 1.0 if step.done else min(0.99, step.ess / settings.sampler.ess_wanted)
    note = f"effective sample size {step.ess:.0f}, R-hat {step.r_hat:.3f}"
    return Progress(
        stage=f"{step.endpoint.upper()} patients",
        done=share,
        note=note,
        seconds_left=step.seconds_left,
    )


def _fitting(
    progress: Callable[[Progress], None], place: int, endpoints: int, began: float
) -> Callable[[int, int], None]:
    def told(done: int, sets: int) -> None:
        share = (place + done / sets) / endpoints
        spent = perf_counter() - began
        left = spent / share - spent
        note = f"set {done} of {sets}"
        progress(Progress(stage="PyMC", done=share, note=note, seconds_left=left))

    return told
