"""What is kept of a cell's trials: counts and sums of fixed size that add up exactly.

Sums are kept in fixed point, so that results of separate runs of trials add up to the same bits in
any order and for any division into runs: a cell is topped up by adding.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray


class CellResult:
    """Counts and sums over trials of one cell; see `simulate_group`.

    Attributes
    ----------
    trials : int
    undefined : tuple of int
        Numbers of the first replicates with an undefined statistic, to be replayed.
    """

    trials: int
    undefined: tuple[int, ...]

    def __add__(self, other: CellResult) -> CellResult:
        """Result of both runs of trials; they must not overlap."""
        raise NotImplementedError

    def success_error(self) -> float:
        """Monte Carlo standard error of success, never below that of one success or failure."""
        raise NotImplementedError

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Everything as arrays by name, none of them of objects."""
        raise NotImplementedError

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> CellResult:
        """Read back what `to_arrays` gave."""
        raise NotImplementedError
