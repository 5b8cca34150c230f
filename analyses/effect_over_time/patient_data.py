"""Models of the effect on patient data: exact evidence, and each patient foretold by the others."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from analyses.effect_over_time.readings import Readings, read_draws
from models.check_result import CheckResult
from models.convergence import sampler_gate
from models.patients.cuts import cuts_by_events
from models.settings import AnalysisSettings
from models.survival.intervals import ARMS
from models.time_varying.evidence import log_evidence
from models.time_varying.fit import compile_time_varying, fit_time_varying
from models.time_varying.leave_one_out import (
    LeftOut,
    compare_left_out,
    leave_one_out,
    one_set,
)
from models.time_varying.prior_draws import draw_effect_prior
from models.time_varying.priors import (
    MODEL_NAMES,
    EffectModel,
    RandomWalkEffect,
    TimeVaryingSettings,
)

PRIOR_DRAWS = 20_000
# Steps too small to be seen: the model of proportional hazards in the shape of the others.
NO_STEPS = RandomWalkEffect(ratio=1.0 + 1e-9)


@dataclass(frozen=True, kw_only=True)
class PatientComparison:
    """Models of the effect side by side on one set of patients.

    Attributes
    ----------
    table : pandas.DataFrame
        Rows of `compare_left_out` with `model`, the exact `log_bayes_factor` against proportional
        hazards, the average hazard ratio (`hr_median`, `hr_lower`, `hr_upper`), and
        `similar_prior` and `similar_posterior`.
    readings : dict of str to Readings
    trees : dict of str to xarray.DataTree
        PyMC posteriors.
    settings : AnalysisSettings
        With the cut points that were used.
    gates : list of CheckResult
    """

    table: pd.DataFrame
    readings: dict[str, Readings]
    trees: dict[str, xr.DataTree]
    settings: AnalysisSettings
    gates: list[CheckResult]

    @property
    def gates_hold(self) -> bool:
        """Whether no gate failed."""
        return all(check.passed is not False for check in self.gates)


def compare_on_patients(
    patients: pd.DataFrame,
    *,
    settings: AnalysisSettings | None,
    plan: TimeVaryingSettings,
    seed: int,
    cores: int = 1,
    progress: Callable[[str, float], None] = lambda _, __: None,
) -> PatientComparison:
    """Fit every model to patient data, and compare them.

    Parameters
    ----------
    patients : pandas.DataFrame
        `time` (months), `event` and `arm` ("control" or "rt"), from `read_patients`.
    settings : AnalysisSettings, optional
        Defaults with cut points by events where none are given.
    plan : TimeVaryingSettings
    seed, cores : int
    progress : callable
        Called with the name of a model and the share done.

    Returns
    -------
    PatientComparison
        Look at `gates_hold` before believing it.
    """
    time = patients["time"].to_numpy(dtype=float)
    event = patients["event"].to_numpy(dtype=bool)
    arm = (patients["arm"] == ARMS[1]).to_numpy().astype(np.int64)
    if settings is None:
        settings = AnalysisSettings(name="default", cuts=cuts_by_events(time, event))
    models: dict[str, EffectModel] = {"proportional": NO_STEPS}
    models |= {model.kind: model for model in plan.models}
    scores: dict[str, LeftOut] = {}
    readings: dict[str, Readings] = {}
    trees: dict[str, xr.DataTree] = {}
    gates: list[CheckResult] = []
    for place, (kind, model) in enumerate(models.items()):
        progress(MODEL_NAMES[kind], place / len(models))
        compiled = compile_time_varying(model, settings=settings)
        table = one_set(time, event, arm, compiled=compiled)
        tree = fit_time_varying(table, compiled=compiled, seed=seed, cores=cores)
        draws = tree["posterior"].to_dataset().isel(imputation=0)
        rng = np.random.default_rng(np.random.SeedSequence([seed, place]))
        prior = draw_effect_prior(model, settings=settings, draws=PRIOR_DRAWS, rng=rng)
        scores[kind] = leave_one_out(
            draws, (time, event, arm), compiled=compiled, seed=seed, cores=cores
        )
        readings[kind], trees[kind] = read_draws(draws, prior, plan=plan), tree
        gates += [*sampler_gate(tree["sample_stats"].to_dataset()), _fitted(tree, kind)]
    order = np.argsort(arm, kind="stable")
    given = (time[order][np.newaxis], event[order][np.newaxis])
    return PatientComparison(
        table=_table(models, scores, readings, given, int((arm == 0).sum()), settings),
        readings=readings,
        trees=trees,
        settings=settings,
        gates=gates,
    )


def _table(
    models: dict[str, EffectModel],
    scores: dict[str, LeftOut],
    readings: dict[str, Readings],
    given: tuple[np.ndarray, np.ndarray],
    n_control: int,
    settings: AnalysisSettings,
) -> pd.DataFrame:
    frame = compare_left_out(scores)
    found = {
        kind: float(
            log_evidence(
                *given,
                n_control=n_control,
                model=None if kind == "proportional" else model,
                settings=settings,
            )[0]
        )
        for kind, model in models.items()
    }
    rows = []
    for kind in frame["kind"]:
        table = readings[kind].table
        ratio = table[table["estimand"] == "hazard_ratio"].iloc[0]
        rows.append(
            {
                "model": MODEL_NAMES[kind],
                "log_bayes_factor": found[kind] - found["proportional"],
                "bayes_factor": math.exp(found[kind] - found["proportional"]),
                "hr_median": ratio["median"],
                "hr_lower": ratio["lower"],
                "hr_upper": ratio["upper"],
                "similar_prior": readings[kind].similar.prior,
                "similar_posterior": readings[kind].similar.posterior,
            }
        )
    return pd.concat([frame, pd.DataFrame(rows)], axis=1)


def _fitted(tree: xr.DataTree, kind: str) -> CheckResult:
    found = tree["convergence"].to_dataset()
    return CheckResult(
        name=f"convergence, {MODEL_NAMES[kind]}",
        passed=bool(found["passed"].all()),
        values={"r_hat": float(found["r_hat"].max()), "ess": float(found["ess_bulk"].min())},
        text=(
            f"{MODEL_NAMES[kind]}: largest R-hat {float(found['r_hat'].max()):.4f}, smallest "
            f"effective sample size {float(found['ess_bulk'].min()):.0f}"
        ),
    )
