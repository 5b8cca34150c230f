"""What one model of the effect says of an endpoint: fits, estimands, prior beside posterior."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from analyses.effect_over_time.patients import ModelPatients
from analyses.effect_over_time.predict import Discrepancy, predict_discrepancy
from analyses.effect_over_time.readings import Readings, read_draws
from analyses.effect_over_time.task import EffectTask, PrintedEndpoint
from models.check_result import CheckResult
from models.convergence import fits_gate, sampler_gate
from models.printed import FollowUpDraws
from models.settings import AnalysisSettings
from models.survival.exposure import exposure_dataset, tabulate
from models.time_varying.agreement import set_agreement
from models.time_varying.effect_nodes import cell_cuts
from models.time_varying.fit import CompiledEffect, fit_time_varying
from models.time_varying.prior_draws import draw_effect_prior
from models.time_varying.priors import EffectModel
from models.time_varying.summaries import average_log_hr

Array = NDArray[np.float64]

PRIOR_DRAWS = 20_000
TRIALS_OF_A_SET = 20


@dataclass(frozen=True, kw_only=True)
class ModelAnswer:
    """Results of one model for one endpoint.

    Attributes
    ----------
    kind : str
    log_bayes_factor, standard_error : float
        Natural log, against proportional hazards; 0 for proportional hazards themselves.
    method : str
        "weights", "bridge", or empty for proportional hazards.
    draws : xarray.Dataset
        `log_hr` (..., interval) and `hazard` (..., arm, interval).
    tree : xarray.DataTree or None
        The PyMC posterior; none for proportional hazards, whose draws are the sampler's.
    readings : Readings
    discrepancy : Discrepancy
        Hazard ratio over ratio of medians in trials drawn from the posterior.
    gates : list of CheckResult
    """

    kind: str
    log_bayes_factor: float
    standard_error: float
    method: str
    draws: xr.Dataset
    tree: xr.DataTree | None
    readings: Readings
    discrepancy: Discrepancy
    gates: list[CheckResult]


def answer_of_model(
    task: EffectTask,
    printed: PrintedEndpoint,
    patients: ModelPatients,
    *,
    compiled: CompiledEffect,
    progress: Callable[[int, int], None] | None = None,
) -> ModelAnswer:
    """Fit a model to its sets and read off what it says.

    Parameters
    ----------
    task : EffectTask
    printed : PrintedEndpoint
    patients : ModelPatients
        Sets that follow this model.
    compiled : CompiledEffect
        The model.
    progress : callable, optional
        Called with (sets fitted, sets in all).
    """
    model, plan = compiled.model, task.plan
    tables = _tables(patients, model, printed, task.settings)
    tree = fit_time_varying(
        tables,
        compiled=compiled,
        seed=task.seed,
        chains=plan.chains,
        draws=plan.draws,
        tune=plan.tune,
        cores=task.cores,
        progress=progress,
    )
    draws = tree["posterior"].to_dataset()
    stream = np.random.SeedSequence([task.seed, *model.kind.encode(), 1])
    rng = np.random.default_rng(stream)
    prior = draw_effect_prior(model, settings=task.settings, draws=PRIOR_DRAWS, rng=rng)
    return ModelAnswer(
        kind=model.kind,
        log_bayes_factor=patients.log_bayes_factor,
        standard_error=patients.standard_error,
        method=patients.method,
        draws=draws,
        tree=tree,
        gates=[
            *patients.gates,
            *sampler_gate(tree["sample_stats"].to_dataset()),
            fits_gate(tree),
            _agreement(tables, tree, model, task, patients),
        ],
        discrepancy=_discrepancy(draws, patients, model, printed, task),
        readings=read_draws(draws, prior, plan=plan),
    )


def _tables(
    patients: ModelPatients,
    model: EffectModel,
    printed: PrintedEndpoint,
    settings: AnalysisSettings,
) -> xr.Dataset:
    """Events and exposure of each set in the cells of a model."""
    cells = cell_cuts(model, cuts=settings.cuts)
    arm = np.repeat([0, 1], printed.sizes)
    return exposure_dataset(tabulate(patients.time, patients.event, arm, cuts=cells), cuts=cells)


def _discrepancy(
    draws: xr.Dataset,
    patients: ModelPatients,
    model: EffectModel,
    printed: PrintedEndpoint,
    task: EffectTask,
) -> Discrepancy:
    """Hazard ratio over ratio of medians in trials drawn from the posterior of each set."""
    cells = cell_cuts(model, cuts=task.settings.cuts)
    rows = np.linspace(0, draws.sizes["chain"] * draws.sizes["draw"] - 1, TRIALS_OF_A_SET)
    hazard = draws["hazard"].values.reshape(draws.sizes["imputation"], -1, 2, len(cells) + 1)
    cut, loss = (np.repeat(one, TRIALS_OF_A_SET) for one in (patients.cut, patients.loss))
    return predict_discrepancy(
        hazard[:, rows.astype(int)].reshape(-1, 2, len(cells) + 1),
        FollowUpDraws(cut, printed.accrual, loss),
        printed.windows,
        cuts=cells,
        sizes=printed.sizes,
        settings=task.settings,
        seed=task.seed,
    )


def answer_of_proportional(
    task: EffectTask, printed: PrintedEndpoint, draws: xr.Dataset, follow_up: FollowUpDraws
) -> ModelAnswer:
    """Read off what proportional hazards say, from the sampler's own draws.

    Parameters
    ----------
    task : EffectTask
    printed : PrintedEndpoint
    draws : xarray.Dataset
        From `label_draws`: `log_hr` (chain, draw) and `hazard`.
    follow_up : FollowUpDraws
        One for every draw, chains one after the other.
    """
    constant = draws.drop_vars("log_hr").assign(
        log_hr=draws["log_hr"].expand_dims(interval=draws["interval"]).transpose(..., "interval")
    )
    hazard = draws["hazard"].values.reshape(-1, 2, draws.sizes["interval"])
    rows = np.linspace(0, len(hazard) - 1, task.plan.sets * TRIALS_OF_A_SET).astype(int)
    discrepancy = predict_discrepancy(
        hazard[rows],
        FollowUpDraws(follow_up.cut[rows], follow_up.accrual, follow_up.loss[rows]),
        printed.windows,
        cuts=task.settings.cuts,
        sizes=printed.sizes,
        settings=task.settings,
        seed=task.seed,
    )
    prior = _constant_prior(draws["interval_start"], task)
    return ModelAnswer(
        kind="proportional",
        log_bayes_factor=0.0,
        standard_error=0.0,
        method="",
        draws=constant,
        tree=None,
        gates=[],
        discrepancy=discrepancy,
        readings=read_draws(constant, prior, plan=task.plan),
    )


def _constant_prior(starts: xr.DataArray, task: EffectTask) -> xr.Dataset:
    """Draws of a log hazard ratio from its prior, the same in every interval."""
    rng = np.random.default_rng(np.random.SeedSequence([task.seed, 2]))
    level = rng.normal(task.settings.log_hr.mean, task.settings.log_hr.sd, PRIOR_DRAWS)
    log_hr = np.repeat(level[np.newaxis, :, np.newaxis], starts.size, axis=2)
    return xr.Dataset(
        {"log_hr": (("chain", "draw", "interval"), log_hr)},
        coords={"interval_start": starts.variable},
    )


def _agreement(
    tables: xr.Dataset,
    tree: xr.DataTree,
    model: EffectModel,
    task: EffectTask,
    patients: ModelPatients,
) -> CheckResult:
    average = average_log_hr(tree["posterior"].to_dataset(), window=task.plan.window)
    return set_agreement(
        tables,
        average,
        model=model,
        settings=task.settings,
        window=task.plan.window,
        redrawn=patients.hazard,
    )
