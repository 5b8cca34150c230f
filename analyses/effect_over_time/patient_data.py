"""Models of the effect on patients: exact evidence, and each patient foretold by the others.

The patients are those of a trial (level 3), or sets reconstructed from a published curve (level 2).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from analyses.effect_over_time.readings import Readings, read_draws
from models.check_result import CheckResult
from models.convergence import sampler_gate
from models.patients.cuts import cuts_by_events
from models.settings import AnalysisSettings
from models.survival.intervals import ARMS
from models.time_varying.evidence import log_evidence
from models.time_varying.fit import CompiledEffect, compile_time_varying, fit_time_varying
from models.time_varying.leave_one_out import LeftOut, leave_one_out, one_set
from models.time_varying.prior_draws import draw_effect_prior
from models.time_varying.priors import (
    MODEL_NAMES,
    EffectModel,
    RandomWalkEffect,
    TimeVaryingSettings,
)
from models.time_varying.stacking import compare_left_out

Set = tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64]]

PRIOR_DRAWS, DRAWS = 20_000, 1_000
MOST_SETS = 20
CAVEAT = (
    "The patients that are scored were reconstructed from a published curve; nobody saw them. The "
    "standard errors count how the sets differ, but not what every set shares, such as how "
    "censorings are spread between two numbers at risk. Take the scores as a comparison of the "
    "models on the curve, not as forecasts of patients."
)
# Steps too small to be seen: the model of proportional hazards in the shape of the others.
NO_STEPS = RandomWalkEffect(ratio=1.0 + 1e-9)


@dataclass(frozen=True, kw_only=True)
class PatientComparison:
    """Models of the effect side by side on patients, or on sets of them.

    Attributes
    ----------
    sets : int
        Of reconstructed patients; 0 for the patients of a trial.
    table : pandas.DataFrame
        Rows of `compare_left_out` with `model`, the exact `log_bayes_factor` against proportional
        hazards (the mean over sets, and `sd_log_bayes_factor` between them), the average hazard
        ratio (`hr_median`, `hr_lower`, `hr_upper`), and `similar_prior` and `similar_posterior`.
    readings : dict of str to Readings
    trees : dict of str to xarray.DataTree
        PyMC posteriors.
    settings : AnalysisSettings
        With the cut points that were used.
    gates : list of CheckResult
    """

    sets: int
    table: pd.DataFrame
    readings: dict[str, Readings]
    trees: dict[str, xr.DataTree]
    settings: AnalysisSettings
    gates: list[CheckResult]

    @property
    def caveat(self) -> str:
        """What to mind of the scores; empty for the patients of a trial."""
        return CAVEAT if self.sets else ""

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
        `time` (months), `event` and `arm` ("control" or "rt"), from `read_patients`; with
        `imputation`, sets of reconstructed patients, of which at most 20 are taken, evenly spaced.
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
    sets = _sets(patients)
    if settings is None:
        settings = AnalysisSettings(name="default", cuts=cuts_by_events(*sets[0][:2]))
    models: dict[str, EffectModel] = {"proportional": NO_STEPS}
    models |= {model.kind: model for model in plan.models}
    found = {}
    for place, (kind, model) in enumerate(models.items()):

        def told(share: float, kind: str = kind, place: int = place) -> None:
            progress(MODEL_NAMES[kind], (place + share) / len(models))

        told(0.0)
        compiled = compile_time_varying(model, settings=settings)
        rng = np.random.default_rng(np.random.SeedSequence([seed, place]))
        found[kind] = _fit(sets, compiled, plan, seed=seed, rng=rng, cores=cores, told=told)
    readings = {kind: one.readings for kind, one in found.items()}
    scores = {kind: one.scores for kind, one in found.items()}
    return PatientComparison(
        sets=len(sets) if "imputation" in patients.columns else 0,
        table=_table(models, scores, readings, sets, settings, seed),
        readings=readings,
        trees={kind: one.tree for kind, one in found.items()},
        settings=settings,
        gates=[
            check
            for kind, one in found.items()
            for check in (
                *sampler_gate(one.tree["sample_stats"].to_dataset()),
                _fitted(one.tree, kind),
            )
        ],
    )


class _Fit(NamedTuple):
    """One model on every set: its posterior, what it says, and how well it foretells patients."""

    tree: xr.DataTree
    readings: Readings
    scores: list[LeftOut]


def _fit(
    sets: list[Set],
    compiled: CompiledEffect,
    plan: TimeVaryingSettings,
    *,
    seed: int,
    rng: np.random.Generator,
    cores: int,
    told: Callable[[float], None],
) -> _Fit:
    """Fit a model to every set, and leave out each patient in turn; `rng` draws the prior."""
    tables = [one_set(*one, compiled=compiled, label=i) for i, one in enumerate(sets)]
    tree = fit_time_varying(
        xr.concat(tables, dim="imputation"),
        compiled=compiled,
        seed=seed,
        draws=plan.draws if len(sets) > 1 else DRAWS,
        cores=cores,
        progress=lambda done, of: told(0.5 * done / of),
    )
    draws = tree["posterior"].to_dataset()
    prior = draw_effect_prior(
        compiled.model, settings=compiled.settings, draws=PRIOR_DRAWS, rng=rng
    )
    scores = []
    for i, one in enumerate(sets):
        own = draws.isel(imputation=i)
        scores.append(leave_one_out(own, one, compiled=compiled, seed=seed, cores=cores))
        told(0.5 + 0.5 * (i + 1) / len(sets))
    return _Fit(tree, read_draws(draws, prior, plan=plan), scores)


def _sets(patients: pd.DataFrame) -> list[Set]:
    """Take the sets apart; the patients of a trial are one."""
    if "imputation" not in patients.columns:
        return [_one(patients)]
    labels = patients["imputation"].unique()
    picks = np.linspace(0, labels.size - 1, min(labels.size, MOST_SETS)).round().astype(int)
    return [_one(patients[patients["imputation"] == label]) for label in labels[picks]]


def _one(patients: pd.DataFrame) -> Set:
    time = patients["time"].to_numpy(dtype=float)
    event = patients["event"].to_numpy(dtype=bool)
    return time, event, (patients["arm"] == ARMS[1]).to_numpy().astype(np.int64)


def _table(
    models: dict[str, EffectModel],
    scores: dict[str, list[LeftOut]],
    readings: dict[str, Readings],
    sets: list[Set],
    settings: AnalysisSettings,
    seed: int,
) -> pd.DataFrame:
    rng = np.random.default_rng(np.random.SeedSequence([seed, len(models)]))
    frame = compare_left_out(scores, rng=rng)
    found = {
        kind: _log_evidence(sets, None if kind == "proportional" else model, settings)
        for kind, model in models.items()
    }
    rows = []
    for kind in frame["kind"]:
        table = readings[kind].table
        ratio = table[table["estimand"] == "hazard_ratio"].iloc[0]
        apart = found[kind] - found["proportional"]
        rows.append(
            {
                "model": MODEL_NAMES[kind],
                "log_bayes_factor": float(apart.mean()),
                "sd_log_bayes_factor": float(apart.std(ddof=1)) if apart.size > 1 else 0.0,
                "bayes_factor": math.exp(apart.mean()),
                "hr_median": ratio["median"],
                "hr_lower": ratio["lower"],
                "hr_upper": ratio["upper"],
                "similar_prior": readings[kind].similar.prior,
                "similar_posterior": readings[kind].similar.posterior,
            }
        )
    return pd.concat([frame, pd.DataFrame(rows)], axis=1)


def _log_evidence(
    sets: list[Set], model: EffectModel | None, settings: AnalysisSettings
) -> NDArray[np.float64]:
    """Exact log evidence of each set, shape (set,)."""
    found = []
    for time, event, arm in sets:
        order = np.argsort(arm, kind="stable")
        given = (time[order][np.newaxis], event[order][np.newaxis])
        control = int((arm == 0).sum())
        found.append(log_evidence(*given, n_control=control, model=model, settings=settings)[0])
    return np.array(found)


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
