"""Patients of one endpoint under each model of the effect: weighed, or redrawn where need be."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyses.effect_over_time.task import EffectTask, PrintedEndpoint
from models.check_result import CheckResult
from models.reconstruction.sample import Sample
from models.settings import AnalysisSettings
from models.time_varying.bridge import bridge
from models.time_varying.evidence import log_evidence
from models.time_varying.priors import EffectModel, SeparateArms
from models.time_varying.redraw import can_be_redrawn, redraw_patients
from models.time_varying.weights import WeighedPatients, draw_by_weight, weigh_patients

Array = NDArray[np.float64]

WEIGHED = 5_000


@dataclass(frozen=True, kw_only=True)
class ThinnedPatients:
    """Evenly spaced draws of the patients under proportional hazards, and their log evidence.

    Attributes
    ----------
    time, event : numpy.ndarray, shape (chain, draw, patient)
    cut, loss : numpy.ndarray, shape (chain, draw)
        Last cut in months and loss to follow-up per month.
    n_control : int
    log_proportional : numpy.ndarray, shape (chain, draw)
    """

    time: Array
    event: NDArray[np.int8]
    cut: Array
    loss: Array
    n_control: int
    log_proportional: Array


@dataclass(frozen=True, kw_only=True)
class ModelPatients:
    """Sets of patients that follow one model's own posterior, and the evidence for it.

    Attributes
    ----------
    time, event : numpy.ndarray, shape (set, patient)
        Latent months and statuses.
    cut, loss : numpy.ndarray, shape (set,)
    log_bayes_factor, standard_error : float
        Natural log, against proportional hazards.
    method : {"weights", "bridge"}
        How the Bayes factor was found: weights of patients drawn under proportional hazards, or
        a bridge between these and patients redrawn under the model.
    weighed : WeighedPatients
        Weights, whether they were used or not.
    hazard : numpy.ndarray, shape (chain, draw, arm, interval), or None
        Hazards drawn beside patients who were redrawn under separate arms.
    gates : list of CheckResult
    """

    time: Array
    event: NDArray[np.int8]
    cut: Array
    loss: Array
    log_bayes_factor: float
    standard_error: float
    method: str
    weighed: WeighedPatients
    hazard: Array | None
    gates: list[CheckResult]


def thin_patients(
    sample: Sample, *, n_control: int, settings: AnalysisSettings, threads: int
) -> ThinnedPatients:
    """Keep some thousands of draws, evenly spaced, and compute their evidence.

    Parameters
    ----------
    sample : Sample
        From `sample_patients`.
    n_control : int
    settings : AnalysisSettings
    threads : int
    """
    chains, draws = sample.parameters["log_hr"].shape
    picks = evenly_spaced(draws, chains=chains)
    time, event = sample.time[:, picks], sample.event[:, picks]
    return ThinnedPatients(
        time=time,
        event=event,
        cut=sample.parameters["cut"][:, picks],
        loss=sample.parameters["loss"][:, picks],
        n_control=n_control,
        log_proportional=log_evidence(
            time, event, n_control=n_control, model=None, settings=settings, threads=threads
        ),
    )


def patients_of_model(
    task: EffectTask,
    printed: PrintedEndpoint,
    thinned: ThinnedPatients,
    model: EffectModel,
    *,
    weighing: Callable[[int, int], None] | None = None,
    progress: Callable[[float, float], None] | None = None,
) -> ModelPatients:
    """Weigh the patients for a model; redraw them where the weights are worth too little.

    Parameters
    ----------
    task : EffectTask
    printed : PrintedEndpoint
    thinned : ThinnedPatients
    model : EffectModel
    weighing : callable, optional
        Called with (sets weighed, sets in all).
    progress : callable, optional
        Of the redrawing, called with (effective size, R-hat).

    Returns
    -------
    ModelPatients
        Models with more cells than the sampler takes are never redrawn: look at `gates`.
    """
    found = log_evidence(
        thinned.time,
        thinned.event,
        n_control=thinned.n_control,
        model=model,
        settings=task.settings,
        threads=task.cores,
        progress=weighing,
    )
    weighed = weigh_patients(found, thinned.log_proportional)
    if not weighed.trusted(task.plan.least_size) and can_be_redrawn(model, task.settings):
        return _redraw(task, printed, model, weighed, progress)
    rng = np.random.default_rng(np.random.SeedSequence([task.seed, *model.kind.encode()]))
    chosen = draw_by_weight(weighed.log_weight, sets=task.plan.sets, rng=rng)
    patients = thinned.time.shape[-1]
    return ModelPatients(
        time=thinned.time.reshape(-1, patients)[chosen],
        event=thinned.event.reshape(-1, patients)[chosen],
        cut=thinned.cut.reshape(-1)[chosen],
        loss=thinned.loss.reshape(-1)[chosen],
        log_bayes_factor=weighed.log_bayes_factor,
        standard_error=weighed.standard_error,
        method="weights",
        weighed=weighed,
        hazard=None,
        gates=[_weights_hold(weighed, task.plan.least_size)],
    )


def _weights_hold(weighed: WeighedPatients, least_size: float) -> CheckResult:
    return CheckResult(
        name="weights of the patients",
        passed=weighed.trusted(least_size),
        values={
            "effective_size": weighed.effective_size,
            "pareto_k": weighed.pareto_k,
            "r_hat": weighed.r_hat,
        },
        text=(
            f"the weighed patients are worth {weighed.effective_size:.0f} independent draws "
            f"({least_size:.0f} needed), Pareto k {weighed.pareto_k:.2f} (below 0.7 needed)"
        ),
    )


def _redraw(
    task: EffectTask,
    printed: PrintedEndpoint,
    model: EffectModel,
    weighed: WeighedPatients,
    progress: Callable[[float, float], None] | None,
) -> ModelPatients:
    """Draw patients under the model and bridge from them to proportional hazards."""
    sampler = task.settings.sampler
    enough = sampler.model_copy(update={"ess_wanted": sampler.ess_needed})
    drawn = redraw_patients(
        printed.problem,
        task.settings.model_copy(update={"sampler": enough}),
        model=model,
        seed=task.seed,
        threads=task.cores,
        progress=progress,
    )
    chains, draws, patients = drawn.time.shape
    picks = evenly_spaced(draws, chains=chains)
    time, event = drawn.time[:, picks], drawn.event[:, picks]
    above, below = (
        log_evidence(
            time,
            event,
            n_control=printed.sizes[0],
            model=which,
            settings=task.settings,
            threads=task.cores,
        )
        for which in (model, None)
    )
    found = bridge(weighed.log_weight, above - below)
    sets = task.plan.sets
    chosen = ((np.arange(sets) + 0.5) * chains * picks.size / sets).astype(int)
    return ModelPatients(
        time=time.reshape(-1, patients)[chosen],
        event=event.reshape(-1, patients)[chosen],
        cut=drawn.cut[:, picks].reshape(-1)[chosen],
        loss=drawn.loss[:, picks].reshape(-1)[chosen],
        log_bayes_factor=found.log_bayes_factor,
        standard_error=found.standard_error,
        method="bridge",
        weighed=weighed,
        hazard=drawn.hazard if isinstance(model, SeparateArms) else None,
        gates=[_worst(drawn.checks)],
    )


def evenly_spaced(draws: int, *, chains: int) -> NDArray[np.int64]:
    """Places of the draws of each chain that are kept, `WEIGHED` in all at the most."""
    kept = min(draws, WEIGHED // chains)
    return ((np.arange(kept) + 0.5) * draws / kept).astype(int)


def _worst(checks: list[CheckResult]) -> CheckResult:
    """One gate for all that was judged of the redrawn patients."""
    r_hat = max(check.values["r_hat"] for check in checks)
    size = min(min(check.values["ess_bulk"], check.values["ess_tail"]) for check in checks)
    return CheckResult(
        name="redrawn patients",
        passed=all(check.passed is not False for check in checks),
        values={"r_hat": r_hat, "ess": size},
        text=(
            f"patients redrawn under the model: largest R-hat {r_hat:.4f}, smallest effective "
            f"sample size {size:.0f}"
        ),
    )
