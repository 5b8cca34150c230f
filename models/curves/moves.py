"""Moves between fillings of an arm's steps: censorings and events change places (compiled).

The stationary distribution: within an interval between numbers at risk every division into events
and censorings has the same weight, the times of both are uniform, and the Kaplan–Meier estimate
lies within the reading error of every point. At a positive temperature fillings beyond that are
allowed, at a price.
"""

import math

import numpy as np

from models.compiled import inlined, kernel
from models.curves.layout import Layout
from models.curves.state import State, accept_from, in_all, miss_from, surplus

CENSORING_MOVES, EVENT_MOVES = 0.35, 0.7
ALONE, ACROSS, REACH = 0.4, 0.3, 4


@kernel
def move(temperature: float, state: State, layout: Layout, rng: np.random.Generator) -> bool:
    """Propose one change and accept or take it back; tell whether it was accepted."""
    count = draw_edits(state, layout, rng)
    if count == 0:
        return False
    last = state.missed.size - 1
    before = state.missed[last] + surplus(in_all(state), layout)
    start, allowed, log_weight = last, True, 0.0
    for k in range(count):
        step = state.edits[k, 0]
        start = min(start, step)
        log_weight += edit(k, 1, state, layout)
        allowed = allowed and within(step, state, layout)
    if allowed:
        luck = log_weight - math.log(1.0 - rng.random())
        limit = before + temperature * luck if temperature > 0.0 or luck >= 0.0 else -1.0
        limit -= surplus(in_all(state), layout)
        if limit >= 0.0 and miss_from(start, limit, state, layout) <= limit:
            accept_from(start, state)
            return True
    for k in range(count - 1, -1, -1):
        edit(k, -1, state, layout)
    return False


@inlined
def within(step: int, state: State, layout: Layout) -> bool:
    """Whether a step has no fewer events and censorings than it must have."""
    enough: bool = state.events[step] >= 0 and state.censored[step] >= layout.kept[step]
    return enough


@kernel
def edit(k: int, sign: int, state: State, layout: Layout) -> float:
    """Carry out a change, or take it back with sign −1; returns the change of the log weight."""
    step = state.edits[k, 0]
    interval, last = layout.interval[step], state.leaving.size - 1
    events, censored = sign * state.edits[k, 1], sign * state.edits[k, 2]
    log_weight = 0.0
    if events != 0:
        more = max(events, 0)
        here, all_here = state.events[step] + more, state.died[interval] + more
        ratio = state.log_count[max(all_here, 0)] - state.log_count[max(here, 0)]
        log_weight += events * (layout.log_fall[step] + ratio)
        state.events[step] += events
        state.died[interval] += events
        state.leaving[last] += events
    if censored != 0:
        more = max(censored, 0)
        here, all_here = state.censored[step] + more, state.leaving[interval] + more
        ratio = state.log_count[max(all_here, 0)] - state.log_count[max(here, 0)]
        log_weight += censored * (state.log_share[step] + ratio)
        state.censored[step] += censored
        state.leaving[interval] += censored
    return log_weight


@kernel
def draw_edits(state: State, layout: Layout, rng: np.random.Generator) -> int:
    """Draw a change that keeps every number at risk; returns how many edits it takes, or 0."""
    step = int(rng.random() * layout.interval.size)
    kind = rng.random()
    if kind < CENSORING_MOVES:
        other = companion(step, layout, rng)
        set_edit(0, step, 0, -1, state)
        set_edit(1, other, 0, 1, state)
        return 2 if other != step and state.censored[step] > 0 else 0
    if kind < EVENT_MOVES:
        other = event_companion(step, layout, rng)
        set_edit(0, step, -1, 0, state)
        set_edit(1, other, 1, 0, state)
        movable = other != step and layout.falls[step] and layout.falls[other]
        return 2 if movable and state.events[step] > 0 else 0
    sign = 1 if rng.random() < 0.5 else -1
    way = rng.random()
    if way < ALONE:
        return 2 if trade(0, step, sign, state, layout, rng) else 0
    another = int(rng.random() * layout.interval.size)
    if way > 1.0 - ACROSS:
        # An event just before a number at risk for one just after it, or the other way round.
        border = layout.first[1 + int(rng.random() * (layout.first.size - 2))]
        step = max(border - 2 - int(rng.random() * REACH), 0)
        another = min(border + int(rng.random() * REACH), layout.interval.size - 1)
    both = trade(0, step, sign, state, layout, rng)
    return 4 if both and trade(2, another, -sign, state, layout, rng) else 0


@inlined
def trade(
    k: int, step: int, sign: int, state: State, layout: Layout, rng: np.random.Generator
) -> bool:
    """Change one censoring of an interval into an event at `step`, or the other way round."""
    other = companion(step, layout, rng)
    set_edit(k, step, sign, 0, state)
    set_edit(k + 1, other, 0, -sign, state)
    takes = state.events[step] if sign < 0 else state.censored[other]
    possible: bool = layout.falls[step] == 1 and takes > 0
    return possible


@inlined
def companion(step: int, layout: Layout, rng: np.random.Generator) -> int:
    """Any step of the same interval."""
    interval = layout.interval[step]
    first = layout.first[interval]
    return int(first + int(rng.random() * (layout.first[interval + 1] - first)))


@inlined
def event_companion(step: int, layout: Layout, rng: np.random.Generator) -> int:
    """Half the time a neighbour, else any step of the same interval."""
    way = rng.random()
    if way >= 0.5:
        return companion(step, layout, rng)
    other = step + 1 if way < 0.25 else step - 1
    inside = 0 <= other < layout.interval.size
    return other if inside and layout.interval[other] == layout.interval[step] else step


@inlined
def set_edit(k: int, step: int, events: int, censored: int, state: State) -> None:
    """Write down one edit."""
    state.edits[k, 0] = step
    state.edits[k, 1] = events
    state.edits[k, 2] = censored
