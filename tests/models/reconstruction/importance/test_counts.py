"""Counts before a printed median against enumeration, and drawn data sets against the model."""

from itertools import permutations, product

import numpy as np
import pytest

from models.compiled import kernel
from models.reconstruction.importance.arms import keep_arm
from models.reconstruction.importance.counts import (
    JOINT,
    TABLES,
    crossing_possible,
    draw_split,
    sum_counts,
)
from models.reconstruction.importance.pinned import (
    AFTER,
    BEFORE,
    EVENT,
    MASS,
    PINNED,
    WHOLE,
    set_hazards,
)
from models.reconstruction.importance.pins import pin
from models.survival.kaplan_meier import kaplan_meier, median_time

HAZARD = np.array([0.05, 0.08, 0.03])


@kernel
def draw_sets(arm, pinned, problems, tables, kept, times, events, rng):
    for i in range(kept.size):
        kept[i] = keep_arm(arm, times[i], events[i], pinned[0], problems[0], tables, rng)


def pinned_at(problems, *, seed):
    pinned = np.zeros(1, PINNED)
    set_hazards(-0.3, HAZARD, pinned[0], problems[0])
    pin(pinned[0], problems[0], np.random.default_rng(seed))
    return pinned


@pytest.mark.parametrize("size", [5, 6])
def test_crossing_is_possible_exactly_when_some_order_crosses(wide_problem, size):
    problem = wide_problem("bounds", symmetric=0.0)[0]
    for events in range(size):
        for others in range(size - events):
            crosses = False
            for order in set(permutations([1] * events + [0] * others)):
                status = [*order, 1] + [0] * (size - events - others - 1)
                curve = kaplan_meier(np.arange(1.0, size + 1), status)
                crosses |= median_time(curve) == events + others + 1
            assert crossing_possible(0, events, others, size, problem) == crosses


@pytest.mark.parametrize("kind", ["follow-up", "bounds", "bounds and follow-up"])
@pytest.mark.parametrize("arm", [0, 1])
def test_mass_sums_over_patients(wide_problem, kind, arm):
    """Each free patient of the arm: before or after the median, with an event or without."""
    problems = wide_problem(kind, symmetric=0.5)
    problem = problems[0]
    for seed in range(4):
        pinned = pinned_at(problems, seed=seed)
        tables = np.zeros((TABLES, 7, 7))
        found = sum_counts(arm, pinned[0], problem, tables)

        row, size = pinned[0], (5, 6)[arm]
        cell = row["cell"][arm]
        before = cell[BEFORE, MASS] / (cell[BEFORE, MASS] + cell[AFTER, MASS])
        kinds = {
            WHOLE: [(1.0, bool(row["whole_first"][arm]), WHOLE)],
            BEFORE: [(before, True, BEFORE), (1.0 - before, False, AFTER)],
        }
        patients = [WHOLE] * row["whole"][arm] + [BEFORE] * row["parted"][arm]
        options = [
            [
                (share * (cell[place, EVENT] if event else 1 - cell[place, EVENT]), first, event)
                for share, first, place in kinds[patient]
                for event in (0, 1)
            ]
            for patient in patients
        ]
        roles = [role for role in range(6) if row["arm"][role] == arm]
        limit = row["time"][arm] if problem["used"][arm] else np.inf
        held = [(role, row["event"][role], row["time"][role] < limit) for role in roles]
        total = 0.0
        for choice in product(*options):
            events = sum(e for _, first, e in choice if first)
            events += sum(e for role, e, first in held if first and role != arm)
            count = sum(first for _, first, _ in choice)
            count += sum(bool(first) for role, _, first in held if role != arm)
            all_events = sum(e for _, _, e in choice) + sum(e for _, e, _ in held)
            possible = crossing_possible(arm, int(events), int(count - events), size, problem)
            if possible and problem["events_low"][arm] <= all_events <= problem["events_high"][arm]:
                total += np.prod([weight for weight, _, _ in choice])
        assert np.exp(found) == pytest.approx(total, rel=1e-9)
        assert tables[JOINT, row["parted"][arm], -1] == pytest.approx(total, rel=1e-9)


@pytest.mark.parametrize("kind", ["follow-up", "bounds", "bounds and follow-up"])
def test_kept_data_sets_hold_median_and_bounds(wide_problem, kind):
    problems = wide_problem(kind, symmetric=0.5)
    problem = problems[0]
    for arm, size in ((0, 5), (1, 6)):
        pinned = pinned_at(problems, seed=1)
        tables = np.zeros((TABLES, 7, 7))
        sum_counts(arm, pinned[0], problem, tables)
        kept, times, events = np.empty(200, bool), np.empty((200, 7)), np.empty((200, 7))
        draw_sets(arm, pinned, problems, tables, kept, times, events, np.random.default_rng(2))
        assert kept.sum() > 40
        expected = pinned[0]["time"][arm] if problem["used"][arm] else np.inf
        for time, event in zip(times[kept, :size], events[kept, :size], strict=True):
            assert (np.diff(time) > 0).all()
            if problem["used"][arm] or problem["unreached"][arm]:
                assert median_time(kaplan_meier(time, event > 0)) == expected
            assert problem["events_low"][arm] <= event.sum() <= problem["events_high"][arm]


def test_split_of_a_sum_has_the_first_count_given_the_sum():
    # 4 and 3 patients with 5 events: shares of 2, 3, 4 in the first group over 5,000 draws,
    # within 4 standard errors.
    first, second = np.array([0.1, 0.2, 0.3, 0.3, 0.1]), np.array([0.4, 0.3, 0.2, 0.1])
    rng = np.random.default_rng(5)
    drawn = np.array([draw_split(5, first, 4, second, 3, rng) for _ in range(5_000)])
    weight = np.array([first[i] * second[5 - i] for i in (2, 3, 4)])
    share = weight / weight.sum()
    found = np.array([(drawn == i).mean() for i in (2, 3, 4)])
    assert (abs(found - share) < 4 * (share * (1 - share) / drawn.size) ** 0.5).all()
