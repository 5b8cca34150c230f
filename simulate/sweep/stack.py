"""Sums of many cells as arrays with a first dim for the cells, padded where cells are smaller."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulate.operating.histogram import binned_quantiles
from simulate.operating.tally import outcome_names
from simulate.sweep.result import BATCHES, MEASURES, CellResult

Floats = NDArray[np.float64]

DIMS: dict[str, tuple[str, ...]] = {
    "success": (),
    "any": (),
    "all": (),
    "won": ("won",),
    "stop": ("look",),
    "success_stop": ("look",),
    "harm_stop": ("look",),
    "stop_total": ("stop_measure",),
    "stop_squares": ("stop_measure",),
    "batch_trials": ("batch",),
    "batch_success": ("batch",),
    "ended": ("endpoint", "outcome", "look"),
    "at_look": ("endpoint", "look"),
    "reached": ("endpoint", "look"),
    "undefined": ("endpoint", "look"),
    "total": ("measure", "endpoint", "look"),
    "squares": ("measure", "endpoint", "look"),
    "end_total": ("measure", "endpoint"),
    "end_squares": ("measure", "endpoint"),
    "estimated": ("endpoint", "look"),
    "covered": ("endpoint", "look"),
    "winners": ("endpoint", "look"),
    "bias": ("endpoint", "look"),
    "bias_squares": ("endpoint", "look"),
    "winner_log_hr": ("endpoint", "look"),
    "winner_squares": ("endpoint", "look"),
}


class Stack:
    """Results of the cells of a sweep, side by side.

    Parameters
    ----------
    results : sequence of CellResult or None
        None where a cell has no trials yet.

    Attributes
    ----------
    endpoints : tuple of str
        Of all cells.
    sizes : dict of str to int
        By dim.
    trials : array (cell,)
        0 where there are none.
    """

    def __init__(self, results: Sequence[CellResult | None]) -> None:
        self.results = results
        there = [result for result in results if result is not None]
        self.endpoints = tuple(dict.fromkeys(name for one in there for name in one.endpoints))
        self.sizes = {
            "look": max((one.sums["stop"].size for one in there), default=1),
            "endpoint": len(self.endpoints),
            "outcome": len(outcome_names()),
            "measure": len(MEASURES),
            "stop_measure": 2,
            "batch": BATCHES,
            "won": len(self.endpoints) + 1,
        }
        self.trials = np.array([0 if one is None else one.trials for one in results], float)

    def __getitem__(self, name: str) -> Floats:
        """Give sums by cell and their own dims; not a number where a cell has none."""
        return self._laid_out(
            DIMS[name], [None if one is None else one.sums.get(name) for one in self.results]
        )

    def limits(self) -> Floats:
        """Give what Cox estimates are held against, (cell, endpoint, look)."""
        limits = [None if one is None else one.limits for one in self.results]
        return self._laid_out(("endpoint", "look"), limits)

    def has(self, name: str) -> bool:
        """Whether any cell has such sums."""
        return any(one is not None and name in one.sums for one in self.results)

    def _laid_out(
        self, dims: tuple[str, ...], parts: Sequence[NDArray[np.number] | None]
    ) -> Floats:
        whole = np.full((len(parts), *(self.sizes[dim] for dim in dims)), np.nan)
        for cell, (part, result) in enumerate(zip(parts, self.results, strict=True)):
            if part is None or result is None:
                continue
            alike = "endpoint" not in dims or result.endpoints == self.endpoints
            if alike and part.shape == whole.shape[1:]:
                whole[cell] = part
            else:
                places = [
                    self._places(dim, size, result)
                    for dim, size in zip(dims, part.shape, strict=True)
                ]
                whole[cell][np.ix_(*places)] = part
        return whole

    def _places(self, dim: str, size: int, result: CellResult) -> list[int]:
        """Where the entries of a smaller cell go along a dim."""
        if dim == "endpoint":
            return [self.endpoints.index(name) for name in result.endpoints]
        return list(range(size))

    def quantiles(self, name: str, probabilities: Floats) -> Floats:
        """Quantiles of a measure over the trials of each cell.

        Parameters
        ----------
        name : str
            Of the histogram, see `CellResult`.
        probabilities : array (cell, …)

        Returns
        -------
        array (cell, …)
        """
        found = np.full(probabilities.shape, np.nan)
        for cell, result in enumerate(self.results):
            if result is not None and name in result.bins:
                bins, width = result.bins[name], result.widths[name.rpartition(".")[2]]
                within = binned_quantiles(bins.counts, width, probabilities[cell])
                found[cell] = bins.first * width + within
        return found
