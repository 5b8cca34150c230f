"""How many patients and events lie before a printed median, summed in closed form (compiled).

Kaplan–Meier can cross one half at the pinned patient only if the number of events and of others
before is right. The masses of the counts for which it can, and of event counts within their
bounds, are summed and kept as weight; data sets are then drawn from these counts alone, so that
even under parameters far from the printed median most of them cross where they should.
"""

import math

import numpy as np

from models.compiled import kernel
from models.reconstruction.importance.pinned import AFTER, BEFORE, EVENT, MASS, WHOLE, Pinned
from models.reconstruction.problem import ROLES, Floats, Problem

JOINT, WHOLE_EVENTS, BEFORE_EVENTS, AFTER_EVENTS, LATER = range(5)
TABLES = 5
LEAST_MASS = 1e-12


@kernel
def binomial_masses(size: int, share: float, masses: Floats) -> None:
    """Fill in the probabilities of 0 … `size` successes."""
    for count in range(size + 1):
        if (share <= 0.0 and count > 0) or (share >= 1.0 and count < size):
            masses[count] = 0.0
            continue
        log_mass = math.lgamma(size + 1.0) - math.lgamma(count + 1.0)
        log_mass -= math.lgamma(size - count + 1.0)
        if count > 0:
            log_mass += count * math.log(share)
        if count < size:
            log_mass += (size - count) * math.log1p(-share)
        masses[count] = math.exp(log_mass)


@kernel
def crossing_possible(arm: int, events: int, others: int, size: int, problem: Problem) -> bool:
    """Whether some order of the patients before the pin lets the curve cross one half there.

    The curve is highest with the events first, lowest with the others first.
    """
    if problem.used[arm]:
        return 2 * events < size and 2 * (size - others - events - 1) <= size - others
    return problem.unreached[arm] == 0 or 2 * events < size


@kernel
def held_before(arm: int, pinned: Pinned, problem: Problem) -> tuple[int, int, int]:
    """Roles of an arm: their events and others before its median, and all their events."""
    events = others = total = 0
    for role in range(ROLES):
        if pinned.arm[role] != arm:
            continue
        event = 1 if pinned.event[role] > 0.0 else 0
        total += event
        if role != arm and (not problem.used[arm] or pinned.time[role] < pinned.time[arm]):
            events += event
            others += 1 - event
    return events, others, total


@kernel
def convolve(first: Floats, size: int, second: Floats, other: int, total: Floats) -> None:
    """Fill in the masses of the sum of two counts of at most `size` and `other`."""
    for count in range(size + other + 1):
        total[count] = 0.0
    for i in range(size + 1):
        for j in range(other + 1):
            total[i + j] += first[i] * second[j]


@kernel
def fill_tables(arm: int, pinned: Pinned, tables: Floats) -> None:
    """Fill in event masses: in the whole cell, before and after by patients before, and later.

    `tables` is (table, patients before the median in the parted segment, events).
    """
    whole, parted = pinned.whole[arm], pinned.parted[arm]
    binomial_masses(whole, pinned.cell[arm, WHOLE, EVENT], tables[WHOLE_EVENTS, 0])
    nobody = np.ones(1)
    for k in range(parted + 1):
        binomial_masses(k, pinned.cell[arm, BEFORE, EVENT], tables[BEFORE_EVENTS, k])
        after = parted - k
        binomial_masses(after, pinned.cell[arm, AFTER, EVENT], tables[AFTER_EVENTS, k])
        if pinned.whole_first[arm]:
            convolve(tables[AFTER_EVENTS, k], after, nobody, 0, tables[LATER, k])
        else:
            convolve(
                tables[AFTER_EVENTS, k], after, tables[WHOLE_EVENTS, 0], whole, tables[LATER, k]
            )


@kernel
def sum_counts(arm: int, pinned: Pinned, problem: Problem, tables: Floats) -> float:
    """Fill in cumulated masses of the counts before the median; log of their sum.

    Counts are (patients before in the parted segment, events of free patients before).
    """
    fill_tables(arm, pinned, tables)
    size = problem.n_control if arm == 0 else problem.n - problem.n_control
    whole, parted = pinned.whole[arm], pinned.parted[arm]
    first = whole if pinned.whole_first[arm] else 0
    events, others, held = held_before(arm, pinned, problem)
    before, nobody = np.empty(size + 1), np.ones(1)
    placed = np.empty(size + 1)
    mass = pinned.cell[arm, BEFORE, MASS]
    binomial_masses(parted, mass / max(mass + pinned.cell[arm, AFTER, MASS], 1e-300), placed)
    total = 0.0
    for k in range(parted + 1):
        if first:
            convolve(tables[BEFORE_EVENTS, k], k, tables[WHOLE_EVENTS, 0], first, before)
        else:
            convolve(tables[BEFORE_EVENTS, k], k, nobody, 0, before)
        for count in range(tables.shape[2]):
            if count <= first + k and crossing_possible(
                arm, events + count, others + first + k - count, size, problem
            ):
                later = later_mass(arm, k, held + count, pinned, problem, tables)
                total += placed[k] * before[count] * later
            tables[JOINT, k, count] = total
    return math.log(total) if total > LEAST_MASS else -math.inf


@kernel
def later_range(arm: int, k: int, events: int, pinned: Pinned, problem: Problem) -> tuple[int, int]:
    """Least and largest number of later events that keep the arm's events within bounds."""
    most = pinned.parted[arm] - k
    if not pinned.whole_first[arm]:
        most += pinned.whole[arm]
    low = max(0, problem.events_low[arm] - events)
    return low, min(most, problem.events_high[arm] - events)


@kernel
def later_mass(
    arm: int, k: int, events: int, pinned: Pinned, problem: Problem, tables: Floats
) -> float:
    """Probability that the events after the median keep the arm's events within bounds."""
    low, high = later_range(arm, k, events, pinned, problem)
    total = 0.0
    for count in range(low, high + 1):
        total += tables[LATER, k, count]
    return total


@kernel
def draw_before(
    arm: int, pinned: Pinned, tables: Floats, rng: np.random.Generator
) -> tuple[int, int]:
    """Draw the counts before the median in proportion to their masses."""
    parted, width = pinned.parted[arm], tables.shape[2]
    target = rng.random() * tables[JOINT, parted, width - 1]
    low, high = 0, (parted + 1) * width - 1
    while low < high:
        middle = (low + high) // 2
        if tables[JOINT, middle // width, middle % width] > target:
            high = middle
        else:
            low = middle + 1
    return low // width, low % width


@kernel
def draw_split(
    total: int,
    first: Floats,
    size: int,
    second: Floats,
    other: int,
    rng: np.random.Generator,
) -> int:
    """Draw the first of two counts given their sum."""
    low, high = max(0, total - other), min(size, total)
    mass = 0.0
    for count in range(low, high + 1):
        mass += first[count] * second[total - count]
    target = rng.random() * mass
    for count in range(low, high):
        target -= first[count] * second[total - count]
        if target < 0.0:
            return count
    return high


@kernel
def draw_later(
    arm: int,
    k: int,
    events: int,
    pinned: Pinned,
    problem: Problem,
    tables: Floats,
    rng: np.random.Generator,
) -> int:
    """Draw the number of free patients' events after the median, within the arm's bounds."""
    low, high = later_range(arm, k, events, pinned, problem)
    target = rng.random() * later_mass(arm, k, events, pinned, problem, tables)
    for count in range(low, high):
        target -= tables[LATER, k, count]
        if target < 0.0:
            return count
    return high
