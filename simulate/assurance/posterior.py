"""Draws of a phase II posterior, as far as planning needs them: hazards of both arms."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.illness_death.priors import PooledEffects, SeparateEffects
from models.priors.normal_mixture import NormalMixture

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

Kind = Literal["proportional", "time_varying", "illness_death"]
Clock = Literal["forward", "reset"]

SAME = 1e-9
PASSAGES = ("progression", "death_without_progression", "death_after_progression")


@dataclass(frozen=True, kw_only=True)
class PosteriorDraws:
    """Draws of the hazards, chain after chain.

    Parameters
    ----------
    kind : {"proportional", "time_varying", "illness_death"}
        One endpoint whose hazard ratio is the same at all times or changes, or the passages of
        patients who progress and die.
    endpoints : tuple of str
        That the posterior says something of.
    cuts : numpy.ndarray, shape (K - 1,)
        Interior cut points in months; intervals are (start, stop], the last open.
    hazard : numpy.ndarray, shape (draw, passage, arm, K)
        Per month, positive. One passage for one endpoint, three of `PASSAGES` otherwise.
    clock : {"forward", "reset"}
        What the months of death after progression count from.
    chains : int
        Chains of equal length.
    prior : NormalMixture or None
        Prior of log HR under which they were drawn; None where there is not a single one.
    effects : SeparateEffects, PooledEffects or None
        Prior of the passages' log hazard ratios, of patients who progress and die.
    analysis : str
        Name of the settings of the analysis.
    quick : bool
        Whether they come from a quick look.
    """

    kind: Kind
    endpoints: tuple[str, ...]
    cuts: Floats
    hazard: Floats
    clock: Clock = "forward"
    chains: int = 1
    prior: NormalMixture | None = None
    effects: SeparateEffects | PooledEffects | None = None
    analysis: str = ""
    quick: bool = False

    @property
    def size(self) -> int:
        """Number of draws."""
        return len(self.hazard)

    def take(self, places: Integers) -> Floats:
        """Hazards of some draws, shape (draw, passage, arm, K)."""
        return self.hazard[places]

    def passage_log_hr(self, places: Integers) -> Floats | None:
        """Log hazard ratios of each passage (draw, passage); None where one changes over time."""
        hazard = self.hazard[places]
        if not hazard.all():
            return None
        log_hr = np.log(hazard[:, :, 1] / hazard[:, :, 0])
        return log_hr[..., 0] if np.ptp(log_hr, axis=-1).max() < SAME else None


def spread_order(size: int) -> Integers:
    """Order of draws in which the first few, however many, are spread evenly over all.

    So draws that are used lie far apart in their chains, and a smaller run is the first part of a
    larger one.

    Parameters
    ----------
    size : int
        Draws in all.

    Returns
    -------
    numpy.ndarray, shape (size,)
        Each number from 0 once: the numbers below a power of 2 with their bits reversed.
    """
    bits = max(math.ceil(math.log2(size)), 1) if size > 1 else 1
    numbers = np.arange(2**bits, dtype=np.int64)
    order = np.zeros_like(numbers)
    for bit in range(bits):
        order |= ((numbers >> bit) & 1) << (bits - 1 - bit)
    return order[order < size]
