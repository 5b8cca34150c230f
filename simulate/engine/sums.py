"""Sums of many numbers (compiled)."""

import numpy as np
from numpy.typing import NDArray

from models.compiled import lean_inlined


@lean_inlined
def sum_of(values: NDArray[np.float64], count: int) -> float:
    """Sum the first `count` values in four parts, which need not wait for each other."""
    one = two = three = four = 0.0
    whole = count - count % 4
    for i in range(0, whole, 4):
        one += values[i]
        two += values[i + 1]
        three += values[i + 2]
        four += values[i + 3]
    for i in range(whole, count):
        one += values[i]
    return (one + two) + (three + four)
