"""Finding a place among numbers in order (compiled)."""

import numpy as np
from numpy.typing import NDArray

from models.compiled import lean_inlined


@lean_inlined
def first_after(bound: float, values: NDArray[np.float64], start: int, stop: int) -> int:
    """Place of the first value, of those from `start` to `stop`, that is beyond a bound.

    Parameters
    ----------
    bound : float
    values : array
        Ascending from `start` to `stop`, which is the answer where none is beyond.
    start, stop : int
    """
    low, high = start, stop
    while low < high:
        middle = (low + high) // 2
        if values[middle] <= bound:
            low = middle + 1
        else:
            high = middle
    return low
