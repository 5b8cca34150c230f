"""The simulator of trials as a whole: against a second one, a nominal level, and itself."""

import math

import numpy as np

from analyses.selftest.check import Check, Finding, Worst
from analyses.selftest.plain_trials import PlainTrial, plain_z
from models.survival.cox import cox
from models.survival.log_rank import log_rank
from simulate.design import TrialDesign, read_design
from simulate.engine.fields import SCORE, VARIANCE
from simulate.engine.pack import pack_scenario
from simulate.engine.run import simulate_block
from simulate.operating.monitoring import planned_boundaries, planned_events
from simulate.operating.simulate import Simulated, simulate_design
from simulate.replay.replay import replay

SEED = 2025
TRIALS, NULL_TRIALS = 20_000, 200_000
LOOKS = (105, 158, 210)
LOSS = -math.log1p(-0.05) / 12
CASES = {
    "proportional": PlainTrial(
        patients=300, per_month=15.0, median=12.0, hazard_ratio=0.7, drop_out=LOSS, events=LOOKS
    ),
    "late": PlainTrial(
        patients=300, per_month=15.0, median=12.0, hazard_ratio=0.6, drop_out=LOSS, events=LOOKS,
        delay=3.0,
    ),
}  # fmt: skip


def _design(trial: PlainTrial) -> TrialDesign:
    """Write the same trial as a design, with O'Brien–Fleming type bounds."""
    effect: dict[str, object] = {"kind": "proportional", "hr": trial.hazard_ratio}
    if trial.delay:
        effect = {"kind": "delayed", "hr": trial.hazard_ratio, "delay": trial.delay}
    loss = {"per_12_months": 0.05}
    truth = {
        "name": "planning",
        "control": {"median": trial.median},
        "effect": effect,
        "drop_out": {"control": loss, "rt": loss},
    }
    return read_design(
        {
            "name": "as in plain numpy",
            "patients": trial.patients,
            "recruitment": {
                "kind": "poisson",
                "rates": [{"start": 0.0, "per_month": trial.per_month}],
            },
            "randomisation": {"kind": "blocks", "block_sizes": [2]},
            "looks": [{"events": events} for events in trial.events],
            "efficacy": {"kind": "obrien_fleming" if len(trial.events) > 1 else "none"},
            "truths": [truth],
        }
    )


def _simulated(design: TrialDesign, *, trials: int, workers: int = 2) -> Simulated:
    events = planned_events(design, seed=SEED)
    truth = design.truths[0]
    return simulate_design(design, truth, events=events, seed=SEED, trials=trials, workers=workers)


def compare_plain() -> Finding:
    """Probability of success by each look, of both simulators."""
    worst = Worst(4.0, "combined standard errors")
    for place, (name, trial) in enumerate(CASES.items()):
        design = _design(trial)
        bounds = planned_boundaries(design, planned_events(design, seed=SEED)).z
        z = plain_z(trial, trials=TRIALS, rng=np.random.default_rng(17 + place))
        plain = np.logical_or.accumulate(z >= bounds, axis=1).mean(axis=0)
        tally = _simulated(design, trials=TRIALS).tallies["log_rank"]
        ours = tally.stopped[1].cumsum() / tally.trials
        for look, (one, other) in enumerate(zip(ours, plain, strict=True), start=1):
            error = math.sqrt((one * (1 - one) + other * (1 - other)) / TRIALS)
            worst.add((one - other) / error, f"{name}, by look {look}: {one:.4f} and {other:.4f}")
    return worst.finding()


def compare_level() -> Finding:
    """Type I error of the log-rank test at 250 events."""
    worst = Worst(0.0015, "difference in probability")
    trial = PlainTrial(
        patients=400, per_month=400 / 24, median=10.93, hazard_ratio=1.0, drop_out=LOSS,
        events=(250,),
    )  # fmt: skip
    tally = _simulated(_design(trial), trials=NULL_TRIALS).tallies["log_rank"]
    worst.absolute(tally.success / tally.trials, 0.025, f"{tally.success / tally.trials:.5f}")
    return worst.finding()


def compare_workers() -> Finding:
    """Results of one and of two workers, and of a longer run's beginning."""
    worst, design = Worst(0.0, "results that differ"), _design(CASES["late"])
    one, two = (_simulated(design, trials=5_000, workers=count) for count in (1, 2))
    for name in ("stopped", "total", "squares", "error", "won_estimate"):
        ours, theirs = (getattr(found.tallies["log_rank"], name) for found in (one, two))
        worst.add((ours != theirs).astype(float), f"{name}, one and two workers")
    scenario = pack_scenario(design, design.truths[0])
    long, short = (
        simulate_block(scenario, seed=SEED, first=first, trials=trials).found
        for first, trials in ((0, 200), (120, 5))
    )
    same = (long[120:125] == short) | (np.isnan(long[120:125]) & np.isnan(short))
    worst.add((~same).astype(float), "replicates 120 to 124 alone")
    return worst.finding()


def compare_replayed() -> Finding:
    """Log-rank z and Cox estimate of each look from the patients themselves, by the models."""
    worst, design = Worst(1e-6, "difference"), _design(CASES["proportional"])
    scenario = pack_scenario(design, design.truths[0])
    for replicate in range(12):
        block = simulate_block(scenario, seed=SEED, first=replicate, trials=1).found[0]
        found = replay(design, design.truths[0], seed=SEED, replicate=replicate)
        for here, look in zip(block, found.looks, strict=False):
            columns = look.data["time"], look.data["event"], look.data["arm"].cat.codes
            z = -here[SCORE] / math.sqrt(here[VARIANCE])
            where = f"replicate {replicate} at month {look.month:.1f}"
            worst.absolute(z, log_rank(*columns).z, f"z of {where}")
            fit = cox(*columns, ties="efron")
            worst.absolute(look.log_hr, fit.log_hr, f"log HR of {where}")
    return worst.finding()


CHECKS = (
    Check(
        name="operating characteristics",
        requirement="simulate.characteristics",
        grade="independent implementation",
        claim="Success by each look is that of 20,000 trials of a second simulator in numpy.",
        source="analyses/selftest/plain_trials.py",
        subject="simulate.operating.simulate.simulate_design",
        compare=compare_plain,
        seconds=25.0,
    ),
    Check(
        name="level of the log-rank test",
        requirement="simulate.level",
        grade="simulation",
        claim="At 250 events 2.5% of 200,000 trials without effect succeed, within 0.15 points.",
        source="the nominal level; Monte Carlo error 0.035 points",
        subject="simulate.operating.simulate.simulate_design",
        compare=compare_level,
        seconds=8.0,
    ),
    Check(
        name="the same for any number of workers",
        requirement="simulate.reproducible",
        grade="regression",
        claim="One worker, two, and a replicate alone give the same bits.",
        source="the simulator itself",
        subject="simulate.engine.run.simulate_block",
        compare=compare_workers,
        seconds=3.0,
    ),
    Check(
        name="replayed trials",
        requirement="simulate.replay",
        grade="independent implementation",
        claim="The patients of a replayed trial give its z and estimate by the models' code.",
        source="models.survival",
        subject="simulate.engine.run.simulate_block",
        compare=compare_replayed,
        seconds=3.0,
    ),
)
