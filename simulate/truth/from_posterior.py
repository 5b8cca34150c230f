"""One draw of a posterior as a truth to simulate trials under.

Hazard ratios are RT versus control, below 1 favours RT.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.illness_death.posterior import clock_of
from models.illness_death.priors import TRANSITIONS
from models.survival.intervals import ARMS
from simulate.truth.effects import Effect, Piecewise, Proportional
from simulate.truth.hazards import DropOut, Hazards
from simulate.truth.illness_death import DeathAfterProgression, IllnessDeathTruth, Transition
from simulate.truth.truth import Truth

if TYPE_CHECKING:
    import xarray as xr

Floats = NDArray[np.float64]

SAME = 1e-9
LEAST_HR, LARGEST_HR = 0.01, 100.0
LARGEST_HAZARD = 100.0
NOBODY = DropOut()


def illness_death_truth(
    tree: xr.DataTree,
    *,
    chain: int,
    draw: int,
    imputation: int | None = None,
    drop_out: DropOut = NOBODY,
) -> IllnessDeathTruth:
    """Take the hazards of one draw for the truth of progression and death.

    Parameters
    ----------
    tree : xarray.DataTree
        Of kind "illness_death": group `posterior` with `hazard` ([imputation,] chain, draw,
        transition, arm, interval) per month and `interval_start` in months, attribute `clock`.
    chain, draw : int
        Labels of the draw.
    imputation : int, optional
        Label of the set, where the posterior is of several.
    drop_out : DropOut
        Patients lost to follow-up, of whom the posterior knows nothing; nobody by default.

    Returns
    -------
    IllnessDeathTruth
        Named after the draw. A transition whose hazard is 0 throughout is left out where a truth
        may lack it.

    Raises
    ------
    ValueError
        If the tree is of another kind, lacks the draw, or holds hazards or ratios that no truth
        may have: one sentence.
    """
    clock = clock_of(tree)
    posterior, name = tree["posterior"].to_dataset(), _name(chain, draw, imputation)
    hazard = _hazard(posterior, chain=chain, draw=draw, imputation=imputation)
    cuts = _cuts(posterior)
    parts = {
        transition: _transition(
            hazard.sel(transition=transition), cuts, f"hazard of {transition} in {name}"
        )
        for transition in TRANSITIONS
        if transition != TRANSITIONS[1] or bool(hazard.sel(transition=transition).any())
    }
    after = parts.pop(TRANSITIONS[2])
    return IllnessDeathTruth(
        name=name,
        progression=parts[TRANSITIONS[0]],
        death_without_progression=parts.get(TRANSITIONS[1]),
        death_after_progression=DeathAfterProgression(
            control=after.control,
            effect=after.effect,
            clock="reset" if clock == "reset" else "forward",
        ),
        drop_out=drop_out,
    )


def one_endpoint_truth(
    tree: xr.DataTree,
    *,
    chain: int,
    draw: int,
    imputation: int | None = None,
    drop_out: DropOut = NOBODY,
) -> Truth:
    """Take the hazards of one draw for the truth of one endpoint.

    Parameters
    ----------
    tree : xarray.DataTree
        Posterior of one endpoint, proportional or not: group `posterior` with `hazard`
        ([imputation,] chain, draw, arm, interval) per month and `interval_start` in months.
    chain, draw : int
        Labels of the draw.
    imputation : int, optional
        Label of the set, where the posterior is of several.
    drop_out : DropOut
        Patients lost to follow-up; nobody by default.

    Returns
    -------
    Truth
        Named after the draw; its effect is proportional where one ratio holds in all intervals.

    Raises
    ------
    ValueError
        If the tree is of progression and death, lacks the draw, or holds hazards or ratios that
        no truth may have: one sentence.
    """
    posterior, name = tree["posterior"].to_dataset(), _name(chain, draw, imputation)
    if "transition" in posterior["hazard"].dims:
        raise ValueError(
            "`tree` is a posterior of progression and death, with the dim 'transition'; take "
            "its draws with `illness_death_truth`"
        )
    hazard = _hazard(posterior, chain=chain, draw=draw, imputation=imputation)
    one = _transition(hazard, _cuts(posterior), f"hazard in {name}")
    return Truth(name=name, control=one.control, effect=one.effect, drop_out=drop_out)


def _name(chain: int, draw: int, imputation: int | None) -> str:
    set_of = "" if imputation is None else f"set {imputation}, "
    return f"{set_of}chain {chain}, draw {draw}"


def _cuts(posterior: xr.Dataset) -> tuple[float, ...]:
    return tuple(float(start) for start in posterior["interval_start"].values[1:])


def _hazard(
    posterior: xr.Dataset, *, chain: int, draw: int, imputation: int | None
) -> xr.DataArray:
    """Hazards of one draw, shape ([transition,] arm, interval)."""
    hazard, labels = posterior["hazard"], {"chain": chain, "draw": draw}
    if ("imputation" in hazard.dims) != (imputation is not None):
        several = "several sets" if imputation is None else "no sets"
        cure = "give the label of one" if imputation is None else "leave it out"
        raise ValueError(f"`imputation` is {imputation} and the posterior of {several}; {cure}")
    if imputation is not None:
        labels["imputation"] = imputation
    for dim, label in labels.items():
        known = hazard[dim].values
        if label not in known:
            raise ValueError(
                f"`{dim}` is {label}; the posterior has {known[0]} to {known[-1]}, choose one of "
                "them"
            )
    return hazard.sel(labels).transpose(..., "arm", "interval").sel(arm=list(ARMS))


def _transition(hazard: xr.DataArray, cuts: tuple[float, ...], what: str) -> Transition:
    """Control hazard and effect from the hazards of both arms, shape (arm, interval)."""
    control, rt = np.asarray(hazard.values, dtype=float)
    if not np.all((control > 0) & (control <= LARGEST_HAZARD) & np.isfinite(rt)):
        raise ValueError(
            f"{what} is {control.tolist()} in control; it must be above 0 and at most "
            f"{LARGEST_HAZARD:g} per month, choose another draw"
        )
    return Transition(
        control=Hazards(cuts=cuts, rates=tuple(control.tolist())),
        effect=_effect(rt / control, cuts, what),
    )


def _effect(ratio: Floats, cuts: tuple[float, ...], what: str) -> Effect:
    outside = (ratio < LEAST_HR) | (ratio > LARGEST_HR)
    if outside.any():
        raise ValueError(
            f"{what} has a hazard ratio of {ratio[outside][0]:.3g}; a truth may have {LEAST_HR:g} "
            f"to {LARGEST_HR:g}, choose another draw"
        )
    if np.ptp(np.log(ratio)) < SAME:
        return Proportional(hr=float(ratio[0]))
    return Piecewise(cuts=cuts, hr=tuple(ratio.tolist()))
