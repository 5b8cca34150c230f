"""A truth as arrays: hazards and drop-out by arm, stratum and interval."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from simulate.truth.illness_death import IllnessDeathTruth
from simulate.truth.packed import PackedTruth
from simulate.truth.pieces import common_cuts
from simulate.truth.truth import LevelEffect, Truth

if TYPE_CHECKING:
    from models.illness_death.packed import PackedIllnessDeath
    from models.illness_death.survival import Endpoint
    from simulate.design.trial import TrialDesign
    from simulate.truth.kinds import OneTruth
    from simulate.truth.marginals import MarginalsTruth
    from simulate.truth.scans import Scans


def pack_truth(design: TrialDesign, truth: OneTruth) -> PackedTruth:
    """Lay out a truth of the design's endpoint as arrays over the strata of a design.

    Parameters
    ----------
    design : TrialDesign
        Its factors define the strata: cells in the order of the factors, the last varying fastest.
        Of patients who progress and die, its `endpoint` says which endpoint is meant.
    truth : Truth, IllnessDeathTruth or MarginalsTruth
        One of the design's, or another whose factors the design has.

    Returns
    -------
    PackedTruth
        A hazard is control × the levels' `hazard_ratio`s; in the RT arm also × the hazard ratio,
        with the levels' `effect_ratio`s.
    """
    if not isinstance(truth, Truth):
        return _pack_marginal(design, truth)
    control = truth.control.pieces()
    strata = [_levels(truth, cell) for cell in design.strata()]
    effects = [
        truth.effect.pieces(ratio=math.prod(level.effect_ratio for level in levels))
        for levels in strata
    ]
    cuts = common_cuts([control, *effects])
    factor = np.array([math.prod(level.hazard_ratio for level in levels) for levels in strata])
    baseline = np.outer(factor, control.at(cuts))
    treated = baseline * np.array([effect.at(cuts) for effect in effects])
    losses = [truth.drop_out.control.pieces(), truth.drop_out.rt.pieces()]
    drop_cuts = common_cuts(losses)
    return PackedTruth(
        cuts=np.array(cuts, dtype=float),
        hazard=np.stack([baseline, treated]),
        cured=np.array([truth.cured.control, truth.cured.rt]),
        drop_cuts=np.array(drop_cuts, dtype=float),
        drop_out=np.array([loss.at(drop_cuts) for loss in losses]),
    )


def _pack_marginal(design: TrialDesign, truth: IllnessDeathTruth | MarginalsTruth) -> PackedTruth:
    from simulate.illness_death.pack import pack_illness_death  # scipy, not needed to read a design

    solved = truth if isinstance(truth, IllnessDeathTruth) else truth.solved()
    packed = pack_illness_death(design, solved)
    asked = _Asked(
        content=tuple((part.shape, part.tobytes()) for part in map(np.asarray, packed)),
        endpoint="pfs" if design.endpoint == "pfs" else "os",
        scans=design.scans,
        prevalences=design.prevalences(),
        packed=packed,
    )
    return PackedTruth(*(part.copy(order="K") for part in _marginal(asked)))


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """An endpoint of packed hazards, known by their content."""

    content: tuple[tuple[tuple[int, ...], bytes], ...]
    endpoint: Endpoint
    scans: Scans | None
    prevalences: tuple[float, ...]
    packed: PackedIllnessDeath = field(compare=False)


@lru_cache(maxsize=64)
def _marginal(asked: _Asked) -> PackedTruth:
    """One endpoint on its own, which every check and table of a design asks for again."""
    from simulate.illness_death.marginal import marginal_truth

    return marginal_truth(
        asked.packed,
        endpoint=asked.endpoint,
        scans=asked.scans,
        prevalences=asked.prevalences,
    )


def _levels(truth: Truth, cell: dict[str, str]) -> list[LevelEffect]:
    unchanged = LevelEffect()
    return [truth.factors.get(factor, {}).get(level, unchanged) for factor, level in cell.items()]
