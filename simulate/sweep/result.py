"""What is kept of a cell's trials: counts and sums that add up to the same bits in any order."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import add
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulate.sweep.exact_sums import Bins

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MEASURES = ("month", "patients", "events")
BATCHES = 64
MOST_NAMED = 20
NEVER_NEGATIVE = ("squares", "stop_squares", "end_squares", "bias_squares", "winner_squares")


@dataclass(frozen=True, kw_only=True)
class CellResult:
    """Counts and sums over trials of one cell.

    Attributes
    ----------
    endpoints : tuple of str
    spans : tuple of (int, int)
        Replicates that are counted: first, and one after the last, of each run.
    sums : dict of str to array of int
        See `simulate.sweep.tally`.
    bins : dict of str to Bins
        Histograms at the stop of the trial ("month", "patients"), and of each endpoint at its end
        ("pfs.month").
    widths : dict of str to float
        Bin widths by measure.
    undefined : tuple of int
        Numbers of the first replicates with an undefined statistic, to be replayed.
    limits : array (endpoint, look) or None
        What Cox estimates are held against; None where hazard ratios are not estimated.
    """

    endpoints: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    sums: Mapping[str, Integers]
    bins: Mapping[str, Bins]
    widths: Mapping[str, float]
    undefined: tuple[int, ...]
    limits: Floats | None

    @property
    def trials(self) -> int:
        """Number of trials."""
        return sum(stop - first for first, stop in self.spans)

    @property
    def success(self) -> int:
        """Trials that succeed."""
        return int(self.sums["success"])

    def success_error(self) -> float:
        """Monte Carlo standard error of success, never below that of one success or failure."""
        share = min(max(self.success, 1), max(self.trials - 1, 1)) / self.trials
        return math.sqrt(share * max(1.0 - share, 1.0 / self.trials) / self.trials)

    def __add__(self, other: CellResult) -> CellResult:
        """Add the trials of another run of the same cell.

        Raises
        ------
        ValueError
                If the same replicates are in both, or there are more than the sums have room for.
        """
        sums = {name: mine + other.sums[name] for name, mine in self.sums.items()}
        if any((sums[name] < 0).any() for name in NEVER_NEGATIVE if name in sums):
            raise ValueError(
                f"{self.trials + other.trials} trials are more than the sums of a cell have room "
                "for; run fewer"
            )
        named = sorted({*self.undefined, *other.undefined})
        return CellResult(
            endpoints=self.endpoints,
            spans=_joined_spans(self.spans + other.spans),
            sums=sums,
            bins={name: bins + other.bins[name] for name, bins in self.bins.items()},
            widths=self.widths,
            undefined=tuple(named[:MOST_NAMED]),
            limits=self.limits,
        )

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Write everything as arrays by name, none of them of objects."""
        arrays: dict[str, NDArray[Any]] = {
            "endpoints": np.array(self.endpoints),
            "spans": np.array(self.spans, np.int64).reshape(-1, 2),
            "undefined": np.array(self.undefined, np.int64),
        }
        if self.limits is not None:
            arrays["limits"] = self.limits
        arrays |= {f"width/{name}": np.array(width) for name, width in self.widths.items()}
        arrays |= {f"sum/{name}": sums for name, sums in self.sums.items()}
        for name, bins in self.bins.items():
            arrays[f"first/{name}"] = np.array(bins.first)
            arrays[f"counts/{name}"] = bins.counts
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> CellResult:
        """Read back what `to_arrays` gave."""

        def under(prefix: str) -> dict[str, NDArray[Any]]:
            start = f"{prefix}/"
            return {
                name.removeprefix(start): np.asarray(value)
                for name, value in arrays.items()
                if name.startswith(start)
            }

        firsts = under("first")
        return cls(
            endpoints=tuple(str(name) for name in arrays["endpoints"]),
            spans=tuple((int(first), int(stop)) for first, stop in arrays["spans"]),
            sums=under("sum"),
            bins={
                name: Bins(first=int(firsts[name]), counts=counts)
                for name, counts in under("counts").items()
            },
            widths={name: float(width) for name, width in under("width").items()},
            undefined=tuple(int(number) for number in arrays["undefined"]),
            limits=arrays.get("limits"),
        )


def total(parts: list[CellResult]) -> CellResult:
    """Add runs of the same cell, at least one."""
    return reduce(add, parts)


def _joined_spans(spans: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Put runs in order, and adjacent ones together; refuse those that overlap."""
    ordered = sorted(spans)
    for (first, stop), (later, _) in pairwise(ordered):
        if later < stop:
            raise ValueError(
                f"replicates from {later} on are counted in runs that begin at {first} and at "
                f"{later}; a replicate counts once, add runs that do not overlap"
            )
    joined: list[tuple[int, int]] = []
    for first, stop in ordered:
        if joined and joined[-1][1] == first:
            joined[-1] = (joined[-1][0], stop)
        else:
            joined.append((first, stop))
    return tuple(joined)
