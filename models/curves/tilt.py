"""Density of censoring times between two numbers at risk: linear, of unknown slope (compiled).

Nothing printed says where between two numbers at risk censorings lie. A slope that is uniform
between the steepest ones lets sets of patients differ in that as much as they may.
"""

import math

import numpy as np

from models.compiled import inlined, kernel
from models.curves.layout import Layout
from models.curves.state import State


@inlined
def tilted(share: float, tilt: float) -> float:
    """Chance of a censoring before a share of the interval."""
    return share + tilt * (share * share - share)


@kernel
def set_tilt(interval: int, tilt: float, state: State, layout: Layout) -> None:
    """Give an interval a slope: its gaps get their chances anew."""
    state.tilt[interval] = tilt
    reached, below = 0.0, 0.0
    for step in range(layout.first[interval], layout.first[interval + 1]):
        reached = min(reached + layout.share[step], 1.0)
        up_to = tilted(reached, tilt)
        state.share[step] = max(up_to - below, 1e-12)
        state.log_share[step] = math.log(state.share[step])
        below = up_to


@kernel
def move_tilt(interval: int, state: State, layout: Layout, rng: np.random.Generator) -> bool:
    """Propose another slope for an interval; tell whether it was accepted."""
    tilt = 2.0 * rng.random() - 1.0
    reached, below, log_weight = 0.0, 0.0, 0.0
    for step in range(layout.first[interval], layout.first[interval + 1]):
        reached = min(reached + layout.share[step], 1.0)
        up_to = tilted(reached, tilt)
        free = state.censored[step] - layout.kept[step]
        if free > 0:
            log_weight += free * (math.log(max(up_to - below, 1e-12)) - state.log_share[step])
        below = up_to
    if log_weight < math.log(1.0 - rng.random()):
        return False
    set_tilt(interval, tilt, state, layout)
    return True
