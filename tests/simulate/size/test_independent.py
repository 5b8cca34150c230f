"""Sizes against a plain numpy simulation that shares nothing with the engine."""

import importlib.util
import math
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from simulate.operating.monitoring import planned_boundaries, planned_events
from simulate.size.vary import vary

SPEC = importlib.util.spec_from_file_location("size_designs", Path(__file__).parent / "designs.py")
DESIGNS = importlib.util.module_from_spec(SPEC)
sys.modules["size_designs"] = DESIGNS
SPEC.loader.exec_module(DESIGNS)

TRIALS, CHUNK = 20_000, 2_000
LOSS = -math.log1p(-DESIGNS.LOSS) / 12


def numbers(case, patients, trials, rng):
    """Entry, arm, and uniform numbers of event and drop-out, (trial, patient)."""
    block = np.array([0] * case.control + [1] * case.rt)
    blocks = np.broadcast_to(block, (trials, -(-patients // block.size), block.size))
    arm = rng.permuted(blocks, axis=2).reshape(trials, -1)[:, :patients]
    entry = rng.exponential(1 / DESIGNS.RATE, (trials, patients)).cumsum(axis=1)
    return entry, arm, rng.random((trials, patients)), rng.random((trials, patients))


def times(case, arm, event_uniform, drop_uniform):
    """Months to event and drop-out by inversion: without effect up to the delay, then with."""
    base = math.log(2) / DESIGNS.MEDIAN
    exposure, early = -np.log(event_uniform), base * case.delay
    ratio = np.where(arm == 1, case.hr, 1.0)
    late = case.delay + (exposure - early) / (base * ratio)
    return np.where(exposure <= early, exposure / base, late), -np.log(drop_uniform) / LOSS


def z_at(count, entry, arm, event, drop):
    """Log-rank z of every trial at the calendar time of its so-many-th event, without ties."""
    seen = event <= drop
    calendar = np.where(seen, entry + event, np.inf)
    cut = np.partition(calendar, count - 1, axis=1)[:, count - 1, np.newaxis]
    followed = np.minimum(np.minimum(event, drop), cut - entry)
    order = np.argsort(np.where(entry <= cut, followed, -1.0), axis=1)
    died, treated, enrolled = (
        np.take_along_axis(values, order, axis=1)
        for values in (calendar <= cut, arm == 1, entry <= cut)
    )
    at_risk = np.arange(arm.shape[1], 0, -1)
    share = np.cumsum(treated[:, ::-1], axis=1)[:, ::-1] / at_risk
    died = died & enrolled
    score = np.sum(died * (share - treated), axis=1)
    return score / np.sqrt(np.sum(died * share * (1 - share), axis=1))


def power(case, design, rng):
    """Share of plain trials that are a success at any look."""
    events = planned_events(design, seed=0)
    bounds = planned_boundaries(design, events).z
    won = []
    for _ in range(TRIALS // CHUNK):
        entry, arm, *uniforms = numbers(case, design.patients, CHUNK, rng)
        both = times(case, arm, *uniforms)
        looks = [z_at(int(count), entry, arm, *both) for count in events]
        won.append(np.any([z >= bound for z, bound in zip(looks, bounds, strict=True)], axis=0))
    return float(np.mean(won))


@pytest.mark.parametrize("case", DESIGNS.CASES[-1:] + DESIGNS.CASES[6:7], ids=lambda c: c.name)
def test_the_plain_trials_are_those_of_the_reference(case, reference):
    """z of three trials from the same numbers, to 1e-9."""
    rng = np.random.default_rng(3)
    entry, arm, event_uniform, drop_uniform = numbers(case, 120, 3, rng)
    ours = z_at(80, entry, arm, *times(case, arm, event_uniform, drop_uniform))
    cuts, hazard = case.hazards()
    truth = SimpleNamespace(
        cuts=cuts, hazard=hazard, cured=(0.0, 0.0), drop_cuts=(), drop_out=[[LOSS], [LOSS]]
    )
    for trial in range(3):
        data = reference.trial_at_events(
            80, truth, entry[trial], arm[trial], np.zeros(120, int), event_uniform[trial],
            drop_uniform[trial],
        )  # fmt: skip
        assert ours[trial] == pytest.approx(reference.log_rank_sums(*data[:3]).z, abs=1e-9)


@pytest.mark.calibration
@pytest.mark.parametrize("case", DESIGNS.CASES, ids=lambda case: case.name)
def test_an_independent_simulation_finds_the_power_at_the_answer(case, search):
    """20,000 plain trials at the rounded size; power within 3 combined standard errors (0.008 at
    90%), those of the trials and of the answer's interval, of what the curve has there: the
    target and what rounding up adds."""
    one = search(case.design(), power=case.power, precision=0.01, seed=5)
    estimate, variation = one.estimate, vary(case.design(), "n")
    size = variation.rounded_up(estimate.size)
    design = variation.at(size)
    share = power(case, design, np.random.default_rng(17))
    low, there, high = estimate.curve.power(np.array([estimate.lower, size, estimate.upper]))[0]
    error = math.hypot(math.sqrt(case.power * (1 - case.power) / TRIALS), (high - low) / 3.92)
    seen = (
        f"{case.name}: size {estimate.size:.1f} ({estimate.lower:.1f} to {estimate.upper:.1f}), "
        f"planned {size:g}, events {[look.events for look in design.looks]}, power {share:.4f} for "
        f"{case.power} (curve {there:.4f}), error {error:.4f}, {(share - there) / error:+.2f} "
        f"errors from the curve, {(share - case.power) / error:+.2f} from the target, "
        f"{one.trials} trials, {'statistic' if one.modelled else 'wins'}"
    )
    print(seen)
    assert 0 <= there - case.power < 0.01, seen
    assert abs(share - there) < 3 * error, seen
    assert abs(share - case.power) < 3 * error + (there - case.power), seen
