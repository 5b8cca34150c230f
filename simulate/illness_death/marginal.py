"""Each endpoint of an illness-death truth on its own, as a truth with one hazard.

So everything that is known of one endpoint, such as Cox limits, expected events and medians of
whole arms, holds for both endpoints of the same patients.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.illness_death.occupancy import corners, occupancy
from models.illness_death.packed import PackedIllnessDeath
from models.illness_death.survival import Endpoint
from simulate.truth.packed import PackedTruth
from simulate.truth.scans import Scans, dates_beyond

Array = NDArray[np.float64]

LATEST = 120.0
FINE = ((12.0, 0.1), (36.0, 0.25), (60.0, 0.5), (LATEST, 1.0))
COARSE = FINE[2:]
JUMP = 0.01
SAME = 1e-6
NOBODY, FEW = 1e-250, 1e-5
TAIL = 12.0


def marginal_truth(
    packed: PackedIllnessDeath,
    *,
    endpoint: Endpoint,
    scans: Scans | None = None,
    prevalences: ArrayLike | None = None,
    times: ArrayLike | None = None,
) -> PackedTruth:
    """One endpoint's hazard by arm and stratum, constant between the points of a grid.

    Without scans the hazard of progression-free survival is constant in pieces already and stays
    as it is. A scan is a step of survival, spread over the 0.01 months before it.

    Parameters
    ----------
    packed : PackedIllnessDeath
    endpoint : {"pfs", "os"}
    scans : Scans, optional
        When progression is looked for: progression-free survival then ends when it is seen, and
        switching and later drop-out begin. Each scan falls on its date, whatever its window.
    prevalences : array_like, shape (S,), optional
        Share of the patients in each stratum, alike if left out; they matter only where drop-out
        depends on progression.
    times : array_like, optional
        Grid in months; by default in steps of 0.1 month at first, of 1 month from 60 to 120 months.

    Returns
    -------
    PackedTruth
        Survival is exact at the points of the grid; after the last one the hazard stays at its
        mean over the 12 months before. Where drop-out depends on progression, the hazard is that
        of those still followed, and drop-out the mean hazard of those still followed in all strata.
    """
    if endpoint == "pfs" and scans is None:
        return _truth(packed, cuts=packed.cuts, hazard=packed.hazard.sum(axis=0))
    grid = _grid(packed, endpoint=endpoint, scans=scans, times=times)
    if endpoint == "os" and not np.array_equal(packed.drop_out[0], packed.drop_out[1]):
        shares = np.ones(packed.hazard.shape[2]) if prevalences is None else prevalences
        return _of_the_followed(packed, grid, scans=scans, prevalences=np.asarray(shares, float))
    states = occupancy(packed, grid, dates=dates_beyond(scans, until=float(grid[-1])))
    without = states.alive() if endpoint == "os" else states.free + states.unseen
    return _truth(packed, cuts=grid[1:], hazard=_hazard(_spent(without), grid=grid))


def _truth(packed: PackedIllnessDeath, *, cuts: Array, hazard: Array) -> PackedTruth:
    return PackedTruth(
        cuts=cuts,
        hazard=hazard,
        cured=np.zeros(2),
        drop_cuts=packed.drop_cuts,
        drop_out=packed.drop_out[0],
    )


def _of_the_followed(
    packed: PackedIllnessDeath, grid: Array, *, scans: Scans | None, prevalences: Array
) -> PackedTruth:
    """Those alive and followed leave by death or drop-out, in proportion to both in each piece."""
    dates = dates_beyond(scans, until=float(grid[-1]))
    states = occupancy(packed, grid, dates=dates, drop_out=True)
    alive = states.alive()
    spent = _spent(alive)
    died = np.diff(states.died_without + states.died_after, axis=-1)
    lost = np.maximum(np.diff(states.lost, axis=-1), 0.0)
    enough = (alive[..., 1:] > FEW) & (died + lost > 0)
    ratio = np.divide(died, died + lost, out=np.ones_like(died), where=died + lost > 0)
    share = _held(ratio, known=enough)
    weight = prevalences[:, np.newaxis] * np.maximum(alive[..., :-1], NOBODY)
    drop_out = (weight * spent * (1 - share)).sum(axis=1) / weight.sum(axis=1)
    return PackedTruth(
        cuts=grid[1:],
        hazard=_hazard(spent * share, grid=grid),
        cured=np.zeros(2),
        drop_cuts=grid[1:],
        drop_out=_hazard(drop_out, grid=grid),
    )


def _grid(
    packed: PackedIllnessDeath, *, endpoint: Endpoint, scans: Scans | None, times: ArrayLike | None
) -> Array:
    """Months from 0 on, with all corners of the hazards and both sides of each scan."""
    if times is not None:
        return np.union1d([0.0], np.asarray(times, dtype=float))
    months, start = [np.zeros(1)], 0.0
    for stop, step in FINE if endpoint == "os" else COARSE:
        months.append(np.arange(start + step, stop + step / 2, step))
        start = stop
    dates = dates_beyond(scans, until=LATEST)
    inside = None if dates is None else dates[dates <= LATEST]
    if inside is not None and endpoint == "pfs":
        months += [inside - JUMP, inside]
    months.append(corners(packed, dates=inside))
    grid = np.unique(np.concatenate(months))
    grid = grid[(grid >= 0) & (grid <= max(LATEST, float(packed.cuts.max(initial=0.0))))]
    return grid[np.diff(grid, append=np.inf) > SAME]


def _spent(without: Array) -> Array:
    """Cumulative hazard spent in each piece; as before where nobody is left."""
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = -np.diff(np.log(without), axis=-1)
    return _held(np.maximum(steps, 0.0), known=without[..., 1:] > NOBODY)


def _held(values: Array, *, known: NDArray[np.bool_]) -> Array:
    """Values, and where they are not known the last known one before."""
    place = np.where(known, np.arange(values.shape[-1]), 0)
    return np.take_along_axis(values, np.maximum.accumulate(place, axis=-1), axis=-1)


def _hazard(spent: Array, *, grid: Array) -> Array:
    """Hazard of each piece, and after the last."""
    width = np.diff(grid)
    late = grid[1:] > grid[-1] - TAIL
    tail = spent[..., late].sum(axis=-1, keepdims=True) / width[late].sum()
    return np.concatenate([spent / width, tail], axis=-1)
