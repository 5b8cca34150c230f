"""Finding a place among times in order (compiled)."""

import numpy as np
from numpy.typing import NDArray

from models.compiled import lean_inlined


@lean_inlined
def first_after(month: float, months: NDArray[np.float64], start: int, stop: int) -> int:
    """Place of the first time, of those from `start` to `stop`, that is later than a month.

    Parameters
    ----------
    month : float
    months : array
        Ascending from `start` to `stop`, which is the answer where none is later.
    start, stop : int
    """
    low, high = start, stop
    while low < high:
        middle = (low + high) // 2
        if months[middle] <= month:
            low = middle + 1
        else:
            high = middle
    return low
