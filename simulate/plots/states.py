"""Who is where: share of each arm that is free of progression, progressed or dead, by month.

Months are months since randomisation. Nothing is drawn here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from models.illness_death.occupancy import occupancy
from models.survival.intervals import ARMS
from simulate.illness_death.pack import pack_illness_death
from simulate.truth.kinds import solve
from simulate.truth.scans import dates_beyond
from simulate.truth.truth import Truth

if TYPE_CHECKING:
    from simulate.design.trial import TrialDesign
    from simulate.truth.kinds import OneTruth
    from simulate.truth.scans import Scans

Floats = NDArray[np.float64]

STATES = ("free", "unseen", "seen", "dead")
UNTIL = 48.0
STEP, JUST_BEFORE = 0.1, 1e-6


def state_shares(design: TrialDesign, truth: OneTruth, *, until: float = UNTIL) -> xr.DataArray:
    """Give the share of each arm in each state, all patients followed to death.

    Parameters
    ----------
    design : TrialDesign
        Its prevalences mix the strata; its scans say when progression is seen.
    truth : IllnessDeathTruth or MarginalsTruth
    until : float
        Months, positive.

    Returns
    -------
    xarray.DataArray
        Dims `state` (free of progression; alive with progression that no scan has shown yet;
        alive with progression that is seen; dead), `arm` and `month`; the states add up to 1. The
        first two together are progression-free survival as the trial observes it, the first three
        overall survival. Attributes `design`, `truth` and `scans` (whether there are any).

    Raises
    ------
    ValueError
        If the truth has one endpoint only.

    Examples
    --------
    >>> from simulate import load_design, state_shares
    >>> design = load_design("analyses/phase3/design.toml")
    >>> shares = state_shares(design, design.truths[0], until=24.0)
    >>> shares.sum("state").values.round(6).min()
    np.float64(1.0)
    """
    solved = solve(truth)
    if isinstance(solved, Truth):
        raise ValueError(
            f"`truth` {truth.name!r} has one endpoint and no states between; give one of kind "
            '"illness_death" or "marginals"'
        )
    months = _months(design.scans, until=until)
    dates = dates_beyond(design.scans, until=until)
    found = occupancy(pack_illness_death(design, solved), months, dates=dates)
    dead = found.died_without + found.died_after
    by_stratum = np.stack([found.free, found.unseen, found.seen, dead])
    return xr.DataArray(
        np.einsum("xast,s->xat", by_stratum, np.asarray(design.prevalences())),
        dims=("state", "arm", "month"),
        coords={"state": list(STATES), "arm": list(ARMS), "month": months},
        attrs={"design": design.name, "truth": truth.name, "scans": design.scans is not None},
    )


def _months(scans: Scans | None, *, until: float) -> Floats:
    """Months of the grid, with both sides of each scan."""
    steps = round(until / STEP)
    months = [np.linspace(0.0, until, max(steps, 1) + 1)]
    if scans is not None:
        dates = np.array(scans.dates(until))
        months += [dates - JUST_BEFORE, dates]
    return np.unique(np.concatenate(months))
