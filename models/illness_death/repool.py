"""Draws of one prior of the treatment effects weighed for another: pooling after the event.

A joint reconstruction draws patients under separate effects. Fitting its sets with pooled effects
would mix two priors; weighing its draws does not, since the priors of the effects cancel but for
their ratio.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import halfnorm, norm

from models.illness_death.posterior import LEADING, clock_of
from models.illness_death.priors import TRANSITIONS, Effects, PooledEffects, SeparateEffects
from models.priors.reweight import FEWEST_EFFECTIVE, HEAVIEST_TAIL, ReweightedDraws
from models.reconstruction.importance.pareto_tail import pareto_shape

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]

SPREADS = 400
SAME = 1e-6


def effects_log_density(log_hr: ArrayLike, effects: Effects) -> Array:
    """Log prior density of the three log hazard ratios, centre and spread integrated out.

    Parameters
    ----------
    log_hr : array_like, shape (..., 3)
        In the order of `TRANSITIONS`.
    effects : SeparateEffects or PooledEffects

    Returns
    -------
    numpy.ndarray, shape (...)

    Raises
    ------
    ValueError
        If the effects are common: three ratios that differ have no density then.
    """
    values = np.asarray(log_hr, dtype=float)
    if isinstance(effects, SeparateEffects):
        own = effects.of_each()
        means, sds = [prior.mean for prior in own], [prior.sd for prior in own]
        return np.asarray(norm(means, sds).logpdf(values).sum(axis=-1))
    if isinstance(effects, PooledEffects):
        return _pooled_log_density(values, effects)
    raise ValueError(
        "`effects` are common to all transitions and leave no density to differing ones; fit the "
        "model with CommonEffect instead"
    )


def weigh_effects(log_hr: ArrayLike, *, drawn_under: Effects, wanted: Effects) -> ReweightedDraws:
    """Weigh draws so that they stand for the posterior under another prior of the effects.

    Parameters
    ----------
    log_hr : array_like, shape (..., 3)
        Posterior draws, RT versus control.
    drawn_under, wanted : SeparateEffects or PooledEffects
        Prior they were drawn with, and prior they are to have.

    Returns
    -------
    ReweightedDraws
        Weights of shape (...).

    Raises
    ------
    ValueError
        If too few draws lie where the wanted prior has them.
    """
    log_weight = effects_log_density(log_hr, wanted) - effects_log_density(log_hr, drawn_under)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    flat = bool(np.ptp(log_weight) < 1e-9)
    found = ReweightedDraws(
        weights=weight,
        effective_size=float(1.0 / (weight**2).sum()),
        pareto_k=0.0 if flat else pareto_shape(log_weight.reshape(-1)),
    )
    if found.effective_size < FEWEST_EFFECTIVE or found.pareto_k > HEAVIEST_TAIL:
        raise ValueError(
            f"under the `wanted` effects the {weight.size} draws are worth "
            f"{found.effective_size:.0f} (Pareto k {found.pareto_k:.2f}); they must be worth at "
            f"least {FEWEST_EFFECTIVE:.0f} with a k of at most {HEAVIEST_TAIL}, take more draws or "
            "sample again under these effects"
        )
    return found


def repool(
    tree: xr.DataTree, *, drawn_under: Effects, wanted: Effects, rng: np.random.Generator
) -> xr.DataTree:
    """Resample a posterior so that it stands for another prior of the effects.

    Parameters
    ----------
    tree : xarray.DataTree
        Of kind "illness_death", drawn under the prior `drawn_under`.
    drawn_under, wanted : SeparateEffects or PooledEffects
    rng : numpy.random.Generator

    Returns
    -------
    xarray.DataTree
        Group `posterior`: as many draws as the weighed ones are worth, in random order, in one
        chain. Attributes `effects`, `effective_size` and `pareto_k` beside those of `tree`.
        Autocorrelation of the draws before is not counted.
    """
    clock_of(tree)
    posterior = tree["posterior"].to_dataset()
    dims = [name for name in LEADING if name in posterior["log_hr"].dims]
    flat = posterior.stack(_all=dims, create_index=False).drop_vars(dims, errors="ignore")
    log_hr = flat["log_hr"].sel(transition=list(TRANSITIONS)).transpose("_all", "transition")
    found = weigh_effects(log_hr.values, drawn_under=drawn_under, wanted=wanted)
    count = int(found.effective_size + SAME)
    places = (np.arange(count) + rng.random()) / count
    chosen = np.searchsorted(np.cumsum(found.weights), places).clip(max=found.weights.size - 1)
    kept = flat.isel(_all=rng.permutation(chosen)).rename_dims(_all="draw")
    resampled = kept.assign_coords(draw=np.arange(count)).expand_dims(chain=[0])
    groups = {"posterior": resampled.transpose("chain", "draw", ...)}
    if "constant_data" in tree.children:
        groups["constant_data"] = tree["constant_data"].to_dataset()
    result = type(tree).from_dict(groups)
    result.attrs = {
        **{name: value for name, value in tree.attrs.items() if name != "priors"},
        "effects": wanted.model_dump_json(),
        "effective_size": found.effective_size,
        "pareto_k": found.pareto_k,
    }
    return result


def _pooled_log_density(values: Array, effects: PooledEffects) -> Array:
    """Given the spread, jointly normal: variances spread² + centre², covariances centre²."""
    spread = halfnorm(scale=effects.scale).ppf((np.arange(SPREADS) + 0.5) / SPREADS)
    own, common = spread**2, effects.centre.sd**2
    count = values.shape[-1]
    apart = values - effects.centre.mean
    total, squares = apart.sum(axis=-1), (apart**2).sum(axis=-1)
    found = np.full(total.shape, -np.inf)
    # One spread after the other, so that memory stays that of the draws.
    for variance in own:
        together = variance + count * common
        distance = (squares - common / together * total**2) / variance
        log_scale = (count - 1) * np.log(variance) + np.log(together) + count * np.log(2 * np.pi)
        found = np.logaddexp(found, -0.5 * (distance + log_scale))
    return np.asarray(found - np.log(SPREADS))
