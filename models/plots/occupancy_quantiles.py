"""Quantiles of posterior shares of patients in each state, over a grid of times.

Times are months since randomisation. Nothing is drawn here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.illness_death.occupancy import occupancy
from models.illness_death.packed import PackedIllnessDeath
from models.illness_death.posterior import clock_of, pack_posterior, some_draws
from models.plots.survival_quantiles import BAND_PROBABILITIES
from models.survival.intervals import ARMS

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]

STATES = ("free", "progressed", "dead")
MOST_DRAWS = 4_000
DRAWS_AT_ONCE = 250


def occupancy_quantiles(
    tree: xr.DataTree,
    times: ArrayLike,
    *,
    probabilities: tuple[float, ...] = BAND_PROBABILITIES,
    most_draws: int = MOST_DRAWS,
) -> xr.Dataset:
    """Summarise the draws of each state's probability, pointwise.

    Parameters
    ----------
    tree : xarray.DataTree
        A posterior of kind "illness_death".
    times : array_like, shape (T,)
        Months, finite and not negative.
    probabilities : tuple of float
        Of the quantiles, between 0 and 1; the default ones are the median and the limits of the
        50% and 95% central intervals.
    most_draws : int
        Where there are more draws, so many of them are taken, evenly spaced.

    Returns
    -------
    xarray.Dataset
        `occupancy` by (quantile, state, arm, time): free of progression, alive after progression,
        dead; all patients followed to death.

    Examples
    --------
    >>> import numpy as np
    >>> from models import IllnessDeathPriors, draw_illness_death_prior, occupancy_quantiles
    >>> tree = draw_illness_death_prior(
    ...     IllnessDeathPriors(), draws=40, rng=np.random.default_rng(1)
    ... )
    >>> found = occupancy_quantiles(tree, [0.0, 12.0])
    >>> found["occupancy"].sel(quantile=0.5, arm="rt", time=0).values
    array([1., 0., 0.])
    """
    import xarray as xr

    draws = pack_posterior(tree["posterior"].to_dataset(), clock=clock_of(tree))
    count = draws.packed.after_hazard.shape[1]
    packed = some_draws(draws.packed, slice(None, None, -(-count // most_draws)))
    months = np.asarray(times, dtype=float).reshape(-1)
    kept = packed.after_hazard.shape[1]
    parts = [
        _shares(some_draws(packed, slice(start, start + DRAWS_AT_ONCE)), months)
        for start in range(0, kept, DRAWS_AT_ONCE)
    ]
    found = np.quantile(np.concatenate(parts, axis=2), probabilities, axis=2)
    return xr.Dataset(
        {"occupancy": (("quantile", "state", "arm", "time"), found)},
        coords={
            "quantile": list(probabilities),
            "state": list(STATES),
            "arm": list(ARMS),
            "time": months,
        },
    )


def _shares(packed: PackedIllnessDeath, months: Array) -> Array:
    """Probability of each state, shape (state, arm, draw, time)."""
    found = occupancy(packed, months)
    return np.stack([found.free, found.seen, found.died_without + found.died_after])
