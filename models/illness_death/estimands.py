"""What a posterior of progression and death says of both endpoints, by exact formulas draw by draw.

Times are months. Hazard ratios are RT versus control, below 1 favours RT; differences are RT
minus control. Progression counts from when it happens, whatever scans show.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.estimands.compute import RMST_MONTHS, SURVIVAL_MONTHS
from models.illness_death.medians import medians_after_progression, overall_survival_medians
from models.illness_death.packed import PackedIllnessDeath
from models.illness_death.posterior import PackedDraws, clock_of, pack_posterior, some_draws
from models.illness_death.restricted import restricted_times
from models.illness_death.survival import hazard_ratio_at, survival_at
from models.survival.hazard import median
from models.survival.intervals import ARMS

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]

ENDPOINTS = ("pfs", "os")
DRAWS_AT_ONCE = 250


def illness_death_estimands(
    tree: xr.DataTree,
    *,
    survival_months: Sequence[float] = SURVIVAL_MONTHS,
    rmst_months: Sequence[float] = RMST_MONTHS,
) -> xr.Dataset:
    """Turn draws of the hazards of three transitions into draws of what a trialist asks for.

    Parameters
    ----------
    tree : xarray.DataTree
        Of kind "illness_death": group `posterior` with `hazard` ([imputation,] chain, draw,
        transition, arm, interval) and `log_hr` (..., transition), attribute `clock`.
    survival_months, rmst_months : sequence of float
        Months at which to give survival and hazard ratios, and horizons of restricted means and
        correlations.

    Returns
    -------
    xarray.Dataset
        With the leading dims of the draws: `survival` (endpoint, arm, time), `hazard_ratio`
        (endpoint, time) of the endpoint at that month, `median` (endpoint, arm), `rmst` (endpoint,
        arm, horizon) and their differences; `median_after_progression` (arm), months from
        progression to death of all who ever progress, and its difference; `correlation` (arm,
        horizon) of a patient's times of progression-free and overall survival, each cut off at
        the horizon and otherwise uncensored (Pearson); `transition_hazard_ratio` (transition).
        A median that is never reached is infinite.

    Examples
    --------
    >>> import numpy as np
    >>> from models import IllnessDeathPriors, draw_illness_death_prior, illness_death_estimands
    >>> tree = draw_illness_death_prior(
    ...     IllnessDeathPriors(), draws=10, rng=np.random.default_rng(1)
    ... )
    >>> found = illness_death_estimands(tree, survival_months=(12.0,), rmst_months=(24.0,))
    >>> dict(found["survival"].sizes)
    {'chain': 1, 'draw': 10, 'endpoint': 2, 'arm': 2, 'time': 1}
    """
    import xarray as xr

    posterior = tree["posterior"].to_dataset()
    draws = pack_posterior(posterior, clock=clock_of(tree))
    times, horizons = np.asarray(survival_months, float), np.asarray(rmst_months, float)
    restricted = [_by_draw(draws, _restricted_to(float(horizon))) for horizon in horizons]
    stacked = np.stack(restricted, axis=-1)
    parts = {
        "survival": (_by_draw(draws, _survival_at(times)), ("endpoint", "arm", "time")),
        "hazard_ratio": (_by_draw(draws, _hazard_ratio_at(times)), ("endpoint", "time")),
        "median": (_by_draw(draws, _medians), ("endpoint", "arm")),
        "rmst": (stacked[:, :2], ("endpoint", "arm", "horizon")),
        "correlation": (stacked[:, 2], ("arm", "horizon")),
        "median_after_progression": (_by_draw(draws, _after_progression), ("arm",)),
    }
    found = xr.Dataset(
        {
            name: ((*draws.dims, *dims), values.reshape(*draws.shape, *values.shape[1:]))
            for name, (values, dims) in parts.items()
        },
        coords={name: posterior.coords[name] for name in draws.dims if name in posterior.coords}
        | {"endpoint": list(ENDPOINTS), "arm": list(ARMS), "time": times, "horizon": horizons},
    )
    for name in ("survival", "median", "rmst", "median_after_progression"):
        with np.errstate(invalid="ignore"):
            rt, control = (found[name].sel(arm=arm, drop=True) for arm in ARMS[::-1])
            found[f"{name}_difference"] = rt - control
    found["transition_hazard_ratio"] = np.exp(posterior["log_hr"].transpose(*draws.dims, ...))
    return found


def _by_draw(draws: PackedDraws, compute: Callable[[PackedIllnessDeath], Array]) -> Array:
    """Compute for a few draws at once, so that the work stays in the processor's cache."""
    count = draws.packed.after_hazard.shape[1]
    starts = range(0, count, DRAWS_AT_ONCE)
    return np.concatenate(
        [compute(some_draws(draws.packed, slice(start, start + DRAWS_AT_ONCE))) for start in starts]
    )


def _survival_at(times: Array) -> Callable[[PackedIllnessDeath], Array]:
    def compute(packed: PackedIllnessDeath) -> Array:
        both = [
            survival_at(packed, times, endpoint="pfs"),
            survival_at(packed, times, endpoint="os"),
        ]
        return np.moveaxis(np.stack(both), 2, 0)

    return compute


def _hazard_ratio_at(times: Array) -> Callable[[PackedIllnessDeath], Array]:
    def compute(packed: PackedIllnessDeath) -> Array:
        pfs = hazard_ratio_at(packed, times, endpoint="pfs")
        return np.stack([pfs, hazard_ratio_at(packed, times, endpoint="os")], axis=1)

    return compute


def _restricted_to(horizon: float) -> Callable[[PackedIllnessDeath], Array]:
    def compute(packed: PackedIllnessDeath) -> Array:
        return np.moveaxis(np.stack(restricted_times(packed, horizon)), -1, 0)

    return compute


def _medians(packed: PackedIllnessDeath) -> Array:
    pfs = median(packed.hazard.sum(axis=0), cuts=packed.cuts)
    return np.moveaxis(np.stack([pfs, overall_survival_medians(packed)]), -1, 0)


def _after_progression(packed: PackedIllnessDeath) -> Array:
    return medians_after_progression(packed).T
