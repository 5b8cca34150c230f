"""Reading a phase II posterior from its file, with one sentence for whatever is wrong with it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from models.illness_death.priors import IllnessDeathPriors, PooledEffects, SeparateEffects
from models.priors.normal_mixture import NormalMixture
from models.survival.intervals import ARMS, check_cuts
from simulate.assurance.posterior import PASSAGES, SAME, Clock, Kind, PosteriorDraws

Floats = NDArray[np.float64]

ENDPOINTS = ("pfs", "os")


def read_posterior(path: Path | str) -> PosteriorDraws:
    """Read the draws of a `posterior.nc`.

    Parameters
    ----------
    path : Path or str
        As `replan reanalyse` writes it for one endpoint, or that of an illness-death model.

    Returns
    -------
    PosteriorDraws

    Raises
    ------
    ValueError
        If there is no such file, or it is not a posterior that can be planned with: one sentence.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> import xarray as xr
    >>> from simulate import read_posterior
    >>> hazard = np.full((1, 50, 2, 1), 0.05)
    >>> draws = xr.Dataset(
    ...     {"hazard": (("chain", "draw", "arm", "interval"), hazard)},
    ...     coords={"arm": ["control", "rt"], "interval_start": ("interval", [0.0])},
    ... )
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "posterior.nc"
    ...     tree = xr.DataTree.from_dict({"posterior": draws})
    ...     tree.attrs["endpoint"] = "os"
    ...     tree.to_netcdf(path, engine="h5netcdf")
    ...     posterior = read_posterior(path)
    >>> posterior.kind, posterior.size
    ('proportional', 50)
    """
    file = Path(path)
    if not file.is_file():
        there = "is a folder" if file.is_dir() else "does not exist"
        raise ValueError(
            f"{file} {there}; --posterior must be a posterior.nc that `replan reanalyse` wrote, "
            "give its path"
        )
    try:
        with xr.open_datatree(file, engine="h5netcdf") as tree:
            return _read(tree)
    except KeyError as error:
        cure = "give a posterior.nc that `replan reanalyse` wrote"
        raise ValueError(f"{file} {_what_is_missing(error)}, {cure}") from None
    except (OSError, RuntimeError, TypeError, AttributeError):
        raise ValueError(
            f"{file} is not a netCDF file that can be read; --posterior must be a posterior.nc "
            "that `replan reanalyse` wrote, give its path"
        ) from None
    except ValueError as error:
        raise ValueError(f"{file}: {error}") from None


def _what_is_missing(error: KeyError) -> str:
    return (
        f"has no {str(error.args[0]).strip()!r}; a posterior needs the group posterior with hazard "
        "(chain, draw, arm, interval) and interval_start (interval)"
    )


def posterior_of(tree: xr.DataTree) -> PosteriorDraws:
    """Take the draws that planning needs from a posterior in memory.

    Parameters
    ----------
    tree : xarray.DataTree
        From `models.reanalyse`, or that of an illness-death model.

    Returns
    -------
    PosteriorDraws

    Raises
    ------
    ValueError
        If it is not a posterior that can be planned with: one sentence.

    Examples
    --------
    >>> import numpy as np
    >>> import xarray as xr
    >>> from simulate import posterior_of
    >>> hazard = np.full((1, 50, 2, 1), 0.05)
    >>> draws = xr.Dataset(
    ...     {"hazard": (("chain", "draw", "arm", "interval"), hazard)},
    ...     coords={"arm": ["control", "rt"], "interval_start": ("interval", [0.0])},
    ... )
    >>> tree = xr.DataTree.from_dict({"posterior": draws})
    >>> tree.attrs["endpoint"] = "os"
    >>> posterior_of(tree).size
    50
    """
    try:
        return _read(tree)
    except KeyError as error:
        cure = "give what `models.reanalyse` returned"
        raise ValueError(f"the tree {_what_is_missing(error)}, {cure}") from None


def _read(tree: xr.DataTree) -> PosteriorDraws:
    if "posterior" not in tree.children:
        raise KeyError("posterior")
    draws = tree["posterior"].to_dataset()
    for name in ("hazard", "interval_start"):
        if name not in draws.variables:
            raise KeyError(name)
    several = tree.attrs.get("kind") == "illness_death"
    hazard = _hazard(draws["hazard"], several=several)
    cuts = check_cuts(draws["interval_start"].values[1:])
    kind: Kind = "illness_death" if several else _kind(hazard)
    return PosteriorDraws(
        kind=kind,
        endpoints=ENDPOINTS if several else (_endpoint(tree.attrs),),
        cuts=cuts,
        hazard=hazard,
        clock=_clock(tree.attrs) if several else "forward",
        chains=draws.sizes["chain"] * draws.sizes.get("imputation", 1),
        prior=_prior(tree.attrs) if kind == "proportional" else None,
        effects=_effects(tree.attrs) if several else None,
        analysis=str(tree.attrs.get("analysis", "")),
        quick=bool(tree.attrs.get("quick", 0)),
    )


def _hazard(found: xr.DataArray, *, several: bool) -> Floats:
    """Hazards as (draw, passage, arm, interval), in the order of names, checked."""
    leading = ("imputation",) if "imputation" in found.dims else ()
    named = {"transition": PASSAGES, "arm": ARMS} if several else {"arm": ARMS}
    dims = (*leading, "chain", "draw", *named, "interval")
    if set(found.dims) != set(dims) or found.size == 0:
        raise ValueError(
            f"hazard has the dims {', '.join(map(str, found.dims))} of sizes {found.shape}; it "
            f"must have {', '.join(dims)} and at least one draw, give another posterior"
        )
    for dim, names in named.items():
        if dim not in found.coords or sorted(found.coords[dim].values) != sorted(names):
            raise KeyError(f"{dim} = {', '.join(names)}")
    ordered = found.transpose(*dims).sel({dim: list(names) for dim, names in named.items()})
    values = ordered.values.astype(float)
    hazard = values.reshape(-1, len(PASSAGES) if several else 1, *values.shape[-2:])
    if not np.isfinite(hazard).all() or (hazard < 0).any() or (hazard[:, 0] == 0).any():
        raise ValueError(
            "hazard is not finite and positive in every draw; hazards are events per month, "
            "leave such draws out or sample again"
        )
    return np.ascontiguousarray(hazard)


def _kind(hazard: Floats) -> Kind:
    log_hr = np.log(hazard[:, 0, 1] / hazard[:, 0, 0])
    return "proportional" if np.ptp(log_hr, axis=-1).max() < SAME else "time_varying"


def _endpoint(attrs: Mapping[Any, Any]) -> str:
    name = attrs.get("endpoint")
    if name not in ENDPOINTS:
        raise ValueError(
            f"endpoint is {name!r}; a posterior of one endpoint must say whether it is of pfs or "
            "os, set the attribute"
        )
    return str(name)


def _clock(attrs: Mapping[Any, Any]) -> Clock:
    clock = attrs.get("clock")
    if clock not in ("forward", "reset"):
        raise ValueError(
            f"clock is {clock!r}; an illness-death posterior must say whether death after "
            "progression counts forward or from a reset, set the attribute"
        )
    return clock  # type: ignore[no-any-return]


def _prior(attrs: Mapping[Any, Any]) -> NormalMixture | None:
    """Prior of log HR from the settings that the file carries; None where they name none."""
    try:
        stated = json.loads(str(attrs["settings"]))["log_hr"]
        return NormalMixture.normal(float(stated["mean"]), float(stated["sd"]))
    except (KeyError, TypeError, ValueError):
        return None


def _effects(attrs: Mapping[Any, Any]) -> SeparateEffects | PooledEffects | None:
    """Prior of the passages' log HR, as either way to draw them writes it; None where unnamed."""
    try:
        if "priors" in attrs:
            found = IllnessDeathPriors.model_validate_json(str(attrs["priors"])).effects
            return found if isinstance(found, SeparateEffects | PooledEffects) else None
        stated = json.loads(str(attrs["settings"]))
        return SeparateEffects.model_validate({name: stated[name]["log_hr"] for name in PASSAGES})
    except (KeyError, TypeError, ValueError):
        return None
