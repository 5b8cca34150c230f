"""Many sets of patients of one arm, each drawn afresh, that fit its curve and numbers at risk."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import kernel
from models.curves.curve import Array, Integers
from models.curves.layout import Layout
from models.curves.moves import move
from models.curves.start import Tries, empty_tries, fill
from models.curves.state import State, empty_state, miss
from models.curves.tilt import move_tilt

STARTS = 20
FURTHER = 4
COOLING = 60
HOT, COLD = 0.03, 0.003
SCANS = 30


class ArmSets(NamedTuple):
    """Sets of patients of one arm.

    Attributes
    ----------
    time : numpy.ndarray, shape (M, n)
        Months to event or censoring, sorted within each set.
    event : numpy.ndarray of bool, shape (M, n)
        Whether the event was seen; at one time events come before censorings.
    """

    time: Array
    event: NDArray[np.bool_]


class Misfit(NamedTuple):
    """How near the best filling came where none fits.

    Attributes
    ----------
    distance : float
        Largest distance of its estimate beyond the reading error.
    month : float
        Where that is.
    """

    distance: float
    month: float


def draw_arm_sets(
    layout: Layout, *, sets: int, rng: np.random.Generator, scans: int = SCANS
) -> ArmSets | Misfit:
    """Draw sets of patients that fit the curve within the reading error, and every number at risk.

    Each set begins from a filling of its own, is cooled until it fits, and then moves for `scans`
    moves a step among those that fit. Where none is found again, the last set moves on, four
    times as far.

    Parameters
    ----------
    layout : Layout
    sets : int
        Sets to draw, M.
    rng : numpy.random.Generator
    scans : int
        Moves for each step once a filling fits.

    Returns
    -------
    ArmSets or Misfit
    """
    state, tries = empty_state(layout), empty_tries(layout)
    patients = int(layout.at_risk[0])
    time, event = np.empty((sets, patients)), np.zeros((sets, patients), bool)
    last: State | None = None
    for index in range(sets):
        found = _find(tries, state, layout, rng)
        if not found and last is None:
            return _misfit(state, layout)
        if not found and last is not None:
            for room, values in zip(state, last, strict=True):
                room[...] = values
        _wander(scans if found else FURTHER * scans, state, layout, rng)
        last = State._make(values.copy() for values in state)
        place_patients(state, layout, time[index], event[index], rng)
        order = np.lexsort((~event[index], time[index]))
        time[index], event[index] = time[index][order], event[index][order]
    return ArmSets(time, event)


@kernel
def _find(tries: Tries, state: State, layout: Layout, rng: np.random.Generator) -> bool:
    """Fill the steps and cool, again and again, until all fits; tell whether it came to that."""
    moves = COOLING * layout.interval.size
    factor = (COLD / HOT) ** (1.0 / moves)
    for _ in range(STARTS):
        fill(tries, state, layout, rng)
        temperature = HOT
        for _ in range(moves):
            if miss(state, layout) == 0.0:
                break
            move(temperature, state, layout, rng)
            temperature *= factor
        if miss(state, layout) == 0.0:
            return True
    return False


@kernel
def _wander(scans: int, state: State, layout: Layout, rng: np.random.Generator) -> None:
    """Move among the fillings that fit."""
    for _ in range(scans):
        for interval in range(layout.first.size - 1):
            move_tilt(interval, state, layout, rng)
        for _ in range(layout.interval.size):
            move(0.0, state, layout, rng)


@kernel
def place_patients(
    state: State,
    layout: Layout,
    time: Array,
    event: NDArray[np.bool_],
    rng: np.random.Generator,
) -> None:
    """Give each patient a time: events within their fall, censorings anywhere in their gap."""
    patient = 0
    for interval in range(layout.first.size - 1):
        last = layout.month[interval]
        for step in range(layout.first[interval], layout.first[interval + 1]):
            bound = layout.month[interval + 1]
            if layout.falls[step]:
                until = max(last, layout.until[step])
                after = min(max(last, layout.after[step]), until)
                bound = until
                latest = last
                for _ in range(state.events[step]):
                    when = until - (until - after) * rng.random()
                    bound, latest = min(bound, when), max(latest, when)
                    time[patient], event[patient] = when, True
                    patient += 1
                after_fall = latest if state.events[step] > 0 else after
            for k in range(state.censored[step]):
                share = 1.0 if k < layout.kept[step] else (1.0 - 1e-12) * rng.random()
                time[patient] = last + (bound - last) * share
                patient += 1
            if layout.falls[step]:
                last = after_fall


def _misfit(state: State, layout: Layout) -> Misfit:
    by_step = np.diff(state.missed, prepend=0.0)
    worst = int(np.argmax(by_step))
    return Misfit(float(by_step[worst] * layout.error), float(layout.until[worst]))


def event_counts(sets: ArmSets) -> Integers:
    """Events of each set, shape (M,)."""
    return np.asarray(sets.event.sum(axis=1), dtype=np.int64)
