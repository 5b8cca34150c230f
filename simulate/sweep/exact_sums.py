"""Sums that come out the same to the bit in any order: whole numbers, and fixed-point values.

A floating-point sum depends on the order of its terms, so trials added later, or by another
worker, would change its last bits. Here each value is rounded once to a multiple of a unit and the
multiples are added as integers: months (up to 8,192) and their squares in units of 2^-16, log
hazard ratios and theirs in units of 2^-26. There is room for 10^10 trials of 90 months.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulate.operating.histogram import BINS

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MONTH_UNIT = 2.0**-16
LOG_UNIT = 2.0**-26
LATEST = 8192.0


def fixed(values: Floats, unit: float) -> Integers:
    """Nearest multiples of a unit, for finite values."""
    return np.rint(values / unit).astype(np.int64)


@dataclass(frozen=True, kw_only=True)
class Bins:
    """A histogram without the empty bins at its ends.

    Attributes
    ----------
    first : int
        Number of the first bin.
    counts : array (bin,)
    """

    first: int
    counts: Integers

    def __add__(self, other: "Bins") -> "Bins":
        """Histogram of both."""
        parts = [part for part in (self, other) if part.counts.size]
        if len(parts) < 2:
            return parts[0] if parts else self
        first = min(self.first, other.first)
        counts = np.zeros(max(part.first + part.counts.size for part in parts) - first, np.int64)
        for part in parts:
            start = part.first - first
            counts[start : start + part.counts.size] += part.counts
        return Bins(first=first, counts=counts)

    def whole(self) -> Integers:
        """All `BINS` bins."""
        counts = np.zeros(BINS, np.int64)
        counts[self.first : self.first + self.counts.size] = self.counts
        return counts


def count_bins(values: Floats, width: float) -> Bins:
    """Count values in bins of a width; what lies beyond the last bin counts there.

    Parameters
    ----------
    values : array (trial,)
        Not negative.
    width : float
    """
    places = np.minimum((values / width).astype(np.int64), BINS - 1)
    if not places.size:
        return Bins(first=0, counts=np.zeros(0, np.int64))
    first = int(places.min())
    return Bins(first=first, counts=np.bincount(places - first).astype(np.int64))


def bin_width(most: float) -> float:
    """Width of bins for whole numbers up to a largest one: 1 where they all have their own."""
    return float(max(1, math.ceil((most + 1) / BINS)))
