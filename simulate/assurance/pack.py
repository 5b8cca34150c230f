"""Draws of a posterior as truths of a design, packed for the kernels all at once."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.illness_death.packed import FORWARD, RESET
from simulate.assurance.posterior import PosteriorDraws
from simulate.design.trial import TrialDesign
from simulate.engine.follow import Outcomes, Progressing
from simulate.engine.pack import pack_scenario
from simulate.engine.run import Scenario
from simulate.truth.effects import Proportional
from simulate.truth.hazards import Hazards
from simulate.truth.illness_death import DeathAfterProgression, IllnessDeathTruth, Transition
from simulate.truth.kinds import OneTruth, Solved, solve
from simulate.truth.truth import LevelEffect, Truth

Floats = NDArray[np.float64]


class OneEndpointDraws(NamedTuple):
    """Hazards of one endpoint by draw, as `draw_trials` takes them.

    Attributes
    ----------
    base : Outcomes
        What all draws share; its hazards are of no account.
    hazard : array (draw, arm, stratum, interval)
    """

    base: Outcomes
    hazard: Floats


class ProgressingDraws(NamedTuple):
    """Hazards of all passages by draw, as `draw_progressing_trials` takes them.

    Attributes
    ----------
    base : Progressing
        What all draws share; its hazards are of no account.
    hazard, reached : array (draw, passage, arm, stratum, interval)
    after_hazard, after_reached : array (draw, arm, stratum, interval)
    """

    base: Progressing
    hazard: Floats
    reached: Floats
    after_hazard: Floats
    after_reached: Floats


@dataclass(frozen=True, kw_only=True)
class PackedDraws:
    """A design under each of many draws.

    Parameters
    ----------
    scenario : Scenario
        The design, with the truth of no draw in particular.
    draws : OneEndpointDraws or ProgressingDraws
    """

    scenario: Scenario
    draws: OneEndpointDraws | ProgressingDraws


def pack_draws(
    design: TrialDesign, posterior: PosteriorDraws, hazard: Floats, *, planning: OneTruth
) -> PackedDraws:
    """Pack a design under hazards drawn from a posterior.

    Parameters
    ----------
    design : TrialDesign
    posterior : PosteriorDraws
        What the hazards are of: one endpoint, or progression and death.
    hazard : array (draw, passage, arm, interval)
        Per month.
    planning : Truth, IllnessDeathTruth or MarginalsTruth
        Whose drop-out and factors hold; its hazards and effects do not.

    Returns
    -------
    PackedDraws
        A hazard is the draw's × the levels' `hazard_ratio`s; in the RT arm also × the levels'
        `effect_ratio`s.
    """
    solved = solve(planning)
    scenario = pack_scenario(design, _any_truth(posterior, solved), every_test=False)
    by_stratum = hazard[:, :, :, np.newaxis, :] * _factors(design, solved)[..., np.newaxis]
    if posterior.kind != "illness_death":
        base = scenario.plan.truth._replace(cuts=posterior.cuts)
        one = OneEndpointDraws(base, np.ascontiguousarray(by_stratum[:, 0]))
        return PackedDraws(scenario=scenario, draws=one)
    progressing = scenario.plan.progressing
    assert progressing is not None
    passages = progressing.passages._replace(
        cuts=posterior.cuts,
        after_cuts=posterior.cuts,
        clock=RESET if posterior.clock == "reset" else FORWARD,
    )
    before, after = (np.ascontiguousarray(part) for part in (by_stratum[:, :2], by_stratum[:, 2]))
    several = ProgressingDraws(
        base=progressing._replace(passages=passages),
        hazard=before,
        reached=_reached(before, cuts=posterior.cuts),
        after_hazard=after,
        after_reached=_reached(after, cuts=posterior.cuts),
    )
    return PackedDraws(scenario=scenario, draws=several)


def _reached(hazard: Floats, *, cuts: Floats) -> Floats:
    """Cumulative hazard at the start of each interval."""
    reached = np.zeros_like(hazard)
    np.cumsum(hazard[..., :-1] * np.diff(cuts, prepend=0.0), axis=-1, out=reached[..., 1:])
    return reached


def _any_truth(posterior: PosteriorDraws, planning: Solved) -> Solved:
    """Make a truth of the posterior's kind that has the planning truth's drop-out and factors."""
    some, none = Hazards(median=12.0), Proportional(hr=1.0)
    if posterior.kind != "illness_death":
        return Truth(
            name=planning.name,
            control=some,
            effect=none,
            drop_out=planning.drop_out,
            factors=planning.factors,
        )
    later = getattr(planning, "drop_out_after_progression", None)
    passage = Transition(control=some, effect=none)
    after = DeathAfterProgression(control=some, effect=none, clock=posterior.clock)
    return IllnessDeathTruth(
        name=planning.name,
        progression=passage,
        death_without_progression=passage,
        death_after_progression=after,
        drop_out=planning.drop_out,
        drop_out_after_progression=later,
        factors=planning.factors,
    )


def _factors(design: TrialDesign, planning: Solved) -> Floats:
    """Factor on the hazards by arm and stratum."""
    unchanged = LevelEffect()
    factors = np.ones((2, len(design.strata())))
    for place, cell in enumerate(design.strata()):
        levels = [
            planning.factors.get(name, {}).get(level, unchanged) for name, level in cell.items()
        ]
        factors[:, place] = math.prod(level.hazard_ratio for level in levels)
        factors[1, place] *= math.prod(level.effect_ratio for level in levels)
    return factors
