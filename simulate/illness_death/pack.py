"""An illness-death truth and its scans as arrays, and what the kernels make of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.illness_death.packed import FORWARD, RESET, PackedIllnessDeath
from simulate.truth.illness_death import IllnessDeathTruth, Transition
from simulate.truth.pieces import Pieces, common_cuts
from simulate.truth.scans import Scans
from simulate.truth.truth import LevelEffect

if TYPE_CHECKING:
    from simulate.design.trial import TrialDesign

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class PackedScans(NamedTuple):
    """Arrays of a schedule of scans; of length 0 where progression is seen at once.

    Attributes
    ----------
    start : numpy.ndarray, shape (P,)
        Month from which scans are `every` months apart.
    every : numpy.ndarray, shape (P,)
        Months.
    first : numpy.ndarray of int64, shape (P,)
        Number of the scan at `start`; number 0 is at randomisation.
    window : float
        Months before and after its date within which each scan falls.
    """

    start: Floats
    every: Floats
    first: Integers
    window: float


class Passages(NamedTuple):
    """A packed truth with its cumulative hazards, as the kernels take it.

    Fields as in `PackedIllnessDeath`; each `reached` array has the shape of the hazards before it
    and holds the cumulative hazard at the start of each interval.
    """

    cuts: Floats
    hazard: Floats
    reached: Floats
    clock: int
    after_cuts: Floats
    after_hazard: Floats
    after_reached: Floats
    drop_cuts: Floats
    drop_out: Floats
    drop_reached: Floats
    drops: int
    switch_probability: float
    switch_delay: float
    switch_hr: float


def pack_illness_death(design: TrialDesign, truth: IllnessDeathTruth) -> PackedIllnessDeath:
    """Lay out an illness-death truth as arrays over the strata of a design.

    Parameters
    ----------
    design : TrialDesign
        Its factors define the strata: cells in the order of the factors, the last varying fastest.
    truth : IllnessDeathTruth
        One of the design's, or another whose factors the design has.

    Returns
    -------
    PackedIllnessDeath
        Every hazard is control × the levels' `hazard_ratio`s; in the RT arm also × the passage's
        hazard ratio, with the levels' `effect_ratio`s.
    """
    strata = [_levels(truth, cell) for cell in design.strata()]
    start = [truth.progression, truth.death_without_progression]
    cuts = common_cuts(pieces for passage in start for pieces in _functions(passage, strata))
    after = truth.death_after_progression
    after_cuts = common_cuts(_functions(after, strata))
    before = truth.drop_out
    later = truth.drop_out_after_progression or before
    losses = [before.control, before.rt, later.control, later.rt]
    drop_cuts = common_cuts(loss.pieces() for loss in losses)
    switching = truth.switching
    return PackedIllnessDeath(
        cuts=np.array(cuts, dtype=float),
        hazard=np.stack([_on_grid(passage, strata, cuts=cuts) for passage in start]),
        clock=RESET if after.clock == "reset" else FORWARD,
        after_cuts=np.array(after_cuts, dtype=float),
        after_hazard=_on_grid(after, strata, cuts=after_cuts),
        drop_cuts=np.array(drop_cuts, dtype=float),
        drop_out=np.array([loss.pieces().at(drop_cuts) for loss in losses]).reshape(2, 2, -1),
        switch_probability=0.0 if switching is None else float(switching.probability),
        switch_delay=0.0 if switching is None else switching.delay,
        switch_hr=1.0 if switching is None else switching.hr,
    )


def pack_scans(scans: Scans | None) -> PackedScans:
    """Lay out a schedule of scans as arrays; None where progression is seen at once."""
    pieces = () if scans is None else scans.schedule
    return PackedScans(
        start=np.array([piece.start for piece in pieces], dtype=float),
        every=np.array([piece.every for piece in pieces], dtype=float),
        first=np.array(() if scans is None else scans.firsts(), dtype=np.int64),
        window=0.0 if scans is None else scans.window,
    )


def passages_of(packed: PackedIllnessDeath) -> Passages:
    """Add the cumulative hazards that the kernels need."""
    hazard, after = packed.hazard, packed.after_hazard
    return Passages(
        cuts=packed.cuts,
        hazard=np.ascontiguousarray(hazard),
        reached=_reached(hazard, cuts=packed.cuts),
        clock=packed.clock,
        after_cuts=packed.after_cuts,
        after_hazard=np.ascontiguousarray(after),
        after_reached=_reached(after, cuts=packed.after_cuts),
        drop_cuts=packed.drop_cuts,
        drop_out=np.ascontiguousarray(packed.drop_out),
        drop_reached=_reached(packed.drop_out, cuts=packed.drop_cuts),
        drops=int(packed.drop_out.any()),
        switch_probability=packed.switch_probability,
        switch_delay=packed.switch_delay,
        switch_hr=packed.switch_hr,
    )


def _reached(hazard: Floats, *, cuts: Floats) -> Floats:
    """Cumulative hazard at the start of each interval."""
    widths = np.diff(cuts, prepend=0.0)
    reached = np.zeros_like(hazard)
    np.cumsum(hazard[..., :-1] * widths, axis=-1, out=reached[..., 1:])
    return reached


def _functions(passage: Transition | None, strata: list[list[LevelEffect]]) -> list[Pieces]:
    """Hazard of control, and hazard ratio in each stratum."""
    if passage is None:
        return []
    ratios = [math.prod(level.effect_ratio for level in levels) for levels in strata]
    return [passage.control.pieces(), *(passage.effect.pieces(ratio=ratio) for ratio in ratios)]


def _on_grid(
    passage: Transition | None, strata: list[list[LevelEffect]], *, cuts: tuple[float, ...]
) -> Floats:
    """Hazard of a passage by arm, stratum and interval; zero where it does not happen."""
    if passage is None:
        return np.zeros((2, len(strata), len(cuts) + 1))
    control, *effects = _functions(passage, strata)
    factor = np.array([math.prod(level.hazard_ratio for level in levels) for levels in strata])
    baseline = np.outer(factor, control.at(cuts))
    return np.stack([baseline, baseline * np.array([effect.at(cuts) for effect in effects])])


def _levels(truth: IllnessDeathTruth, cell: dict[str, str]) -> list[LevelEffect]:
    unchanged = LevelEffect()
    return [truth.factors.get(factor, {}).get(level, unchanged) for factor, level in cell.items()]
