"""What simulated trials say at several sizes, with whole replicates resampled beside.

A replicate that is simulated at several sizes is one unit: it has the same patients there, so all
it says is weighted together. The weights of a resample are exponential numbers of mean 1 (Rubin's
Bayesian bootstrap, doi 10.1214/aos/1176345338), fixed by the seed and the replicate's number.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RESAMPLES = 2000
CHUNK = 1000
POWERS = (1, 2, 3, 4)


class Seen(NamedTuple):
    """What was decided in replicates of one size.

    Attributes
    ----------
    won : array (replicate,)
        1 where the target is reached.
    excess : array (replicate,) or None
        Statistic over its bound, 0 and above for a success; None where it is not alone to decide.
    """

    won: Floats
    excess: Floats | None


class Sums(NamedTuple):
    """Sums over replicates, the data themselves in the first row and resamples below.

    Attributes
    ----------
    trials, won : array (1 + resample, size)
    first, second, third, fourth : array (1 + resample, size)
        Of the powers of the excess; empty where it is not known.
    """

    trials: Floats
    won: Floats
    first: Floats
    second: Floats
    third: Floats
    fourth: Floats


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Replicates `first` to `first` + `trials` - 1 at some sizes.

    Attributes
    ----------
    sizes : tuple of float
    effective : tuple of float
        What they count for, see `Variation.effective`.
    first, trials : int
        Replicates; each is a trial at every size.
    sums : Sums
    """

    sizes: tuple[float, ...]
    effective: tuple[float, ...]
    first: int
    trials: int
    sums: Sums


def gather(
    simulate: Callable[[float, int, int], Seen],
    sizes: tuple[float, ...],
    *,
    first: int,
    trials: int,
    seed: int,
    effective: Callable[[float], float] = float,
) -> Batch:
    """Simulate the same replicates at several sizes.

    Parameters
    ----------
    simulate : callable
        Of size, first replicate and their number.
    sizes : tuple of float
    first, trials : int
    seed : int
        Of the resampling.
    effective : callable
        What a size counts for.
    """
    parts = [simulate(size, first, trials) for size in sizes]
    won = np.stack([part.won for part in parts])
    known = [part.excess for part in parts if part.excess is not None]
    powers = [np.stack(known) ** power for power in POWERS] if len(known) == len(parts) else []
    values = np.stack([np.ones_like(won), won, *powers])
    return Batch(
        sizes=sizes,
        effective=tuple(effective(size) for size in sizes),
        first=first,
        trials=trials,
        sums=_sums(values, first, seed),
    )


def _sums(values: Floats, first: int, seed: int) -> Sums:
    """Weighted sums of (kind, size, replicate) over the replicates."""
    kinds, sizes, trials = values.shape
    flat = values.reshape(kinds * sizes, trials)
    found = np.zeros((1 + RESAMPLES, kinds * sizes))
    found[0] = flat.sum(axis=1)
    for start in range(0, trials, CHUNK):
        inside = flat[:, start : start + CHUNK].astype(np.float32)
        rng = np.random.default_rng([seed, first + start])
        found[1:] += rng.standard_exponential((RESAMPLES, inside.shape[1]), np.float32) @ inside.T
    apart = np.moveaxis(found.reshape(1 + RESAMPLES, kinds, sizes), 1, 0)
    missing = [np.empty((1 + RESAMPLES, 0))] * (2 + len(POWERS) - kinds)
    return Sums(*apart, *missing)


class Points(NamedTuple):
    """All that is known at some sizes in rising order, batches side by side.

    Attributes
    ----------
    sizes : array (point,)
        Effective ones.
    sums : Sums
        With a column for each point.
    """

    sizes: Floats
    sums: Sums


def collect(batches: list[Batch], *, between: tuple[float, float] = (0.0, np.inf)) -> Points:
    """Put batches side by side.

    Parameters
    ----------
    batches : list of Batch
    between : tuple of float
        Effective sizes that count, both ends included.
    """
    sizes = np.array([size for batch in batches for size in batch.effective])
    rising = np.argsort(sizes, kind="stable")
    chosen = rising[(sizes[rising] >= between[0]) & (sizes[rising] <= between[1])]
    columns = zip(*(batch.sums for batch in batches), strict=True)
    together = [np.concatenate(parts, axis=1) for parts in columns]
    kept = [one[:, chosen] if one.shape[1] == sizes.size else one[:, :0] for one in together]
    return Points(sizes[chosen], Sums(*kept))
