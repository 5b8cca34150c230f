"""Long comparisons: calibration on simulated trials, and sweeps that are killed."""

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from analyses.calibrate.data_swap import RankedQuantity
from analyses.calibrate.effect_over_time import EffectPlan, calibrate_effect
from analyses.calibrate.illness_death import (
    IllnessDeathPlan,
    calibrate_illness_death,
)
from analyses.calibrate.plan import plan_calibration, trial_numbers
from analyses.calibrate.run import run_trials
from analyses.calibrate.verdict import collect_ranks, judge_ranks
from analyses.selftest.check import Check, Finding, Worst
from models.illness_death.priors import IllnessDeathPriors
from models.record import load_record
from models.settings import AnalysisSettings, load_settings
from models.time_varying.priors import DelayedEffect, RandomWalkEffect

STUDY = Path(__file__).parents[2] / "sohaib2025"
PATIENT_TRIALS, MODEL_TRIALS, KILLS = 40, 100, 12
RAREST = 0.002


def compare_patients() -> Finding:
    """Ranks of truths among draws of the patient sampler, reference analysis."""
    worst = Worst(0.0, "quantities whose ranks are not uniform")
    settings = load_settings(STUDY / "reference.toml")
    plan = plan_calibration(load_record(STUDY / "published.toml"), settings, seed=2025)
    with tempfile.TemporaryDirectory() as folder:
        ranked = run_trials(
            plan,
            trial_numbers(trials=PATIENT_TRIALS, kinds=("os", "pfs")),
            path=Path(folder) / "trials.jsonl",
        )
    worst.add([float(bool(trial.failure)) for trial in ranked], "a trial whose chains did not mix")
    for verdict in judge_ranks(collect_ranks(ranked), draws=plan.draws):
        if verdict.gated:
            worst.add(float(not verdict.passed), f"{verdict.kind}, {verdict.quantity}")
    return worst.finding()


def _uniform(
    quantities: Iterable[RankedQuantity], failed: tuple[int, ...], worst: Worst
) -> Finding:
    """Smallest p-value of uniformity, as the limit over it."""
    for one in quantities:
        worst.add(RAREST / np.maximum([one.chi_square_p, one.ecdf_p], 1e-300), one.name)
    worst.add(float(len(failed) > 0.05 * MODEL_TRIALS) * 2, "chains that did not mix")
    return worst.finding()


def compare_effects() -> Finding:
    """Ranks of truths of two models of a changing effect."""
    worst = Worst(1.0, f"({RAREST} over the smallest p-value)")
    finding = worst.finding()
    for model in (RandomWalkEffect(), DelayedEffect()):
        plan = EffectPlan(model=model, settings=AnalysisSettings(name="default"))
        found = calibrate_effect(plan, trials=range(MODEL_TRIALS))
        finding = _uniform(found.quantities, found.failed, worst)
    return finding


def compare_illness_death() -> Finding:
    """Ranks of truths of the illness–death model, forward clock."""
    plan = IllnessDeathPlan(priors=IllnessDeathPriors())
    found = calibrate_illness_death(plan, trials=range(MODEL_TRIALS))
    worst = Worst(1.0, f"({RAREST} over the smallest p-value)")
    return _uniform(found.quantities, found.failed, worst)


def compare_faults() -> Finding:
    """Cells and results of a sweep after kills, interrupts, damage and limits, to the byte."""
    from analyses.selftest.faults import arrange

    worst = Worst(0.0, "faults after which something differed or was not told")
    parts = ("killed", "interrupted", "damaged", "limited", "together")
    for event in arrange(kills=KILLS, trials=4000, only=parts)["events"]:
        wrong = not event["identical"] or not event.get("told", True)
        worst.add(float(wrong), str(event["fault"]))
    return worst.finding()


def _long(
    name: str, requirement: str, claim: str, subject: str, compare: Callable[[], Finding],
    seconds: float,
) -> Check:  # fmt: skip
    return Check(
        name=name,
        requirement=requirement,
        grade="simulation",
        claim=claim,
        source="trials drawn from the prior",
        subject=subject,
        compare=compare,
        full=True,
        seconds=seconds,
    )


CHECKS = (
    _long(
        "calibration of the patient sampler",
        "reanalysis.calibration",
        "Ranks of the truth of 40 simulated and published trials are uniform.",
        "analyses.calibrate.run.rank_trial",
        compare_patients,
        480.0,
    ),
    _long(
        "calibration of changing effects",
        "models.effect_over_time",
        "Ranks of the truth of 100 trials are uniform under a random walk and a delay.",
        "models.time_varying.fit.fit_time_varying",
        compare_effects,
        240.0,
    ),
    _long(
        "calibration of the illness–death model",
        "models.illness_death",
        "Ranks of the truth of 100 trials are uniform.",
        "models.illness_death.fit.fit_illness_death",
        compare_illness_death,
        200.0,
    ),
    Check(
        name="sweeps that are killed",
        requirement="sweeps.faults",
        grade="regression",
        claim="After kills, interrupts, damaged files and full quotas a sweep comes to the same "
        "bytes.",
        source="an undisturbed run of the same sweep",
        subject="analyses.selftest.fault_bench.fingerprint",
        compare=compare_faults,
        full=True,
        seconds=300.0,
    ),
)
