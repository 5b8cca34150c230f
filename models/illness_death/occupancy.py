"""Exact probabilities of the states over time, by route of death, seen progression or not."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.illness_death.cumulative import cumulative_at, hazard_at
from models.illness_death.markov import grid_of, rates_on, states_on
from models.illness_death.packed import FORWARD, PackedIllnessDeath
from models.illness_death.quadrature import cumulative_integral
from models.illness_death.semi_markov import progressed_at

Array = NDArray[np.float64]


class Occupancy(NamedTuple):
    """Probabilities at given times since randomisation, shape (2, S, T): arm, stratum, time.

    Attributes
    ----------
    free : numpy.ndarray
        Alive without progression.
    unseen, seen : numpy.ndarray
        Alive with progression that no scan has shown yet, and that one has.
    died_without, died_after : numpy.ndarray
        Died without and after progression, seen or not.
    lost : numpy.ndarray
        Dropped out before; 0 where drop-out is not asked for.
    hazard : numpy.ndarray
        Deaths per month of those alive and followed; at a cut point by the hazards before it.
    """

    free: Array
    unseen: Array
    seen: Array
    died_without: Array
    died_after: Array
    lost: Array
    hazard: Array

    def alive(self) -> Array:
        """Alive and followed."""
        return self.free + self.unseen + self.seen


def occupancy(
    packed: PackedIllnessDeath,
    times: ArrayLike,
    *,
    dates: Array | None = None,
    drop_out: bool = False,
) -> Occupancy:
    """Probabilities of the states at given times.

    Parameters
    ----------
    packed : PackedIllnessDeath
        Hazards, drop-out and switching.
    times : array_like, shape (T,)
        Months, finite and not negative, in any order.
    dates : numpy.ndarray, shape (V,), optional
        Months of the scans at which progression is looked for, up to one beyond the last time.
        Progression is seen at once where left out.
    drop_out : bool
        Whether drop-out takes patients away, as a third way out of states 0 and 1; otherwise all
        are followed to death.

    Returns
    -------
    Occupancy
        By formula within the pieces of constant hazard. Where drop-out meets switching, scans or
        the reset clock, deaths after progression are an integral over time by Gauss–Legendre
        quadrature (error below 1e-8); all else is exact.
    """
    months = np.asarray(times, dtype=float)
    if is_markov(packed) and (dates is None or not _depends_on_scans(packed, drop_out=drop_out)):
        return _markov(packed, months, dates=dates, drop_out=drop_out)
    return _semi_markov(packed, months, dates=dates, drop_out=drop_out)


def is_markov(packed: PackedIllnessDeath) -> bool:
    """Whether hazards depend on the state and the time since randomisation only."""
    forward = packed.clock == FORWARD or packed.after_cuts.size == 0
    return forward and packed.switch_probability == 0


def _depends_on_scans(packed: PackedIllnessDeath, *, drop_out: bool) -> bool:
    return drop_out and not np.array_equal(packed.drop_out[0], packed.drop_out[1])


def _markov(
    packed: PackedIllnessDeath, months: Array, *, dates: Array | None, drop_out: bool
) -> Occupancy:
    last = np.zeros_like(months) if dates is None else _last_scan(dates, months)
    grid = grid_of(packed, np.concatenate([months, last]))
    rates = rates_on(packed, grid, drop_out=drop_out)
    states = states_on(rates)
    free, progressed, without, after = (
        part[..., np.searchsorted(grid, months)] for part in states[:4]
    )
    if dates is None:
        seen, unseen = progressed, np.zeros_like(progressed)
    else:
        fade = cumulative_at(packed.after_hazard, months, cuts=packed.after_cuts)
        fade = fade - cumulative_at(packed.after_hazard, last, cuts=packed.after_cuts)
        if drop_out:
            lost = cumulative_at(packed.drop_out[1], months, cuts=packed.drop_cuts)
            lost = lost - cumulative_at(packed.drop_out[1], last, cuts=packed.drop_cuts)
            fade = fade + lost[:, np.newaxis]
        seen = states.progressed[..., np.searchsorted(grid, last)] * np.exp(-fade)
        unseen = np.maximum(progressed - seen, 0.0)
    dying = free * hazard_at(packed.hazard[1], months, cuts=packed.cuts)
    dying = dying + progressed * hazard_at(packed.after_hazard, months, cuts=packed.after_cuts)
    gone = free + progressed + without + after
    return Occupancy(
        free=free,
        unseen=unseen,
        seen=seen,
        died_without=without,
        died_after=after,
        lost=np.maximum(1 - gone, 0.0) if drop_out else np.zeros_like(free),
        hazard=_per_alive(dying, free + progressed),
    )


def _semi_markov(
    packed: PackedIllnessDeath, months: Array, *, dates: Array | None, drop_out: bool
) -> Occupancy:
    grid = grid_of(packed, months)
    states = states_on(rates_on(packed, grid, drop_out=drop_out))
    place = np.searchsorted(grid, months)
    free, without = states.free[..., place], states.died_without[..., place]
    progressed = progressed_at(packed, months, dates=dates, drop_out=drop_out)
    alive = free + progressed.unseen + progressed.seen
    after = np.maximum(1 - alive - without, 0.0)
    if drop_out:
        after = cumulative_integral(
            lambda nodes: progressed_at(packed, nodes, dates=dates, drop_out=True).dying,
            months,
            knots=corners(packed, dates=dates),
            nodes=5,
        )
    dying = free * hazard_at(packed.hazard[1], months, cuts=packed.cuts) + progressed.dying
    lost = np.maximum(1 - alive - without - after, 0.0)
    return Occupancy(
        free=free,
        unseen=progressed.unseen,
        seen=progressed.seen,
        died_without=without,
        died_after=after,
        lost=lost if drop_out else np.zeros_like(lost),
        hazard=_per_alive(dying, alive),
    )


def corners(packed: PackedIllnessDeath, *, dates: Array | None = None) -> Array:
    """Months at which hazards of a whole arm may bend or jump, as knots of quadratures."""
    own = np.concatenate([[0.0], packed.cuts, packed.drop_cuts])
    after = packed.after_cuts
    forward = packed.clock == FORWARD
    parts = [own, after if forward else np.add.outer(own, after).ravel()]
    if packed.switch_probability > 0:
        seen = own if dates is None else dates
        parts += [seen + packed.switch_delay, after + packed.switch_delay]
    if dates is not None:
        parts += [dates]
    return np.unique(np.concatenate(parts))


def _last_scan(dates: Array, months: Array) -> Array:
    """Date of the last scan up to each month; 0 before the first."""
    return np.append(0.0, dates)[np.searchsorted(dates, months, side="right")]


def _per_alive(dying: Array, alive: Array) -> Array:
    return np.divide(dying, alive, out=np.full_like(dying, np.nan), where=alive > 0)
