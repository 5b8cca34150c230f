"""Distributions of trials against an independent plain-numpy simulation with its own numbers.

Compared at each look: months, reached looks, patients, events of each arm, mean and variance of
the log-rank z, and power, in combined standard errors. Seeds are fixed.
"""

import math

import numpy as np
import pytest

from simulate.design import Recruitment
from simulate.design.recruitment import Rate
from simulate.engine.fields import FIELDS, SCORE, VARIANCE
from simulate.engine.pack import pack_scenario
from simulate.engine.run import simulate_blocks
from simulate.truth.pack import pack_truth

AT_ONCE = 2_000
CRITICAL = 1.959964
FEW, MANY = 5_000, 100_000
QUICK = [
    "no effect, drop-out",
    "ramp-up",
    "sites",
    "two to one",
    "delayed",
    "six strata, effects differ",
]


def engine_trials(design, trials, seed):
    scenario = pack_scenario(design, design.truths[0], every_test=False)
    blocks = simulate_blocks(scenario, seed=seed, trials=trials)
    return np.concatenate([block.found for block in blocks])


def log_rank(found):
    with np.errstate(invalid="ignore", divide="ignore"):
        return -found[..., SCORE] / np.sqrt(found[..., VARIANCE])


def plain_summaries(plain_trials, design, trials, seed):
    packed, rng = pack_truth(design, design.truths[0]), np.random.default_rng(seed)
    parts = [
        plain_trials.simulate(design, packed, trials=AT_ONCE, rng=rng)
        for _ in range(math.ceil(trials / AT_ONCE))
    ]
    return plain_trials.Summaries(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def quantities(columns):
    """Quantities whose means are compared; the squared distance from the mean gives variances."""
    z = columns["z"]
    spread = (z - np.nanmean(z, axis=0)) ** 2
    return {**columns, "variance of z": spread, "power": (z > CRITICAL).astype(float)}


def differences(first, second):
    """Differences of means in combined standard errors, by quantity, shape (look,)."""
    found = {}
    for name, a in first.items():
        b = second[name].astype(float)
        gap = np.nanmean(a, axis=0) - np.nanmean(b, axis=0)
        counts = [np.isfinite(part).sum(axis=0) for part in (a, b)]
        error = np.sqrt(np.nanvar(a, axis=0) / counts[0] + np.nanvar(b, axis=0) / counts[1])
        same = np.abs(gap) < 1e-9
        found[name] = np.where(same, 0.0, gap / np.where(error > 0, error, 1e-12))
    return found


def compare(plain_trials, design, trials):
    seed = sum(map(ord, design.name))
    found = engine_trials(design, trials, seed)
    plain = plain_summaries(plain_trials, design, trials, seed)
    columns = {name: found[..., FIELDS.index(name)] for name in plain._fields if name != "z"}
    ours = quantities({**columns, "z": log_rank(found)})
    return differences(ours, quantities(plain._asdict()))


@pytest.mark.parametrize("name", QUICK)
def test_few_trials_agree(designs, plain_trials, name):
    """5,000 trials of the engine, 6,000 of plain numpy; within 4 combined standard errors."""
    for quantity, gaps in compare(plain_trials, designs[name], FEW).items():
        assert np.abs(gaps).max() < 4, f"{quantity} differs by {gaps} standard errors"


@pytest.mark.calibration
def test_many_trials_of_every_design_agree(designs, plain_trials):
    """At least 20 designs, 100,000 trials of each simulation.

    Power within 3 combined standard errors. Among all other figures, several hundred, the largest
    of 4 and at most 1 in 100 beyond 3; and as far apart as chance sets them on the whole: root mean
    square 0.85 to 1.15.
    """
    assert len(designs) >= 20
    every = []
    for name, design in designs.items():
        gaps = compare(plain_trials, design, MANY)
        assert np.abs(gaps["power"]).max() < 3, f"{name}: power differs by {gaps['power']}"
        every.append(np.concatenate([*gaps.values()]))
        assert np.abs(every[-1]).max() < 4, f"{name}: {gaps}"
    together = np.concatenate(every)
    together = together[together != 0]
    assert together.size > 200
    assert (np.abs(together) > 3).mean() < 0.01
    assert 0.85 < np.sqrt((together**2).mean()) < 1.15


def null_design(designs):
    """Phase III size: 400 patients over 24 months, 250 events, no effect."""
    plain = designs["no effect, drop-out"]
    monthly = Rate(start=0.0, per_month=400 / 24)
    looks = (plain.looks[0].model_copy(update={"events": 250}),)
    change = {"patients": 400, "recruitment": Recruitment(kind="uniform", rates=(monthly,))}
    return plain.model_copy(update={**change, "looks": looks})


def test_type_one_error_of_few_trials(designs):
    """5,000 trials of 250 events: 2.5% within 4 standard errors of 0.22 points, both sides."""
    z = log_rank(engine_trials(null_design(designs), FEW, 4))
    error = math.sqrt(0.025 * 0.975 / FEW)
    for side in (1, -1):
        assert abs((side * z > CRITICAL).mean() - 0.025) < 4 * error


@pytest.mark.calibration
def test_type_one_error_of_many_trials(designs):
    """200,000 trials of 250 events: 2.5% ± 0.15 points, a standard error being 0.035 points."""
    z = log_rank(engine_trials(null_design(designs), 2 * MANY, 4))
    for side in (1, -1):
        share = (side * z > CRITICAL).mean()
        assert abs(share - 0.025) < 0.0015, f"type I error {share:.5f}"
    assert abs(z.mean()) < 4 * z.std() / math.sqrt(z.size)
    assert z.var() == pytest.approx(1.0, abs=0.02)
