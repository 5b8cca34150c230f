"""Whether the effect changes, from record to answers: patients, weights, fits, words."""

from dataclasses import dataclass
from time import perf_counter

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.effect_over_time.answer import (
    ModelAnswer,
    answer_of_model,
    answer_of_proportional,
)
from analyses.effect_over_time.other_priors import other_priors
from analyses.effect_over_time.pace import Pace, Tell
from analyses.effect_over_time.patients import (
    ThinnedPatients,
    patients_of_model,
    thin_patients,
)
from analyses.effect_over_time.words import put_in_words
from analyses.outputs.progress import Progress
from models.check_result import CheckResult
from models.printed import record_windows
from models.reanalysis.draws import label_draws
from models.reanalysis.predict import posterior_follow_up
from models.reconstruction.assemble import assemble_problem
from models.reconstruction.sample import Sample, SamplingProgress, sample_patients
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
    seconds: dict[str, float] = {}
    clock = perf_counter()
    problems = {name: assemble_problem(record, name, settings) for name in endpoints}
    samples = sample_patients(
        problems,
        settings,
        seed=seed,
        threads=cores,
        progress=lambda step: progress(_sampling(step, settings)),
    )
    seconds["patients under proportional hazards"] = perf_counter() - clock
    clock = perf_counter()
    compiled: dict[str, CompiledEffect] = {}
    for place, model in enumerate(plan.models):
        progress(Progress(stage="PyMC models", done=place / len(plan.models), note=model.kind))
        compiled[model.kind] = compile_time_varying(model, settings=settings)
    progress(Progress(stage="PyMC models", done=1.0))
    seconds["compiling PyMC models"] = perf_counter() - clock
    clock = perf_counter()
    found = {
        name: _endpoint(
            record,
            name,
            samples[name],
            problem=problems[name],
            compiled=compiled,
            settings=settings,
            plan=plan,
            seed=seed,
            cores=cores,
            progress=progress,
        )
        for name in endpoints
    }
    seconds["evidence and fits"] = perf_counter() - clock
    return EffectRun(
        record=record,
        settings=settings,
        plan=plan,
        seed=seed,
        endpoints=found,
        seconds=seconds,
    )


def _endpoint(
    record: Record,
    name: str,
    sample: Sample,
    *,
    problem: NDArray[np.void],
    compiled: dict[str, CompiledEffect],
    settings: AnalysisSettings,
    plan: TimeVaryingSettings,
    seed: int,
    cores: int,
    progress: Tell,
) -> EndpointEffect:
    n_control, n = int(problem["n_control"][0]), int(problem["n"][0])
    windows = record_windows(record, name)
    thinned = thin_patients(sample, n_control=n_control, settings=settings, threads=cores)
    draws = label_draws(sample, settings)
    rows = np.arange(draws["log_hr"].size)
    answers = {
        "proportional": answer_of_proportional(
            draws,
            posterior_follow_up(sample, problem[0], rows=rows),
            sizes=(n_control, n - n_control),
            windows=windows,
            settings=settings,
            plan=plan,
            seed=seed,
        )
    }
    for model in plan.models:
        stage = f"{name.upper()} {MODEL_NAMES[model.kind]}"
        answers[model.kind] = _answer(
            thinned,
            compiled[model.kind],
            problem=problem,
            windows=windows,
            settings=settings,
            plan=plan,
            seed=seed,
            cores=cores,
            pace=Pace(progress, stage),
        )
    label = record.endpoints[name].label or name.upper()
    told = Pace(progress, f"{name.upper()} other priors").phase(0.0, 1.0)
    varied = other_priors(
        thinned,
        settings=settings,
        plan=plan,
        threads=cores,
        progress=lambda done, of: told(done / of, f"prior {done} of {of}"),
    )
    return EndpointEffect(
        endpoint=name,
        label=label,
        answers=answers,
        other_priors=varied,
        words=put_in_words(label, answers, plan, varied),
        sampler_gates=sample.checks,
    )


def _answer(
    thinned: ThinnedPatients,
    compiled: CompiledEffect,
    *,
    problem: NDArray[np.void],
    windows: dict[str, tuple[float, float]],
    settings: AnalysisSettings,
    plan: TimeVaryingSettings,
    seed: int,
    cores: int,
    pace: Pace,
) -> ModelAnswer:
    weighing, wanted = pace.phase(0.0, 0.2), settings.sampler.ess_needed
    weighing(0.0, "weighing patients")
    redrawing = pace.phase(0.2, 0.5)
    patients = patients_of_model(
        thinned,
        compiled.model,
        problem=problem,
        settings=settings,
        plan=plan,
        seed=seed,
        threads=cores,
        weighing=lambda done, of: weighing(done / of, "weighing patients"),
        progress=lambda ess, r_hat: redrawing(
            min(1.0, ess / wanted),
            f"redrawing patients: effective sample size {ess:.0f}, R-hat {r_hat:.3f}",
        ),
    )
    fitting = pace.phase(0.5, 1.0)
    return answer_of_model(
        compiled.model,
        patients,
        compiled=compiled,
        n_control=thinned.n_control,
        windows=windows,
        accrual=float(problem["accrual"][0]),
        settings=settings,
        plan=plan,
        seed=seed,
        cores=cores,
        progress=lambda done, sets: fitting(done / sets, f"set {done} of {sets}"),
    )


def _sampling(step: SamplingProgress, settings: AnalysisSettings) -> Progress:
    share = 1.0 if step.done else min(0.99, step.ess / settings.sampler.ess_wanted)
    return Progress(
        stage=f"{step.endpoint.upper()} patients",
        done=share,
        note=f"effective sample size {step.ess:.0f}, R-hat {step.r_hat:.3f}",
        seconds_left=step.seconds_left,
    )
