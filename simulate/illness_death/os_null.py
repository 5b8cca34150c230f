"""Overall survival alike in both arms although progression-free survival differs."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from models.illness_death.cumulative import hazard_at
from models.illness_death.markov import grid_of, rates_on, states_on
from models.illness_death.occupancy import is_markov
from models.illness_death.packed import FORWARD, PackedIllnessDeath
from models.survival.intervals import interval_starts

Array = NDArray[np.float64]

HORIZON = 60.0
STEP = 0.25
PRECISE = 1e-14


def os_null(
    packed: PackedIllnessDeath, *, horizon: float = HORIZON, step: float = STEP
) -> PackedIllnessDeath:
    """Change RT's hazard of death after progression until overall survival is that of control.

    Parameters
    ----------
    packed : PackedIllnessDeath
        Without switching, and with the hazard of death after progression by time since
        randomisation, or constant.
    horizon : float
        Months up to which survival is the same; the last hazard goes on after them.
    step : float
        Months of the grid.

    Returns
    -------
    PackedIllnessDeath
        RT's hazard of death after progression is constant between the points of the grid, where
        survival of both arms is equal in each stratum; nothing else differs.

    Raises
    ------
    ValueError
        If RT's patients free of progression alone outnumber control's patients alive, or a negative
        hazard would be needed.
    """
    if not is_markov(packed):
        raise ValueError(
            "overall survival is made alike for hazards by time since randomisation; leave out "
            "switching and set clock to forward"
        )
    grid = grid_of(packed, np.append(np.arange(step, horizon - step / 2, step), horizon))
    rates = rates_on(packed, grid, drop_out=False)
    states = states_on(rates)
    wanted = states.free[0] + states.progressed[0] - states.free[1]
    _check_room(wanted, grid)
    leaving = (rates.progression + rates.without)[1] * rates.width
    arriving = states.free[1, :, :-1] * rates.progression[1] * rates.width
    spent = np.empty_like(leaving)
    for stratum, k in np.ndindex(spent.shape):
        place = (stratum, k)
        spent[place] = _spent(
            wanted[stratum, k : k + 2],
            arriving=float(arriving[place]),
            leaving=float(leaving[place]),
            start=float(grid[k]),
        )
    return _with_rt(packed, grid=grid, hazard=spent / rates.width)


def _spent(wanted: Array, *, arriving: float, leaving: float, start: float) -> float:
    """Cumulative hazard after progression in one interval that leaves as many as wanted."""
    before, after = float(wanted[0]), float(wanted[1])

    def surplus(fading: float) -> float:
        gap = abs(leaving - fading)
        mean = -math.expm1(-gap) / gap if gap > 0 else 1.0
        return (
            before * math.exp(-fading) + arriving * math.exp(-min(leaving, fading)) * mean - after
        )

    if surplus(0.0) < 0:
        raise ValueError(
            f"overall survival of the arms cannot be alike after month {start:g}: RT's patients "
            "would need a negative hazard of death after progression, choose a hazard ratio of "
            "progression-free survival nearer to 1 or an earlier horizon"
        )
    high = 1.0
    while surplus(high) > 0:
        high *= 2
    return float(brentq(surplus, 0.0, high, xtol=PRECISE, rtol=PRECISE))


def _check_room(wanted: Array, grid: Array) -> None:
    short = np.flatnonzero((wanted[:, 1:] <= 0).any(axis=0))
    if short.size:
        raise ValueError(
            f"overall survival of the arms cannot be alike at month {grid[short[0] + 1]:g}: more "
            "RT patients are free of progression than control patients are alive, choose a hazard "
            "ratio of progression-free survival nearer to 1 or an earlier horizon"
        )


def _with_rt(packed: PackedIllnessDeath, *, grid: Array, hazard: Array) -> PackedIllnessDeath:
    """Put the hazard in, and go on with its last value."""
    cuts = np.union1d(grid[1:], packed.after_cuts)
    starts = interval_starts(cuts)
    place = np.minimum(np.searchsorted(grid, starts, side="right") - 1, hazard.shape[-1] - 1)
    inside = starts + np.append(np.diff(starts), 2.0) / 2
    control = hazard_at(packed.after_hazard[0], inside, cuts=packed.after_cuts)
    return packed._replace(
        clock=FORWARD, after_cuts=cuts, after_hazard=np.stack([control, hazard[:, place]])
    )
