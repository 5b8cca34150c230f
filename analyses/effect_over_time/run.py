"""Whether the effect changes, from record to answers: patients, weights, fits, words."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analyses.effect_over_time.answer import (
    ModelAnswer,
    answer_of_model,
    answer_of_proportional,
)
from analyses.effect_over_time.other_priors import other_priors
from analyses.effect_over_time.pace import Pace
from analyses.effect_over_time.patients import (
    ThinnedPatients,
    patients_of_model,
    thin_patients,
)
from analyses.effect_over_time.task import EffectTask, PrintedEndpoint, printed_endpoint
from analyses.effect_over_time.words import put_in_words
from analyses.outputs.progress import Progress
from analyses.reanalyse.stages import Stopwatch, Tell, tell_sampling
from models.check_result import CheckResult
from models.reanalysis.draws import label_draws
from models.reanalysis.predict import posterior_follow_up
from models.reconstruction.assemble import assemble_problem
from models.reconstruction.sample import Sample, sample_patients
from models.record.record import Record
from models.settings import AnalysisSettings
from models.time_varying.collapse import demand_gamma
from models.time_varying.fit import CompiledEffect, compile_time_varying
from models.time_varying.priors import MODEL_NAMES, TimeVaryingSettings


@dataclass(frozen=True, kw_only=True)
class EndpointEffect:
    """Results of one endpoint.

    Attributes
    ----------
    endpoint, label : str
        "pfs" or "os", and its name in words.
    answers : dict of str to ModelAnswer
        By model, proportional hazards first.
    other_priors : pandas.DataFrame
        Bayes factors under other priors of the models, see `other_priors`.
    words : str
        What the printed figures say.
    sampler_gates : list of CheckResult
        Of the patients under proportional hazards.
    """

    endpoint: str
    label: str
    answers: dict[str, ModelAnswer]
    other_priors: pd.DataFrame
    words: str
    sampler_gates: list[CheckResult]

    @property
    def gates(self) -> list[CheckResult]:
        """Gates of the sampler and of every model."""
        return [*self.sampler_gates, *(g for a in self.answers.values() for g in a.gates)]


@dataclass(frozen=True, kw_only=True)
class EffectRun:
    """All results of a run, and what was asked."""

    record: Record
    settings: AnalysisSettings
    plan: TimeVaryingSettings
    seed: int
    endpoints: dict[str, EndpointEffect]
    seconds: dict[str, float]

    @property
    def gates_hold(self) -> bool:
        """Whether no gate failed."""
        gates = [check for found in self.endpoints.values() for check in found.gates]
        return all(check.passed is not False for check in gates)


def run_effect_over_time(
    record: Record,
    *,
    endpoints: tuple[str, ...],
    settings: AnalysisSettings,
    plan: TimeVaryingSettings,
    seed: int,
    cores: int = 2,
    progress: Tell = lambda _: None,
) -> EffectRun:
    """Weigh models of a changing effect by the printed figures, and fit them.

    Parameters
    ----------
    record : Record
        The published record.
    endpoints : tuple of str
        "pfs", "os" or both.
    settings : AnalysisSettings
        Of the analysis under proportional hazards.
    plan : TimeVaryingSettings
    seed : int
        The same seed gives the same results on one machine, for any number of cores.
    cores : int
    progress : callable
        Told what is going on.

    Returns
    -------
    EffectRun
        Look at `gates_hold` before believing it.

    Raises
    ------
    ValueError
        If the record lacks something needed, no patients reproduce its figures, or the baseline
        has no closed form.
    """
    demand_gamma(settings.baseline)
    task = EffectTask(settings=settings, plan=plan, seed=seed, cores=cores)
    watch = Stopwatch()
    problems = {name: assemble_problem(record, name, settings) for name in endpoints}
    told = tell_sampling(progress, ess_wanted=settings.sampler.ess_wanted)
    samples = sample_patients(problems, settings, seed=seed, threads=cores, progress=told)
    watch.lap("patients under proportional hazards")
    compiled = _compile(task, progress)
    watch.lap("compiling PyMC models")
    found = {
        name: _analyse(
            task,
            printed_endpoint(record, name, problems[name]),
            samples[name],
            compiled=compiled,
            progress=progress,
        )
        for name in endpoints
    }
    watch.lap("evidence and fits")
    return EffectRun(
        record=record,
        settings=settings,
        plan=plan,
        seed=seed,
        endpoints=found,
        seconds=watch.seconds,
    )


def _compile(task: EffectTask, progress: Tell) -> dict[str, CompiledEffect]:
    """Compile the PyMC model of each effect, which serves every endpoint."""
    models = task.plan.models
    compiled: dict[str, CompiledEffect] = {}
    for place, model in enumerate(models):
        progress(Progress(stage="PyMC models", done=place / len(models), note=model.kind))
        compiled[model.kind] = compile_time_varying(model, settings=task.settings)
    progress(Progress(stage="PyMC models", done=1.0))
    return compiled


def _analyse(
    task: EffectTask,
    printed: PrintedEndpoint,
    sample: Sample,
    *,
    compiled: dict[str, CompiledEffect],
    progress: Tell,
) -> EndpointEffect:
    """Answer by every model, and under other priors of each."""
    thinned = thin_patients(
        sample, n_control=printed.sizes[0], settings=task.settings, threads=task.cores
    )
    answers = {"proportional": _proportional(task, printed, sample)}
    for model in task.plan.models:
        pace = Pace(progress, f"{printed.name.upper()} {MODEL_NAMES[model.kind]}")
        answers[model.kind] = _answer(task, printed, thinned, compiled[model.kind], pace=pace)
    told = Pace(progress, f"{printed.name.upper()} other priors").phase(0.0, 1.0)
    varied = other_priors(
        thinned,
        settings=task.settings,
        plan=task.plan,
        threads=task.cores,
        progress=lambda done, of: told(done / of, f"prior {done} of {of}"),
    )
    return EndpointEffect(
        endpoint=printed.name,
        label=printed.label,
        answers=answers,
        other_priors=varied,
        words=put_in_words(printed.label, answers, task.plan, varied),
        sampler_gates=sample.checks,
    )


def _proportional(task: EffectTask, printed: PrintedEndpoint, sample: Sample) -> ModelAnswer:
    draws = label_draws(sample, task.settings)
    every = np.arange(draws["log_hr"].size)
    follow_up = posterior_follow_up(sample, printed.problem[0], rows=every)
    return answer_of_proportional(task, printed, draws, follow_up)


def _answer(
    task: EffectTask,
    printed: PrintedEndpoint,
    thinned: ThinnedPatients,
    compiled: CompiledEffect,
    *,
    pace: Pace,
) -> ModelAnswer:
    """Weigh or redraw the patients for a model, and fit it to them."""
    weighing, wanted = pace.phase(0.0, 0.2), task.settings.sampler.ess_needed
    weighing(0.0, "weighing patients")
    redrawing = pace.phase(0.2, 0.5)
    patients = patients_of_model(
        task,
        printed,
        thinned,
        compiled.model,
        weighing=lambda done, of: weighing(done / of, "weighing patients"),
        progress=lambda ess, r_hat: redrawing(
            min(1.0, ess / wanted),
            f"redrawing patients: effective sample size {ess:.0f}, R-hat {r_hat:.3f}",
        ),
    )
    fitting = pace.phase(0.5, 1.0)
    return answer_of_model(
        task,
        printed,
        patients,
        compiled=compiled,
        progress=lambda done, sets: fitting(done / sets, f"set {done} of {sets}"),
    )
