"""The sum over allocations against one over labelled patients."""

from itertools import product

import numpy as np
import pytest

from models.reconstruction.importance.pinned import PINNED, pin_density, set_cell, set_hazards
from models.reconstruction.importance.pins import log_holders, pin
from models.reconstruction.problem import LONGEST, MIDDLE, SHORTEST

HAZARD = np.array([0.05, 0.08, 0.03])


def test_weight_sums_over_labelled_patients(wide_problem):
    """Each of the 11 patients holds a role or lies below or above the median: sum over all."""
    problems = wide_problem("follow-up", symmetric=0.5)
    problem, pinned = problems[0], np.zeros(1, PINNED)
    set_hazards(-0.4, HAZARD, pinned[0], problem)
    found = pin(pinned[0], problem, np.random.default_rng(4))

    times = pinned[0]["time"]
    masses = np.empty((2, 2))
    for arm in range(2):
        masses[arm, 0] = set_cell(arm, 0, times[SHORTEST], times[MIDDLE], pinned[0], problem)
        masses[arm, 1] = set_cell(arm, 1, times[MIDDLE], times[LONGEST], pinned[0], problem)
    arm_of = [0] * 5 + [1] * 6
    total = 0.0
    for low, middle, high in product(range(1, 10), repeat=3):
        # Patients 0 and 10 hold the medians of their arms: 5 × 6 ways in all.
        if len({low, middle, high}) < 3:
            continue
        weight = pin_density(0, times[0], False, pinned[0], problem)[0]
        weight *= pin_density(1, times[1], False, pinned[0], problem)[0]
        for role, holder in ((SHORTEST, low), (MIDDLE, middle), (LONGEST, high)):
            weight *= pin_density(arm_of[holder], times[role], True, pinned[0], problem)[0]
        free = [arm_of[i] for i in range(1, 10) if i not in (low, middle, high)]
        for side in product((0, 1), repeat=6):
            # Five lie below the median: the minimum, the control's median, three free patients.
            if side.count(0) == 3:
                total += weight * np.prod(
                    [masses[arm, s] for arm, s in zip(free, side, strict=True)]
                )
    widths = np.prod(
        [np.ptp(problem["windows"][role]) for role in (0, 1, SHORTEST, MIDDLE, LONGEST)]
    )
    assert found == pytest.approx(np.log(30 * total * widths), rel=1e-9)


def test_roles_that_are_not_printed_are_counted_once(wide_problem):
    problems = wide_problem("bounds", symmetric=0.0)
    pinned = np.zeros(1, PINNED)
    set_hazards(0.0, HAZARD, pinned[0], problems[0])
    pin(pinned[0], problems[0], np.random.default_rng(1))
    values = [log_holders(code, pinned[0], problems[0]) for code in range(8)]
    assert np.isfinite(values[0])
    assert np.isneginf(values[1:]).all()
