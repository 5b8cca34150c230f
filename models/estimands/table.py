"""One tidy table of estimands: point figures, central intervals, probabilities, and their errors.

Times are months. Hazard ratios are labelled with their direction; differences are RT minus
control. Every interval is central with a stated mass.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.chain_diagnostics import ess_mean, quantile_error
from models.interval_estimate import CI_KIND, CI_PROB

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

Array = NDArray[np.float64]


class Estimand(NamedTuple):
    """How a variable of the estimands is reported.

    Attributes
    ----------
    contrast : str
        Arms compared; empty where each arm has a row of its own.
    unit : str
        Unit of the figures.
    probabilities : dict of str to (float, int)
        Name, limit and side (-1 below, +1 above) of the probabilities that mean something.
    """

    contrast: str
    unit: str
    probabilities: dict[str, tuple[float, int]]


BELOW = {"p_below_1": (1.0, -1), "p_below_0.8": (0.8, -1)}
ABOVE = {"p_above_0": (0.0, 1)}
RATIO, DIFFERENCE = "rt vs control", "rt - control"
ESTIMANDS = {
    "hazard_ratio": Estimand(RATIO, "ratio", BELOW),
    "hazard_ratio_inverse": Estimand("control vs rt", "ratio", {}),
    "log_hr": Estimand(RATIO, "log ratio", {}),
    "survival": Estimand("", "probability", {}),
    "survival_difference": Estimand(DIFFERENCE, "probability", ABOVE),
    "median": Estimand("", "months", {}),
    "median_difference": Estimand(DIFFERENCE, "months", ABOVE),
    "rmst": Estimand("", "months", {}),
    "rmst_difference": Estimand(DIFFERENCE, "months", ABOVE),
    "correlation": Estimand("", "correlation", {}),
    "events": Estimand("", "patients", {}),
}
PROBABILITIES = (*BELOW, *ABOVE)


def summarise(estimands: xr.Dataset, *, ci_prob: float = CI_PROB) -> pd.DataFrame:
    """Summarise draws of estimands, each figure with its Monte Carlo standard error.

    Parameters
    ----------
    estimands : xarray.Dataset
        From `compute_estimands`. With a dim `imputation` of several sets, draws are pooled and
        errors come from the spread between sets, which holds both the chains' error and that of
        having only so many sets.
    ci_prob : float
        Mass of the central interval, strictly between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        Columns `estimand`, `contrast` ("control", "rt", "rt vs control", "control vs rt" or
        "rt - control"), `time_months` (not a number without a time), `unit`, `mean`, `sd`,
        `median`, `lower`, `upper`, `ci_prob`, `ci_kind`, `p_below_1`, `p_below_0.8`,
        `p_above_0` (not a number where meaningless) and, for each figure but sd, `mcse_...`.

    Raises
    ------
    ValueError
        If `ci_prob` is not strictly between 0 and 1.

    Examples
    --------
    >>> import numpy as np
    >>> import xarray as xr
    >>> from models import summarise
    >>> log_hr = np.random.default_rng(1).normal(-0.6, 0.25, (4, 500))
    >>> draws = xr.Dataset({"log_hr": (("chain", "draw"), log_hr)})
    >>> summarise(draws)[["estimand", "mean", "lower", "upper"]].round(1)
      estimand  mean  lower  upper
    0   log_hr  -0.6   -1.1   -0.1
    """
    import pandas as pd

    if not 0 < ci_prob < 1:
        raise ValueError(f"`ci_prob` must lie strictly between 0 and 1, got {ci_prob}")
    rows = []
    for name, estimand in ESTIMANDS.items():
        if name not in estimands:
            continue
        for cell in _cells(estimands[name]):
            label = {
                "estimand": name,
                "contrast": cell.arm or estimand.contrast,
                "time_months": cell.months,
                "unit": estimand.unit,
            }
            figures = _figures(cell.values, ci_prob=ci_prob, estimand=estimand)
            rows.append(label | figures | {"ci_prob": ci_prob, "ci_kind": CI_KIND})
    columns = ["mean", "sd", "median", "lower", "upper", "ci_prob", "ci_kind", *PROBABILITIES]
    errors = [f"mcse_{name}" for name in ("mean", "median", "lower", "upper", *PROBABILITIES)]
    order = ["estimand", "contrast", "time_months", "unit", *columns, *errors]
    return pd.DataFrame(rows).reindex(columns=order)


class _Cell(NamedTuple):
    arm: str
    months: float
    values: Array


def _cells(values: xr.DataArray) -> Iterator[_Cell]:
    """One cell for each arm and time, with values by ([imputation,] chain, draw)."""
    walks = [dim for dim in ("imputation", "chain", "draw") if dim in values.dims]
    times = [str(dim) for dim in ("time", "horizon") if dim in values.dims]
    arms = values["arm"].values.tolist() if "arm" in values.dims else [""]
    for arm in arms:
        chosen = values.sel(arm=arm) if arm else values
        for months in chosen[times[0]].values.tolist() if times else [np.nan]:
            one = chosen.sel({times[0]: months}) if times else chosen
            yield _Cell(arm, months, one.transpose(*walks).values.astype(float))


def _figures(values: Array, *, ci_prob: float, estimand: Estimand) -> dict[str, float]:
    tail = (1 - ci_prob) / 2
    figures: dict[str, float] = {}
    with np.errstate(invalid="ignore"):
        figures["mean"], figures["sd"] = float(values.mean()), float(values.std(ddof=1))
        figures["mcse_mean"] = figures["sd"] / np.sqrt(effective_size(values))
    for name, share in (("median", 0.5), ("lower", tail), ("upper", 1 - tail)):
        figures[name], figures[f"mcse_{name}"] = _quantile(values, share)
    for name, (limit, side) in estimand.probabilities.items():
        inside = (side * values > side * limit).astype(float)
        share = float(inside.mean())
        figures[name] = share
        figures[f"mcse_{name}"] = float(np.sqrt(share * (1 - share) / effective_size(inside)))
    return figures


def _quantile(values: Array, share: float) -> tuple[float, float]:
    cut = np.quantile(values, share, method="inverted_cdf")
    size = effective_size((values <= cut).astype(float))
    return float(cut), float(quantile_error(values.reshape(-1), share, size=size))


def effective_size(values: Array) -> float:
    """Count the independent draws that would give the mean the same Monte Carlo error.

    Parameters
    ----------
    values : numpy.ndarray, shape (chain, draw) or (imputation, chain, draw)
        With several sets their means are taken as independent draws.

    Returns
    -------
    float
        The number of draws for a constant; not a number where a draw is infinite.
    """
    if values.ndim == 2:
        return float(ess_mean(values))
    if len(values) == 1:
        return float(ess_mean(values[0]))
    with np.errstate(invalid="ignore"):
        between = values.mean(axis=(1, 2)).var(ddof=1) / len(values)
        total = values.var()
    if between == 0:
        return float(values.size)
    return float(min(total / between, values.size))
