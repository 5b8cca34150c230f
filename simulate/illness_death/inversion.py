"""Cumulative hazards of many intervals, and their inverses, by search (compiled)."""

import numpy as np
from numpy.typing import NDArray

from models.compiled import lean_inlined

Floats = NDArray[np.float64]


@lean_inlined
def reached_at(month: float, cuts: Floats, hazard: Floats, reached: Floats) -> float:
    """Cumulative hazard at a month; `reached` holds it at the start of each interval."""
    place = count_below(month, cuts, 0)
    start = cuts[place - 1] if place > 0 else 0.0
    return float(reached[place] + hazard[place] * (month - start))


@lean_inlined
def month_at(target: float, cuts: Floats, hazard: Floats, reached: Floats) -> float:
    """Month at which the cumulative hazard comes to a positive target; infinite if never."""
    place = count_below(target, reached, 1)
    start = cuts[place - 1] if place > 0 else 0.0
    return float(start + (target - reached[place]) / hazard[place])


@lean_inlined
def count_below(value: float, ascending: Floats, first: int) -> int:
    """Count the numbers from `first` on that are below a value: halving without branches."""
    below, size = 0, ascending.size - first
    while size > 0:
        half = (size + 1) // 2
        below += half if ascending[first + below + half - 1] < value else 0
        size -= half
    return below
