"""The sum over allocations against one over labelled patients, and truncated counts."""

from itertools import product
from math import comb

import numpy as np
import pytest

from models.compiled import kernel
from models.reconstruction.importance.arms import draw_arm
from models.reconstruction.importance.pinned import PINNED, pin_density, set_hazards, set_segment
from models.reconstruction.importance.pins import count_events, log_holders, pin
from models.reconstruction.problem import LONGEST, MIDDLE, SHORTEST

HAZARD = np.array([0.05, 0.08, 0.03])


@kernel
def draw_counts(arm, pinned, problems, counts, times, events, rng):
    for i in range(counts.size):
        size = draw_arm(arm, times, events, pinned[0], problems[0], rng)
        counts[i] = events[:size].sum()


def test_weight_sums_over_labelled_patients(wide_problem):
    """Each of the 11 patients holds a role or lies below or above the median: sum over all."""
    problems = wide_problem("follow-up", symmetric=0.5)
    problem, pinned = problems[0], np.zeros(1, PINNED)
    set_hazards(-0.4, HAZARD, pinned[0], problem)
    found = pin(pinned[0], problem, np.random.default_rng(4))

    times = pinned[0]["time"]
    masses = np.empty((2, 2))
    for arm in range(2):
        masses[arm, 0] = set_segment(arm, 0, times[SHORTEST], times[MIDDLE], pinned[0], problem)
        masses[arm, 1] = set_segment(arm, 1, times[MIDDLE], times[LONGEST], pinned[0], problem)
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


def test_counts_are_binomial_within_their_bounds(wide_problem):
    # 20,000 counts: each share within 4 standard errors.
    problems = wide_problem("bounds", symmetric=0.0)
    problem, pinned = problems[0], np.zeros(1, PINNED)
    set_hazards(0.0, HAZARD, pinned[0], problem)
    pin(pinned[0], problem, np.random.default_rng(1))
    mass = set_segment(1, 0, 0.0, 36.0, pinned[0], problem)
    log_mass = count_events(1, 36.0, mass, pinned[0], problem)

    times, events, counts = np.empty(7), np.empty(7), np.empty(20_000)
    problem["events_low"], problem["events_high"] = (0, 0), (5, 6)
    count_events(1, 36.0, mass, pinned[0], problem)
    draw_counts(1, pinned, problems, counts, times, events, np.random.default_rng(3))
    share = (counts.mean() - 1) / 5
    expected = sum(comb(5, k) * share**k * (1 - share) ** (5 - k) for k in (2, 3, 4))
    assert np.exp(log_mass) == pytest.approx(expected, abs=0.01)

    problem["events_low"], problem["events_high"] = (4, 3), (5, 5)
    count_events(1, 36.0, mass, pinned[0], problem)
    draw_counts(1, pinned, problems, counts, times, events, np.random.default_rng(3))
    for k in (2, 3, 4):
        wanted = comb(5, k) * share**k * (1 - share) ** (5 - k) / expected
        error = (wanted * (1 - wanted) / counts.size) ** 0.5
        assert abs((counts == k + 1).mean() - wanted) < 4 * error + 0.01
    assert set(counts) <= {3, 4, 5}
