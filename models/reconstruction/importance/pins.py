"""Pinned times, who holds them, and the weight of both (compiled).

A printed time is an order statistic of somebody: pin it uniformly in its rounding window and
count its model density times the window's width, instead of waiting for it. The sum over the
arms of the follow-up figures' holders, and over how many free patients of each arm lie below the
follow-up median, is taken in full and kept as weight; one allocation is drawn in proportion.
"""

import math

import numpy as np

from models.compiled import kernel
from models.reconstruction.importance.pinned import (
    AFTER,
    BEFORE,
    WHOLE,
    Pinned,
    pin_density,
    set_cell,
)
from models.reconstruction.problem import (
    CONTROL_MEDIAN,
    LONGEST,
    MIDDLE,
    ROLES,
    RT_MEDIAN,
    SHORTEST,
    Floats,
    Problem,
)

LOWER, UPPER = 0, 1
TERMS = 8


@kernel
def log_power(base: float, exponent: int) -> float:
    """Logarithm of a power; 0 to the power 0 is 1."""
    if exponent == 0:
        return 0.0
    return exponent * math.log(base) if base > 0.0 else -math.inf


@kernel
def log_choose(n: int, k: int) -> float:
    """Logarithm of a binomial coefficient."""
    return math.lgamma(n + 1.0) - math.lgamma(k + 1.0) - math.lgamma(n - k + 1.0)


@kernel
def pin_times(pinned: Pinned, problem: Problem, rng: np.random.Generator) -> float:
    """Draw each pinned time uniformly in its window; log of the windows' widths."""
    total = 0.0
    for role in range(ROLES):
        pinned.arm[role] = -1
        if problem.used[role]:
            low = problem.windows[role, 0]
            width = problem.windows[role, 1] - low
            pinned.time[role] = low + width * rng.random()
            total += math.log(width)
    return total


@kernel
def free_below(pinned: Pinned, problem: Problem) -> int:
    """How many patients without a role lie below the follow-up median, over both arms."""
    count = (problem.n - 1) // 2
    for role in (CONTROL_MEDIAN, RT_MEDIAN, SHORTEST):
        if problem.used[role] and pinned.time[role] < pinned.time[MIDDLE]:
            count -= 1
    return count


@kernel
def log_holders(code: int, pinned: Pinned, problem: Problem) -> float:
    """Set who holds the roles; log density of the pinned times and ways to choose the holders.

    Bits 0, 1, 2 of `code` are the arms of follow-up minimum, median and maximum; −inf when a
    bit speaks of a role that is not used or an arm is too small.
    """
    pinned.free[0] = problem.n_control
    pinned.free[1] = problem.n - problem.n_control
    total = 0.0
    for role in (CONTROL_MEDIAN, RT_MEDIAN, SHORTEST, MIDDLE, LONGEST):
        arm = 1 if role == RT_MEDIAN else 0
        if role == SHORTEST:
            arm = code & 1
        elif role == MIDDLE:
            arm = (code >> 1) & 1
        elif role == LONGEST:
            arm = (code >> 2) & 1
        if not problem.used[role]:
            if role >= SHORTEST and arm:
                return -math.inf
            continue
        density, _ = pin_density(arm, pinned.time[role], role >= SHORTEST, pinned, problem)
        if density <= 0.0 or pinned.free[arm] == 0:
            return -math.inf
        total += math.log(density) + math.log(pinned.free[arm])
        pinned.arm[role] = arm
        pinned.free[arm] -= 1
    return total


@kernel
def sum_allocations(
    masses: Floats, terms: Floats, pinned: Pinned, problem: Problem
) -> tuple[float, float]:
    """Log of the largest term and sum of all terms relative to it.

    `masses` (arm, segment) are the probabilities of the segments; `terms` (code, controls below
    the follow-up median) is filled with logarithms.
    """
    below = free_below(pinned, problem) if problem.used[MIDDLE] else -1
    largest = -math.inf
    for code in range(TERMS):
        holders = log_holders(code, pinned, problem)
        for k in range(problem.n_control + 1):
            term = -math.inf
            if holders > -math.inf:
                term = holders + log_below(k, below, masses, pinned)
            terms[code, k] = term
            largest = max(largest, term)
    total = 0.0
    if largest > -math.inf:
        for code in range(TERMS):
            for k in range(problem.n_control + 1):
                if terms[code, k] > largest - 40.0:
                    total += math.exp(terms[code, k] - largest)
    return largest, total


@kernel
def log_below(k: int, below: int, masses: Floats, pinned: Pinned) -> float:
    """Log probability that `k` controls and `below` − `k` RT patients lie below the median.

    Without a follow-up median (`below` −1) all free patients lie in the lower segment.
    """
    other = below - k
    if below < 0:
        if k != pinned.free[0]:
            return -math.inf
        other = pinned.free[1]
    if k > pinned.free[0] or other < 0 or other > pinned.free[1]:
        return -math.inf
    total = 0.0
    for arm in range(2):
        low = k if arm == 0 else other
        total += log_choose(pinned.free[arm], low)
        total += log_power(masses[arm, LOWER], low)
        total += log_power(masses[arm, UPPER], pinned.free[arm] - low)
    return total


@kernel
def draw_allocation(
    total: float,
    largest: float,
    terms: Floats,
    pinned: Pinned,
    problem: Problem,
    rng: np.random.Generator,
) -> None:
    """Draw one allocation in proportion to its term.

    `parted` is left at the free patients below the follow-up median, for `part_cells`.
    """
    left = total * rng.random()
    code, k = 0, 0
    for c in range(TERMS):
        for i in range(problem.n_control + 1):
            if left >= 0.0 and terms[c, i] > largest - 40.0:
                left -= math.exp(terms[c, i] - largest)
                code, k = c, i
    log_holders(code, pinned, problem)
    pinned.parted[0] = k
    pinned.parted[1] = pinned.free[1]
    if problem.used[MIDDLE]:
        pinned.parted[1] = free_below(pinned, problem) - k


@kernel
def part_cells(start: float, middle: float, stop: float, pinned: Pinned, problem: Problem) -> None:
    """Part each arm's segments at its printed median, and draw the status of the roles."""
    for arm in range(2):
        median = pinned.time[arm] if problem.used[arm] else stop
        low, high = start, middle
        if problem.used[MIDDLE] and median > middle:
            set_cell(arm, WHOLE, start, middle, pinned, problem)
            pinned.whole_first[arm] = 1
            pinned.whole[arm] = pinned.parted[arm]
            low, high = middle, stop
        else:
            set_cell(arm, WHOLE, middle, stop, pinned, problem)
            pinned.whole_first[arm] = 0
            pinned.whole[arm] = pinned.free[arm] - pinned.parted[arm]
        pinned.parted[arm] = pinned.free[arm] - pinned.whole[arm]
        set_cell(arm, BEFORE, low, median, pinned, problem)
        set_cell(arm, AFTER, median, high, pinned, problem)


@kernel
def draw_statuses(pinned: Pinned, problem: Problem, rng: np.random.Generator) -> None:
    """Draw the status of each role's holder; medians are events."""
    for role in range(ROLES):
        pinned.event[role] = 0.0
        if not problem.used[role]:
            continue
        arm, time = pinned.arm[role], pinned.time[role]
        _, share = pin_density(arm, time, role >= SHORTEST, pinned, problem)
        pinned.event[role] = 1.0 if rng.random() < share else 0.0


@kernel
def pin(pinned: Pinned, problem: Problem, rng: np.random.Generator) -> float:
    """Draw pinned times and an allocation; log weight of all that was not left to chance."""
    masses = np.zeros((2, 2))
    terms = np.empty((TERMS, problem.n_control + 1))
    log_weight = pin_times(pinned, problem, rng)
    start = pinned.time[SHORTEST] if problem.used[SHORTEST] else 0.0
    stop = pinned.time[LONGEST] if problem.used[LONGEST] else min(problem.cap, problem.cut_high)
    middle = pinned.time[MIDDLE] if problem.used[MIDDLE] else stop
    for arm in range(2):
        masses[arm, LOWER] = set_cell(arm, WHOLE, start, middle, pinned, problem)
        masses[arm, UPPER] = set_cell(arm, WHOLE, middle, stop, pinned, problem)
    largest, total = sum_allocations(masses, terms, pinned, problem)
    if total <= 0.0:
        return -math.inf
    draw_allocation(total, largest, terms, pinned, problem, rng)
    part_cells(start, middle, stop, pinned, problem)
    draw_statuses(pinned, problem, rng)
    return log_weight + largest + math.log(total)
