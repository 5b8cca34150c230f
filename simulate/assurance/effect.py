"""One log hazard ratio a draw and endpoint, however the hazards change: RT versus control."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.illness_death.occupancy import occupancy
from models.illness_death.packed import FORWARD, RESET, PackedIllnessDeath
from simulate.assurance.posterior import PosteriorDraws

Floats = NDArray[np.float64]

HORIZON = 60.0
MONTHS = np.concatenate([np.arange(0.0, 24.0, 2.0), np.arange(24.0, HORIZON + 1.0, 4.0)])
"""Hazards of survival are averaged between these."""
TOGETHER = 2000
"""Draws of progression and death that are computed at once, so that memory stays small."""


class DrawEffects(NamedTuple):
    """What a draw says of each endpoint in two numbers, shape (draw, endpoint).

    Attributes
    ----------
    log_hr : array
        Mean log hazard ratio, RT versus control, below 0 favours RT.
    log_hazard : array
        Log of the control arm's mean hazard per month.
    """

    log_hr: Floats
    log_hazard: Floats


def draw_effects(posterior: PosteriorDraws, hazard: Floats) -> DrawEffects:
    """Average hazards and log hazard ratios over the events of the control arm.

    Parameters
    ----------
    posterior : PosteriorDraws
        What the hazards are of.
    hazard : array (draw, passage, arm, interval)
        Per month.

    Returns
    -------
    DrawEffects
        Each month of the first 60 counts by the events that the control arm has in it, drop-out
        and scans apart. What is constant is itself.
    """
    if posterior.kind != "illness_death":
        return _by_endpoint([_averaged(hazard[:, 0], posterior.cuts)])
    pfs = _averaged(hazard[:, :2].sum(axis=1), posterior.cuts)
    parts = [hazard[start : start + TOGETHER] for start in range(0, len(hazard), TOGETHER)]
    os = np.concatenate([_of_survival(posterior, part) for part in parts], axis=-1)
    return _by_endpoint([pfs, os])


def _by_endpoint(found: list[Floats]) -> DrawEffects:
    log_hr, log_hazard = np.stack(found, axis=-1)
    return DrawEffects(log_hr=log_hr, log_hazard=log_hazard)


def _averaged(hazard: Floats, cuts: Floats) -> Floats:
    """Mean log ratio and log mean of piecewise constant hazards (draw, arm, interval)."""
    inside = cuts[cuts < HORIZON]
    width = np.diff(np.concatenate([[0.0], inside, [HORIZON]]))
    return _weighted(hazard[..., : width.size], width)


def _of_survival(posterior: PosteriorDraws, hazard: Floats) -> Floats:
    """Average those of survival, of patients who progress and die."""
    months = np.union1d(MONTHS, posterior.cuts[posterior.cuts < HORIZON])
    by_arm = np.moveaxis(hazard, 0, 2)
    packed = PackedIllnessDeath(
        cuts=posterior.cuts,
        hazard=by_arm[:2],
        clock=RESET if posterior.clock == "reset" else FORWARD,
        after_cuts=posterior.cuts,
        after_hazard=by_arm[2],
        drop_cuts=np.empty(0),
        drop_out=np.zeros((2, 2, 1)),
    )
    alive = np.maximum(occupancy(packed, months).alive(), np.finfo(float).tiny)
    width = np.diff(months)
    spent = np.maximum(-np.diff(np.log(alive), axis=-1) / width, np.finfo(float).tiny)
    return _weighted(np.moveaxis(spent, 0, 1), width)


def _weighted(hazard: Floats, width: Floats) -> Floats:
    """Weigh by the events of the control arm in each piece, shape (2, draw)."""
    reached = np.cumsum(hazard[:, 0] * width, axis=-1)
    survival = np.exp(-np.concatenate([np.zeros((len(hazard), 1)), reached], axis=-1))
    events = -np.diff(survival, axis=-1)
    share = events / events.sum(axis=-1, keepdims=True)
    log_hr = (share * np.log(hazard[:, 1] / hazard[:, 0])).sum(axis=-1)
    return np.stack([log_hr, np.log((share * hazard[:, 0]).sum(axis=-1))])
