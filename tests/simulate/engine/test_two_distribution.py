"""Distributions of trials of two endpoints against a numpy simulation with its own numbers.

It shares nothing with the engine, not even the packing of the truth: every scan of every patient is
drawn, later lives are drawn afresh at each event, and looks sort everything. Compared at each look
and endpoint: months, patients, events by arm, mean and variance of z, and power.
"""

import math

import numpy as np
import pytest

from simulate.design import read_design
from simulate.engine.fields import FIELDS, SCORE, VARIANCE
from simulate.engine.pack import pack_scenario
from simulate.engine.run import simulate_blocks

FEW, MANY, AT_ONCE = 4_000, 100_000, 1_000
CRITICAL = 1.959964
PATIENTS, PER_MONTH = 200, 12.5
PROGRESSION, WITHOUT = (0.075, 0.05), (0.01, 0.012)
AFTER, AFTER_CUT = ((0.12, 0.06), (0.08, 0.06)), 4.0
LOST, LOST_LATER = (0.004, 0.008), (0.02, 0.01)
SWITCH, SWITCH_DELAY, SWITCH_HR = 0.4, 0.7, 0.6
EVERY, THEN_EVERY, SCHEDULE_CUT, LONGEST = 1.5, 3.0, 9.0, 90.0
DELAY = 0.5
LOOKS = (("pfs", 110), ("os", 90), ("pfs", 150), ("os", 120))


def ratio(rates):
    return {"kind": "proportional", "hr": rates[1] / rates[0]}


def design(window):
    return read_design(
        {
            "name": "two",
            "patients": PATIENTS,
            "recruitment": {"kind": "uniform", "rates": [{"start": 0, "per_month": PER_MONTH}]},
            "randomisation": {"kind": "blocks", "block_sizes": [4]},
            "scans": {
                "schedule": [
                    {"start": 0, "every": EVERY},
                    {"start": SCHEDULE_CUT, "every": THEN_EVERY},
                ],
                "window": window,
            },
            "data_cut_delay": DELAY,
            "endpoints": [{"name": name, "efficacy": {"kind": "pocock"}} for name in ("pfs", "os")],
            "multiplicity": {"kind": "co_primary"},
            "looks": [{"endpoint": name, "events": events} for name, events in LOOKS],
            "truths": [
                {
                    "kind": "illness_death",
                    "name": "truth",
                    "progression": {
                        "control": {"rates": [PROGRESSION[0]]},
                        "effect": ratio(PROGRESSION),
                    },
                    "death_without_progression": {
                        "control": {"rates": [WITHOUT[0]]},
                        "effect": ratio(WITHOUT),
                    },
                    "death_after_progression": {
                        "control": {"cuts": [AFTER_CUT], "rates": list(AFTER[0])},
                        "effect": {
                            "kind": "piecewise",
                            "cuts": [AFTER_CUT],
                            "hr": [b / a for a, b in zip(*AFTER, strict=True)],
                        },
                        "clock": "reset",
                    },
                    "drop_out": {
                        arm: {"rates": [rate]}
                        for arm, rate in zip(("control", "rt"), LOST, strict=True)
                    },
                    "drop_out_after_progression": {
                        arm: {"rates": [rate]}
                        for arm, rate in zip(("control", "rt"), LOST_LATER, strict=True)
                    },
                    "switching": {"probability": SWITCH, "delay": SWITCH_DELAY, "hr": SWITCH_HR},
                }
            ],
        }
    )


def by_arm(values, arm):
    return np.array(values)[arm]


def draw_patients(trials, window, rng):
    """Entry, arm, end and status of both endpoints, each (trial, patient)."""
    shape = (trials, PATIENTS)
    entry = np.sort(rng.random(shape), axis=1) * PATIENTS / PER_MONTH
    blocks = np.argsort(rng.random((trials, PATIENTS // 4, 4)), axis=2) % 2
    arm = blocks.reshape(shape)
    progression = rng.exponential(1 / by_arm(PROGRESSION, arm))
    death = rng.exponential(1 / by_arm(WITHOUT, arm))
    progressed = progression < death
    progression = np.where(progressed, progression, np.inf)
    after = np.where(progressed, progression, 0.0)
    death = np.where(progressed, after + lifetime(np.zeros(shape), arm, 1.0, rng), death)
    seen = first_scan(progression, window, rng)
    seen = np.where(seen <= death, seen, np.inf)
    switch = np.where((arm == 0) & (rng.random(shape) < SWITCH), seen + SWITCH_DELAY, np.inf)
    since = np.where(switch < death, switch - after, 0.0)
    death = np.where(switch < death, after + lifetime(since, arm, SWITCH_HR, rng), death)
    until = rng.exponential(1 / by_arm(LOST, arm))
    until = np.where(seen < until, seen + rng.exponential(1 / by_arm(LOST_LATER, arm)), until)
    event = np.minimum(seen, death)
    ends = {"pfs": event, "os": death}
    return entry, arm, {name: (np.minimum(end, until), end < until) for name, end in ends.items()}


def lifetime(since, arm, hr, rng):
    """Month of death on the clock of progression, of patients alive at a month on it."""
    early, late = (by_arm([rates[k] for rates in AFTER], arm) * hr for k in (0, 1))
    first = since + rng.exponential(size=since.shape) / early
    second = np.maximum(since, AFTER_CUT) + rng.exponential(size=since.shape) / late
    return np.where(first <= AFTER_CUT, first, second)


def first_scan(progression, window, rng):
    """Month of the first of a patient's scans that is not before progression."""
    dates = np.concatenate(
        [np.arange(EVERY, SCHEDULE_CUT, EVERY), np.arange(SCHEDULE_CUT, LONGEST, THEN_EVERY)]
    )
    seen = np.full(progression.shape, np.inf)
    for date in dates[::-1]:
        month = date + window * rng.uniform(-1.0, 1.0, progression.shape)
        seen = np.where(month >= progression, month, seen)
    return seen


def log_rank(time, event, arm, here):
    """Z of each trial, tied times taken together; those not here have no part."""
    order = np.lexsort((~event, time, ~here), axis=1)
    time, event, arm, here = (
        np.take_along_axis(part, order, axis=1) for part in (time, event, arm, here)
    )
    place = np.broadcast_to(np.arange(time.shape[1]), time.shape)
    new = np.diff(time, axis=1, prepend=-1.0) != 0
    start = np.maximum.accumulate(np.where(new, place, 0), axis=1)
    left = here.sum(axis=1)[:, np.newaxis] - start
    rt = here & (arm == 1)
    rt_before = np.cumsum(rt, axis=1) - rt
    rt_left = rt.sum(axis=1)[:, np.newaxis] - np.take_along_axis(rt_before, start, axis=1)
    died = event & here
    upto = np.cumsum(died, axis=1)
    following = np.append(new[:, 1:], np.ones((len(new), 1), bool), axis=1)
    last = np.where(following, place, time.shape[1])
    last = np.minimum.accumulate(last[:, ::-1], axis=1)[:, ::-1]
    tied = np.take_along_axis(upto, last, axis=1) - np.take_along_axis(upto - died, start, axis=1)
    share = rt_left / np.maximum(left, 1)
    spread = share * (1 - share) * (left - tied) / np.maximum(left - 1, 1)
    score, variance = (died * (arm - share)).sum(axis=1), (died * spread).sum(axis=1)
    return -score / np.sqrt(variance)


def summaries(trials, window, rng):
    """Quantities by name, each (trial, endpoint, look)."""
    entry, arm, ends = draw_patients(trials, window, rng)
    rows, before = [], np.zeros(trials)
    for name, number in LOOKS:
        months, status = ends[name]
        due = np.sort(np.where(status, entry + months, np.inf), axis=1)[:, number - 1]
        before = np.maximum(due + DELAY, before)
        rows.append([look_at(before, entry, arm, *ends[end]) for end in ("pfs", "os")])
    names = ("month", "patients", "events_control", "events_rt", "z")
    stacked = np.moveaxis(np.array(rows), (0, 1, 2, 3), (2, 1, 0, 3))
    return {name: stacked[..., place] for place, name in enumerate(names)}


def look_at(month, entry, arm, months, status):
    at = month[:, np.newaxis]
    here, event = entry <= at, status & (entry + months <= at)
    time = np.where(entry + months <= at, months, at - entry)
    counts = [(event & (arm == side)).sum(axis=1) for side in (0, 1)]
    return np.array([month, here.sum(axis=1), *counts, log_rank(time, event, arm, here)]).T


def plain(trials, window, seed):
    rng = np.random.default_rng(seed)
    parts = [summaries(AT_ONCE, window, rng) for _ in range(math.ceil(trials / AT_ONCE))]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def ours(trials, window, seed):
    one = design(window)
    scenario = pack_scenario(one, one.truths[0], every_test=False)
    blocks = simulate_blocks(scenario, seed=seed, trials=trials)
    found = np.concatenate([block.endpoints for block in blocks])
    assert found[..., FIELDS.index("reached")].all()
    names = ("month", "patients", "events_control", "events_rt")
    return {name: found[..., FIELDS.index(name)] for name in names} | {
        "z": -found[..., SCORE] / np.sqrt(found[..., VARIANCE])
    }


def with_more(columns):
    z = columns["z"]
    return columns | {
        "variance of z": (z - z.mean(axis=0)) ** 2,
        "power": (z > CRITICAL).astype(float),
        "both significant": (z > CRITICAL).all(axis=1, keepdims=True).astype(float),
    }


def gaps(first, second):
    """Differences of means in combined standard errors, by quantity, shape (endpoint, look)."""
    found = {}
    for name, a in with_more(first).items():
        b = with_more(second)[name]
        error = np.sqrt(a.var(axis=0) / len(a) + b.var(axis=0) / len(b))
        gap = a.mean(axis=0) - b.mean(axis=0)
        found[name] = np.where(np.abs(gap) < 1e-9, 0.0, gap / np.maximum(error, 1e-12))
    return found


@pytest.mark.parametrize("window", [0.0, 0.3])
def test_few_trials_agree(window):
    """4,000 trials of each; within 4 combined standard errors. Power is neither 0 nor 1."""
    first, second = ours(FEW, window, 5), plain(FEW, window, 6)
    power = (second["z"] > CRITICAL).mean(axis=0)
    assert power.min() > 0.05
    assert power.max() < 0.95
    for name, gap in gaps(first, second).items():
        assert np.abs(gap).max() < 4, f"{name} differs by {gap} standard errors"


@pytest.mark.calibration
@pytest.mark.parametrize("window", [0.0, 0.3])
def test_many_trials_agree(window):
    """100,000 trials of each; power within 3 combined standard errors, all else within 4."""
    first, second = ours(MANY, window, 5), plain(MANY, window, 6)
    for name, gap in gaps(first, second).items():
        means = [side[name].mean(axis=0).round(4) for side in map(with_more, (first, second))]
        print(window, name, *means, gap.round(2))
        limit = 3 if name in ("power", "both significant") else 4
        assert np.abs(gap).max() < limit, f"{name}: {means} differ by {gap} standard errors"
