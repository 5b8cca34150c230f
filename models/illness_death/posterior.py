"""Draws of an illness-death posterior, whoever drew them: their attributes, and as arrays.

The layout is that of `models.joint.posterior`: `log_hr` (..., transition) and `hazard` (...,
transition, arm, interval) on the union of all cut points, with leading dims chain and draw and,
where sets of patients are pooled, imputation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.illness_death.packed import FORWARD, RESET, PackedIllnessDeath
from models.illness_death.priors import TRANSITIONS
from models.survival.intervals import ARMS

if TYPE_CHECKING:
    import xarray as xr

SCHEMA = "replan illness-death posterior 1"
KIND = "illness_death"
LEADING = ("imputation", "chain", "draw")


class PackedDraws(NamedTuple):
    """Draws as strata of one packed model.

    Attributes
    ----------
    packed : PackedIllnessDeath
        A stratum for each draw.
    dims : tuple of str
        Leading dims, in which the strata are laid out.
    shape : tuple of int
        Their sizes.
    """

    packed: PackedIllnessDeath
    dims: tuple[str, ...]
    shape: tuple[int, ...]


def posterior_attributes(*, clock: str) -> dict[str, str]:
    """Attributes by which an illness-death posterior is known.

    Parameters
    ----------
    clock : {"forward", "reset"}
        What the months of death after progression count from.
    """
    return {
        "schema": SCHEMA,
        "kind": KIND,
        "clock": clock,
        "time_unit": "months",
        "hazard_unit": "per month",
        "hazard_ratio": "RT versus control, below 1 favours RT",
    }


def clock_of(tree: xr.DataTree) -> str:
    """Clock of an illness-death posterior.

    Raises
    ------
    ValueError
        If the tree is of another kind or does not name its clock.
    """
    kind, clock = tree.attrs.get("kind"), tree.attrs.get("clock")
    if kind != KIND:
        raise ValueError(
            f"attribute `kind` is {kind!r}; progression and death need a posterior of kind "
            f"{KIND!r}, fit the illness-death model"
        )
    if clock not in ("forward", "reset"):
        raise ValueError(
            f"attribute `clock` is {clock!r}; it must say whether death after progression counts "
            "'forward' from randomisation or is 'reset' by progression, set it"
        )
    return str(clock)


def pack_posterior(draws: xr.Dataset, *, clock: str) -> PackedDraws:
    """Lay out draws of hazards for the exact formulas, one stratum a draw.

    Parameters
    ----------
    draws : xarray.Dataset
        Group `posterior`: `hazard` ([imputation,] chain, draw, transition, arm, interval) per
        month, with the coordinate `interval_start` in months.
    clock : {"forward", "reset"}
        From the attributes of the tree.

    Returns
    -------
    PackedDraws
        Without drop-out and switching.
    """
    dims = tuple(name for name in LEADING if name in draws["hazard"].dims)
    hazard = (
        draws["hazard"]
        .transpose(*dims, "transition", "arm", "interval")
        .sel(transition=list(TRANSITIONS), arm=list(ARMS))
    )
    cuts = np.asarray(draws["interval_start"].values[1:], dtype=float)
    values = hazard.values.reshape(-1, len(TRANSITIONS), len(ARMS), cuts.size + 1)
    by_passage = np.ascontiguousarray(np.moveaxis(values, 0, 2))
    return PackedDraws(
        packed=PackedIllnessDeath(
            cuts=cuts,
            hazard=by_passage[:2],
            clock=RESET if clock == "reset" else FORWARD,
            after_cuts=cuts,
            after_hazard=by_passage[2],
            drop_cuts=np.empty(0),
            drop_out=np.zeros((2, 2, 1)),
        ),
        dims=dims,
        shape=tuple(hazard.sizes[name] for name in dims),
    )


def some_draws(packed: PackedIllnessDeath, chosen: slice) -> PackedIllnessDeath:
    """Keep some of the strata."""
    return packed._replace(
        hazard=packed.hazard[:, :, chosen], after_hazard=packed.after_hazard[:, chosen]
    )
