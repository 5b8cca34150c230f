"""A first filling of an arm's steps, found by many tries that go along the curve side by side.

Each try censors at random, and at every fall takes a number of events that brings the estimate
within the reading error. Tries that come off the curve go on as copies of others that did not
(compiled).
"""

import math
from typing import NamedTuple

import numpy as np

from models.compiled import inlined, kernel
from models.curves.curve import Array, Integers
from models.curves.layout import Layout
from models.curves.state import State, accept_from, miss_from
from models.curves.tilt import set_tilt

TRIES = 64
NARROWEST = 2.0


class Tries(NamedTuple):
    """Work space of many tries.

    Attributes
    ----------
    left, to_censor, parent : numpy.ndarray of int, shape (TRIES,)
        Patients left, censorings to come in this interval, and who was copied.
    level, missed : numpy.ndarray, shape (TRIES,)
        Estimate, and distance from the curve so far in reading errors.
    events, censored, copied : numpy.ndarray of int, shape (S, TRIES)
        What each try did at each step, and whom it went on from.
    """

    left: Integers
    to_censor: Integers
    parent: Integers
    level: Array
    missed: Array
    events: Integers
    censored: Integers
    copied: Integers


def empty_tries(layout: Layout) -> Tries:
    """Room for the tries of one arm."""
    counts = np.zeros((3, TRIES), np.int64)
    values = np.zeros((2, TRIES))
    history = np.zeros((3, layout.interval.size, TRIES), np.int64)
    return Tries(*counts, *values, *history)


@kernel
def fill(tries: Tries, state: State, layout: Layout, rng: np.random.Generator) -> None:
    """Fill all steps: every number at risk is met, and the curve as far as a try could."""
    tries.level[:] = 1.0
    tries.missed[:] = 0.0
    for interval in range(layout.first.size - 1):
        set_tilt(interval, 2.0 * rng.random() - 1.0, state, layout)
        highest = begin(interval, tries, layout, rng)
        floor = layout.at_risk[interval + 1] + kept_in(interval, layout)
        open_share = 1.0
        for step in range(layout.first[interval], layout.first[interval + 1] - 1):
            take(step, floor, highest, open_share, tries, state, layout, rng)
            open_share = max(open_share - state.share[step], 1e-300)
        end = layout.first[interval + 1] - 1
        for k in range(TRIES):
            tries.events[end, k], tries.copied[end, k] = 0, k
            tries.censored[end, k] = tries.left[k] - layout.at_risk[interval + 1]
    trace_back(tries, state, layout, rng)


@inlined
def kept_in(interval: int, layout: Layout) -> int:
    """Least censorings of an interval."""
    kept = 0
    for step in range(layout.first[interval], layout.first[interval + 1]):
        kept += layout.kept[step]
    return kept


@kernel
def begin(interval: int, tries: Tries, layout: Layout, rng: np.random.Generator) -> float:
    """Patients at risk, and for each try a number of censorings around what the curve suggests.

    Returns the highest level at the end of the interval, or 1 where the curve does not fall.
    """
    start = layout.at_risk[interval]
    leave = start - layout.at_risk[interval + 1]
    goal, highest = -1.0, 1.0
    for step in range(layout.first[interval], layout.first[interval + 1]):
        if layout.falls[step]:
            goal, highest = 0.5 * (layout.low[step] + layout.high[step]), layout.high[step]
    for k in range(TRIES):
        fallen = 0.0
        if goal >= 0.0 and tries.level[k] > 0.0:
            fallen = min(max(1.0 - goal / tries.level[k], 0.0), 1.0)
        # Censored half-way, patients take part in half of the fall.
        likely = max(leave - start * fallen, 0.0) / (1.0 - 0.5 * fallen)
        wanted = likely + (2.0 * rng.random() - 1.0) * max(0.4 * likely, NARROWEST)
        tries.left[k] = start
        tries.to_censor[k] = min(max(int(wanted + 0.5), 0), leave)
    return float(highest)


@kernel
def take(
    step: int,
    floor: int,
    highest: float,
    open_share: float,
    tries: Tries,
    state: State,
    layout: Layout,
    rng: np.random.Generator,
) -> None:
    """Let all tries pass one gap and its fall; those off the curve copy others."""
    chance = min(state.share[step] / open_share, 1.0)
    for k in range(TRIES):
        # Those who must still have an event cannot be censored.
        to_fall = 1.0 - highest / tries.level[k] if tries.level[k] > highest else 0.0
        most = max(tries.left[k] - floor - int(tries.left[k] * to_fall), 0)
        censored = min(binomial(tries.to_censor[k], chance, rng), most)
        left = tries.left[k] - censored
        events = likely_events(left, tries.level[k], step, layout, rng)
        events = min(events, max(left - floor, 0))
        if left > 0:
            tries.level[k] *= (left - events) / left
        tries.left[k] = left - events
        tries.to_censor[k] -= censored
        beyond = max(layout.low[step] - tries.level[k], tries.level[k] - layout.high[step])
        if beyond > 1e-12:
            tries.missed[k] += beyond / layout.error
        tries.events[step, k], tries.censored[step, k] = events, censored
    copy_the_best(step, tries, rng)


@inlined
def likely_events(
    left: int, level: float, step: int, layout: Layout, rng: np.random.Generator
) -> int:
    """Events that bring the estimate within the reading error, or as near as can be."""
    if left == 0 or level <= 0.0:
        return 0
    fewest: int = max(math.ceil(left * (1.0 - layout.high[step] / level) - 1e-9), 0)
    most = max(math.floor(left * (1.0 - layout.low[step] / level) + 1e-9), 0)
    if most >= fewest:
        return fewest + int((most - fewest + 1) * rng.random())
    goal = 0.5 * (layout.low[step] + layout.high[step])
    nearest: int = max(int(left * (1.0 - goal / level) + 0.5), 0)
    return nearest


@inlined
def binomial(count: int, chance: float, rng: np.random.Generator) -> int:
    """About a binomial number: exact where few are expected, a rounded normal where many are."""
    mean = count * chance
    if mean > 30.0:
        spread = math.sqrt(mean * (1.0 - chance))
        radius = math.sqrt(-2.0 * math.log(1.0 - rng.random()))
        found = int(mean + spread * radius * math.cos(2.0 * math.pi * rng.random()) + 0.5)
        return min(max(found, 0), count)
    if chance >= 1.0:
        return count
    found, passed = 0, math.log(1.0 - rng.random()) / math.log1p(-chance) if chance > 0 else 1e300
    while passed < count:
        found += 1
        passed += 1.0 + math.floor(math.log(1.0 - rng.random()) / math.log1p(-chance))
    return min(found, count)


@kernel
def copy_the_best(step: int, tries: Tries, rng: np.random.Generator) -> None:
    """Let every try that is further off the curve than the best go on as one of the best."""
    least = tries.missed.min()
    best = 0
    for k in range(TRIES):
        tries.copied[step, k] = k
        if tries.missed[k] <= least + 1e-9:
            tries.parent[best] = k
            best += 1
    for k in range(TRIES):
        if tries.missed[k] > least + 1e-9:
            source = tries.parent[int(best * rng.random())]
            tries.copied[step, k] = source
            tries.left[k], tries.to_censor[k] = tries.left[source], tries.to_censor[source]
            tries.level[k], tries.missed[k] = tries.level[source], tries.missed[source]


@kernel
def trace_back(tries: Tries, state: State, layout: Layout, rng: np.random.Generator) -> None:
    """Follow one try back to the beginning, step by step."""
    k = int(TRIES * rng.random())
    state.leaving[:] = 0
    state.died[:] = 0
    last = state.leaving.size - 1
    for step in range(layout.interval.size - 1, -1, -1):
        k = tries.copied[step, k]
        state.events[step], state.censored[step] = tries.events[step, k], tries.censored[step, k]
        state.leaving[layout.interval[step]] += state.censored[step]
        state.died[layout.interval[step]] += state.events[step]
        state.leaving[last] += state.events[step]
    miss_from(0, math.inf, state, layout)
    accept_from(0, state)
