"""Sizes against a plain simulation that shares nothing with the engine."""

import importlib.util
import math
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from simulate.operating.monitoring import planned_boundaries, planned_events
from simulate.size.vary import vary

pytestmark = pytest.mark.calibration

SPEC = importlib.util.spec_from_file_location("size_designs", Path(__file__).parent / "designs.py")
DESIGNS = importlib.util.module_from_spec(SPEC)
sys.modules["size_designs"] = DESIGNS
SPEC.loader.exec_module(DESIGNS)

TRIALS = 2_500


def wins(reference, case, patients, bounds, rng):
    """Whether one plain trial is a success at any look."""
    cuts, hazard = case.hazards()
    loss = -math.log1p(-DESIGNS.LOSS) / 12
    truth = SimpleNamespace(
        cuts=cuts, hazard=hazard, cured=(0.0, 0.0), drop_cuts=(), drop_out=[[loss], [loss]]
    )
    block = [0] * case.control + [1] * case.rt
    arm = np.concatenate([rng.permutation(block) for _ in range(-(-patients // len(block)))])
    arm = arm[:patients]
    entry = np.cumsum(rng.exponential(1 / DESIGNS.RATE, patients))
    stratum = np.zeros(patients, int)
    times = reference.patient_times(truth, arm, stratum, rng.random(patients), rng.random(patients))
    for count, bound in bounds:
        calendar = reference.calendar_of_event(int(count), entry, *times)
        seen = reference.cut(calendar, entry, *times, arm, stratum)
        if reference.log_rank_sums(seen.time, seen.event, seen.arm).z >= bound:
            return True
    return False


@pytest.mark.parametrize("case", DESIGNS.CASES, ids=lambda case: case.name)
def test_an_independent_simulation_finds_the_power_at_the_answer(case, search, reference):
    """2,500 plain trials at the rounded size; power within 3 combined standard errors of the
    target (0.019 at 90%), those of the trials and of the answer's interval."""
    found = search(case.design(), power=case.power, precision=0.01, seed=5)
    variation = vary(case.design(), "n")
    size = variation.rounded_up(found.estimate.size)
    design, rng = variation.at(size), np.random.default_rng(17)
    events = planned_events(design, seed=0)
    bounds = list(zip(events, planned_boundaries(design, events).z, strict=True))
    won = [wins(reference, case, design.patients, bounds, rng) for _ in range(TRIALS)]
    share = sum(won) / TRIALS
    one = found.estimate
    limits = one.curve.power(np.array([one.lower, one.upper]))[0]
    error = math.hypot(
        math.sqrt(case.power * (1 - case.power) / TRIALS), (limits[1] - limits[0]) / 3.92
    )
    seen = (
        f"{case.name}: size {one.size:.1f} ({one.lower:.1f} to {one.upper:.1f}), planned {size:g}, "
        f"events {[look.events for look in design.looks]}, power {share:.4f} for {case.power}, "
        f"combined error {error:.4f}, {(share - case.power) / error:+.2f} errors, "
        f"{found.trials} trials, {'statistic' if found.modelled else 'wins'}"
    )
    print(seen)
    assert abs(share - case.power) < 3 * error, seen
