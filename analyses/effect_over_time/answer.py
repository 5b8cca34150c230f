"""What one model of the effect says of an endpoint: fits, estimands, prior beside posterior."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from analyses.effect_over_time.patients import ModelPatients
from analyses.effect_over_time.predict import Discrepancy, predict_discrepancy
from analyses.effect_over_time.readings import Readings, read_draws
from models.check_result import CheckResult
from models.convergence import sampler_gate
from models.printed import FollowUpDraws
from models.settings import AnalysisSettings
from models.survival.exposure import exposure_dataset, tabulate
from models.time_varying.agreement import set_agreement
from models.time_varying.effect_nodes import cell_cuts
from models.time_varying.fit import CompiledEffect, fit_time_varying
from models.time_varying.prior_draws import draw_effect_prior
from models.time_varying.priors import EffectModel, TimeVaryingSettings
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
    model: EffectModel,
    patients: ModelPatients,
    *,
    compiled: CompiledEffect,
    n_control: int,
    windows: dict[str, tuple[float, float]],
    accrual: float,
    settings: AnalysisSettings,
    plan: TimeVaryingSettings,
    seed: int,
    cores: int,
    progress: Callable[[int, int], None] | None = None,
) -> ModelAnswer:
    """Fit a model to its sets and read off what it says.

    Parameters
    ----------
    model : EffectModel
    patients : ModelPatients
    compiled : CompiledEffect
        The same model.
    n_control : int
    windows : dict of str to (float, float)
        Rounding windows of the printed figures.
    accrual : float
        Months over which patients entered.
    settings : AnalysisSettings
    plan : TimeVaryingSettings
    seed, cores : int
    progress : callable, optional
        Called with (sets fitted, sets in all).
    """
    cells = cell_cuts(model, cuts=settings.cuts)
    arm = (np.arange(patients.time.shape[1]) >= n_control).astype(int)
    table = tabulate(patients.time, patients.event, arm, cuts=cells)
    tables = exposure_dataset(table, cuts=cells)
    tree = fit_time_varying(
        tables,
        compiled=compiled,
        seed=seed,
        chains=plan.chains,
        draws=plan.draws,
        tune=plan.tune,
        cores=cores,
        progress=progress,
    )
    draws = tree["posterior"].to_dataset()
    prior = draw_effect_prior(
        model,
        settings=settings,
        draws=PRIOR_DRAWS,
        rng=np.random.default_rng(np.random.SeedSequence([seed, *model.kind.encode(), 1])),
    )
    rows = np.linspace(0, draws.sizes["chain"] * draws.sizes["draw"] - 1, TRIALS_OF_A_SET)
    hazard = draws["hazard"].values.reshape(draws.sizes["imputation"], -1, 2, len(cells) + 1)
    trials = hazard[:, rows.astype(int)].reshape(-1, 2, len(cells) + 1)
    follow_up = FollowUpDraws(
        np.repeat(patients.cut, TRIALS_OF_A_SET), accrual, np.repeat(patients.loss, TRIALS_OF_A_SET)
    )
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
            _mixed(tree),
            *_agreement(tables, tree, model, settings, plan, patients),
        ],
        discrepancy=predict_discrepancy(
            trials,
            follow_up,
            windows,
            cuts=cells,
            sizes=(n_control, arm.size - n_control),
            settings=settings,
            seed=seed,
        ),
        readings=read_draws(draws, prior, plan=plan),
    )


def answer_of_proportional(
    draws: xr.Dataset,
    follow_up: FollowUpDraws,
    *,
    sizes: tuple[int, int],
    windows: dict[str, tuple[float, float]],
    settings: AnalysisSettings,
    plan: TimeVaryingSettings,
    seed: int,
) -> ModelAnswer:
    """Read off what proportional hazards say, from the sampler's own draws.

    Parameters
    ----------
    draws : xarray.Dataset
        From `label_draws`: `log_hr` (chain, draw) and `hazard`.
    follow_up : FollowUpDraws
        One for every draw, chains one after the other.
    sizes : (int, int)
        Patients of control and RT.
    windows, settings, plan, seed
        As in `answer_of_model`.
    """
    constant = draws.drop_vars("log_hr").assign(
        log_hr=draws["log_hr"].expand_dims(interval=draws["interval"]).transpose(..., "interval")
    )
    rng = np.random.default_rng(np.random.SeedSequence([seed, 2]))
    level = rng.normal(settings.log_hr.mean, settings.log_hr.sd, PRIOR_DRAWS)
    starts = draws["interval_start"].variable
    prior = xr.Dataset(
        {
            "log_hr": (
                ("chain", "draw", "interval"),
                np.repeat(level[np.newaxis, :, np.newaxis], starts.size, axis=2),
            )
        },
        coords={"interval_start": starts},
    )
    hazard = draws["hazard"].values.reshape(-1, 2, starts.size)
    rows = np.linspace(0, len(hazard) - 1, plan.sets * TRIALS_OF_A_SET).astype(int)
    chosen = FollowUpDraws(follow_up.cut[rows], follow_up.accrual, follow_up.loss[rows])
    return ModelAnswer(
        kind="proportional",
        log_bayes_factor=0.0,
        standard_error=0.0,
        method="",
        draws=constant,
        tree=None,
        gates=[],
        discrepancy=predict_discrepancy(
            hazard[rows],
            chosen,
            windows,
            cuts=settings.cuts,
            sizes=sizes,
            settings=settings,
            seed=seed,
        ),
        readings=read_draws(constant, prior, plan=plan),
    )


def _mixed(tree: xr.DataTree) -> CheckResult:
    found = tree["convergence"].to_dataset()
    failed, sets = int((~found["passed"].astype(bool)).sum()), found.sizes["imputation"]
    worst = float(found["r_hat"].max())
    least = float(min(found["ess_bulk"].min(), found["ess_tail"].min()))
    return CheckResult(
        name="convergence of the PyMC fits",
        passed=failed == 0,
        values={"failed": failed, "sets": sets, "r_hat": worst, "ess": least},
        text=(
            f"{sets - failed} of {sets} fits converged: largest R-hat {worst:.4f}, smallest "
            f"effective sample size {least:.0f}"
        ),
    )


def _agreement(
    tables: xr.Dataset,
    tree: xr.DataTree,
    model: EffectModel,
    settings: AnalysisSettings,
    plan: TimeVaryingSettings,
    patients: ModelPatients,
) -> list[CheckResult]:
    average = average_log_hr(tree["posterior"].to_dataset(), window=plan.window)
    return [
        set_agreement(
            tables,
            average,
            model=model,
            settings=settings,
            window=plan.window,
            redrawn=patients.hazard,
        )
    ]
