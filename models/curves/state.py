"""Events and censorings at every step of an arm, and how far they are from the curve (compiled)."""

import math
from typing import NamedTuple

import numpy as np

from models.compiled import inlined, kernel
from models.curves.curve import Array, Integers
from models.curves.layout import Layout

# Reading errors that an event too many or too few counts for.
EVENT_PENALTY = 5.0
ROUNDING = 1e-11


class State(NamedTuple):
    """One filling of the steps.

    Attributes
    ----------
    events, censored : numpy.ndarray of int, shape (S,)
        At the fall of each step, and in the gap before it.
    share, log_share : numpy.ndarray, shape (S,)
        Chance of a censoring of the interval to fall into each gap, under the present tilt.
    tilt : numpy.ndarray, shape (I,)
        Slope of the density of censoring times within each interval: 1 + tilt (2 x − 1) at the
        share x of the interval, −1 to 1.
    level : numpy.ndarray, shape (S,)
        Kaplan–Meier estimate after each step.
    missed : numpy.ndarray, shape (S,)
        Sum of the distances from the curve up to each step, in reading errors.
    leaving : numpy.ndarray of int, shape (I + 1,)
        Censorings of each interval, and the events in all.
    died : numpy.ndarray of int, shape (I,)
        Events of each interval.
    trial_level, trial_missed : numpy.ndarray, shape (S,)
        Work space.
    edits : numpy.ndarray of int, shape (4, 3)
        Work space: step, change of events, change of censorings.
    log_count : numpy.ndarray, shape (n + 1,)
        Logarithms of counts; that of 0 is 0.
    """

    events: Integers
    censored: Integers
    share: Array
    log_share: Array
    tilt: Array
    level: Array
    missed: Array
    leaving: Integers
    died: Integers
    trial_level: Array
    trial_missed: Array
    edits: Integers
    log_count: Array


def empty_state(layout: Layout) -> State:
    """Room for one filling."""
    steps, intervals = layout.interval.size, layout.month.size - 1
    counts = np.zeros((2, steps), np.int64)
    values = np.zeros((6, steps))
    values[0], values[1] = layout.share, np.log(layout.share)
    patients = np.maximum(np.arange(layout.at_risk[0] + 1), 1)
    return State(
        events=counts[0],
        censored=counts[1],
        share=values[0],
        log_share=values[1],
        tilt=np.zeros(intervals),
        level=values[2],
        missed=values[3],
        leaving=np.zeros(intervals + 1, np.int64),
        died=np.zeros(intervals, np.int64),
        trial_level=values[4],
        trial_missed=values[5],
        edits=np.zeros((4, 3), np.int64),
        log_count=np.log(patients),
    )


@inlined
def surplus(events: int, layout: Layout) -> float:
    """Events beyond the bounds of their total, in reading errors."""
    return EVENT_PENALTY * max(0, layout.events_low - events, events - layout.events_high)


@inlined
def in_all(state: State) -> int:
    """Events of the arm in all."""
    return int(state.leaving[state.leaving.size - 1])


@kernel
def miss_from(start: int, limit: float, state: State, layout: Layout) -> float:
    """Distance from the curve if only steps from `start` on have changed; infinite above `limit`.

    The estimate after each step goes to the work space of `state`.
    """
    level, missed = 1.0, 0.0
    if start > 0:
        level, missed = state.level[start - 1], state.missed[start - 1]
    interval = layout.interval[start]
    left = layout.at_risk[interval]
    for step in range(layout.first[interval], start):
        left -= state.events[step] + state.censored[step]
    for step in range(start, layout.interval.size):
        if layout.interval[step] != interval:
            interval = layout.interval[step]
            left = layout.at_risk[interval]
        left -= state.censored[step]
        if layout.falls[step]:
            events = state.events[step]
            if events > left or left < 0:
                return math.inf
            if events > 0:
                level *= (left - events) / left
                left -= events
            beyond = max(layout.low[step] - level, level - layout.high[step])
            if beyond > ROUNDING:
                missed += beyond / layout.error
                if missed > limit:
                    return math.inf
        state.trial_level[step] = level
        state.trial_missed[step] = missed
    return missed


@inlined
def accept_from(start: int, state: State) -> None:
    """Keep the estimates that `miss_from` left in the work space."""
    for step in range(start, state.level.size):
        state.level[step] = state.trial_level[step]
        state.missed[step] = state.trial_missed[step]


@inlined
def miss(state: State, layout: Layout) -> float:
    """Distance from the curve and from the total of events, in reading errors; 0 where all fits."""
    return float(state.missed[state.missed.size - 1] + surplus(in_all(state), layout))
