"""Wall times of a refit by data swap: every model, 4 chains of 1,000 draws without divergences.

Run by `make bench`. Trials of the published size are drawn from each model's own prior; the model
is compiled once, and each trial is a swap of data. Median and range over all trials, those that had
to be run again, longer, among them, on two cores; and the median on one.
"""

import statistics
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import xarray as xr

from analyses.calibrate import effect_over_time, illness_death
from models.illness_death.fit import compile_illness_death, fit_illness_death
from models.illness_death.priors import IllnessDeathPriors
from models.patients.covariates import encode_covariates
from models.patients.fit import compile_adjusted, fit_adjusted
from models.patients.table import patient_table
from models.regression import compile_proportional_hazards, fit_imputations
from models.settings import AnalysisSettings
from models.time_varying.fit import compile_time_varying, fit_time_varying
from models.time_varying.priors import EVERY_MODEL, RandomWalkEffect

SETS, SEED = 10, 5
SETTINGS = AnalysisSettings(name="default")


def report(name: str, fit: Callable[[int, int], xr.DataTree], limit: float) -> None:
    """Time one refit a set, and print median and range against the limit."""
    fit(0, 2)
    times: dict[int, list[float]] = {2: [], 1: []}
    again, divergences = 0, 0
    for cores, spent in times.items():
        for number in range(SETS):
            began = time.perf_counter()
            tree = fit(number, cores)
            spent.append(time.perf_counter() - began)
            divergences += int(tree["sample_stats"]["diverging"].sum())
            again += int(tree["convergence"]["attempts"].max() > 1)
    print(
        f"{name:<36}{statistics.median(times[2]):>6.2f} s ({min(times[2]):.2f} to "
        f"{max(times[2]):.2f}), limit {limit:g} s; one core {statistics.median(times[1]):.2f} s; "
        f"{divergences} divergences, {again // 2} of {SETS} run again",
        flush=True,
    )


def proportional() -> None:
    """Time the model of proportional hazards."""
    plan = effect_over_time.EffectPlan(model=RandomWalkEffect(ratio=1 + 1e-9), settings=SETTINGS)
    tables = effect_over_time._trials(plan, range(SETS))[1]
    compiled = compile_proportional_hazards(
        tables,
        baseline=SETTINGS.baseline,
        placement=SETTINGS.placement,
        log_hr=SETTINGS.log_hr,
    )
    report(
        "proportional hazards",
        lambda i, cores: fit_imputations(
            tables.isel(imputation=[i]), compiled=compiled, seed=SEED, draws=1000, cores=cores
        ),
        0.5,
    )


def changing() -> None:
    """Time the models of a changing effect."""
    for model in EVERY_MODEL:
        plan = effect_over_time.EffectPlan(model=model, settings=SETTINGS)
        tables = effect_over_time._trials(plan, range(SETS))[1]
        compiled = compile_time_varying(model, settings=SETTINGS)
        report(
            model.kind.replace("_", " "),
            lambda i, cores, tables=tables, compiled=compiled: fit_time_varying(
                tables.isel(imputation=[i]), compiled=compiled, seed=SEED, cores=cores
            ),
            2.0,
        )


def progression_and_death() -> None:
    """Time the illness-death model on both clocks."""
    for clock in ("forward", "reset"):
        plan = illness_death.IllnessDeathPlan(priors=IllnessDeathPriors(clock=clock))
        tables = illness_death._table(plan, range(SETS))[1]
        compiled = compile_illness_death(tables, priors=plan.priors)
        report(
            f"illness-death, clock {clock}",
            lambda i, cores, tables=tables, compiled=compiled: fit_illness_death(
                tables.isel(imputation=[i]), compiled=compiled, seed=SEED, cores=cores
            ),
            2.0,
        )


def adjusted() -> None:
    """Time the model with covariates on simulated patients: no limit, reported."""
    for n in (75, 300, 1000):
        rng = np.random.default_rng(SEED)
        age = rng.normal(60, 8, n)
        stage = rng.choice(["III", "IV"], n)
        death = rng.exponential(12 * np.exp(-0.03 * (age - 60)), n)
        seen = rng.uniform(8, 36, n)
        patients = pd.DataFrame(
            {
                "time": np.minimum(death, seen),
                "event": death <= seen,
                "arm": pd.Categorical(np.where(np.arange(n) % 2, "rt", "control")),
                "age": age,
                "stage": stage,
            }
        )
        covariates = encode_covariates(patients, effects=("age",), strata=("stage",))
        table = patient_table(patients, covariates, cuts=SETTINGS.cuts)
        compiled = compile_adjusted(
            table,
            covariates,
            baseline=SETTINGS.baseline,
            placement=SETTINGS.placement,
            log_hr=SETTINGS.log_hr,
        )
        times = []
        for seed in range(4):
            began = time.perf_counter()
            fit = fit_adjusted(compiled, covariates, cuts=SETTINGS.cuts, seed=seed, cores=2)
            times.append(time.perf_counter() - began)
        print(
            f"{f'covariate and stratum, {n} patients':<36}{statistics.median(times[1:]):>7.2f} s, "
            f"reported; {int(fit.tree['sample_stats']['diverging'].sum())} divergences",
            flush=True,
        )


def main() -> None:
    """Run all benchmarks."""
    proportional()
    changing()
    progression_and_death()
    adjusted()


if __name__ == "__main__":
    main()
