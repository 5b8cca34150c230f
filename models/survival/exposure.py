"""Events and exposure by arm and interval: what piecewise-exponential models need of the data.

Times are months, exposure is person-months.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.survival.intervals import (
    ARMS,
    Cuts,
    check_cuts,
    interval_labels,
    interval_of,
    interval_starts,
    interval_stops,
    time_in_intervals,
)

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


class Exposure(NamedTuple):
    """Counts and time at risk, arms in the order control, RT.

    Attributes
    ----------
    events : numpy.ndarray of int, shape (..., 2, K)
        Events of each arm in each interval.
    exposure : numpy.ndarray, shape (..., 2, K)
        Person-months at risk.
    """

    events: NDArray[np.int64]
    exposure: NDArray[np.float64]


def tabulate(time: ArrayLike, event: ArrayLike, arm_index: ArrayLike, *, cuts: Cuts) -> Exposure:
    """Sum events and time at risk by arm and interval, for one set of patients or many.

    Parameters
    ----------
    time : array_like, shape (..., n)
        Months to event or censoring, finite and not negative; an event at a cut point belongs to
        the interval that ends there.
    event : array_like of bool, shape (..., n)
        Whether the event was seen.
    arm_index : array_like of int, shape (n,) or (..., n)
        0 control, 1 RT.
    cuts : sequence of float, shape (K - 1,)
        Interior cut points in months.

    Returns
    -------
    Exposure

    References
    ----------
    Holford 1980, doi 10.2307/2529982; Laird & Olivier 1981, doi 10.1080/01621459.1981.10477634.
    """
    months, seen, arm = np.broadcast_arrays(
        np.asarray(time, dtype=float), np.asarray(event, dtype=bool), np.asarray(arm_index)
    )
    place = interval_of(months, cuts=cuts)
    shape = (*months.shape[:-1], 2, check_cuts(cuts).size + 1)
    table = Exposure(events=np.zeros(shape, dtype=np.int64), exposure=np.zeros(shape))
    bounds = zip(interval_starts(cuts), interval_stops(cuts), strict=True)
    for k, (start, stop) in enumerate(bounds):
        here = np.clip(months, start, stop) - start
        for index in range(2):
            member = arm == index
            table.events[..., index, k] = (member & seen & (place == k)).sum(axis=-1)
            table.exposure[..., index, k] = np.where(member, here, 0.0).sum(axis=-1)
    return table


def exposure_table(patients: pd.DataFrame, *, cuts: Cuts) -> xr.Dataset:
    """Table of events and exposure of patients, one per set where there are several.

    Parameters
    ----------
    patients : pandas.DataFrame
        Columns `time` (months), `event` (bool) and `arm` ("control" or "rt"); with a column
        `imputation` each of its values is a set of its own.
    cuts : sequence of float, shape (K - 1,)
        Interior cut points in months.

    Returns
    -------
    xarray.Dataset
        `events` and `exposure` (person-months) by ([imputation,] arm, interval), with
        `interval_start` and `interval_stop` in months.

    Raises
    ------
    ValueError
        If a column is missing, an arm has another name or a time is unusable.

    Examples
    --------
    >>> import pandas as pd
    >>> from models import exposure_table
    >>> patients = pd.DataFrame(
    ...     {"time": [2.0, 7.0, 9.0], "event": [1, 1, 0], "arm": ["control", "control", "rt"]}
    ... )
    >>> exposure_table(patients, cuts=[6.0])["exposure"].to_pandas()
    interval  (0, 6]  (6, inf)
    arm
    control      8.0       1.0
    rt           6.0       3.0
    """
    missing = [name for name in ("time", "event", "arm") if name not in patients.columns]
    if missing:
        raise ValueError(f"`patients` lacks the column {missing[0]!r}; it needs time, event, arm")
    unknown = set(patients["arm"].unique()) - set(ARMS)
    if unknown:
        raise ValueError(f"`arm` must be 'control' or 'rt', got {sorted(map(str, unknown))}")
    sets = patients["imputation"].to_numpy() if "imputation" in patients.columns else None
    labels, member = (
        (None, np.zeros(len(patients), dtype=np.intp))
        if sets is None
        else np.unique(sets, return_inverse=True)
    )
    table = _sums_by_set(patients, member, sets=1 if labels is None else labels.size, cuts=cuts)
    return exposure_dataset(
        Exposure(table.events[0], table.exposure[0]) if labels is None else table,
        cuts=cuts,
        imputation=labels,
    )


def exposure_dataset(
    table: Exposure, *, cuts: Cuts, imputation: ArrayLike | None = None
) -> xr.Dataset:
    """Name the dims of an exposure table.

    Parameters
    ----------
    table : Exposure
        Shape (2, K), or (M, 2, K) for several sets.
    cuts : sequence of float, shape (K - 1,)
        Interior cut points in months.
    imputation : array_like, shape (M,), optional
        Labels of the sets; 0, 1, ... by default.

    Returns
    -------
    xarray.Dataset
        As `exposure_table` returns it.
    """
    import xarray as xr

    dims = ("imputation", "arm", "interval")[-table.events.ndim :]
    coords: dict[str, object] = {
        "arm": list(ARMS),
        "interval": interval_labels(cuts),
        "interval_start": ("interval", interval_starts(cuts)),
        "interval_stop": ("interval", interval_stops(cuts)),
    }
    if "imputation" in dims:
        sets = np.arange(table.events.shape[0]) if imputation is None else np.asarray(imputation)
        coords["imputation"] = sets
    return xr.Dataset(
        {"events": (dims, table.events), "exposure": (dims, table.exposure)}, coords=coords
    )


def _sums_by_set(
    patients: pd.DataFrame, member: NDArray[np.intp], *, sets: int, cuts: Cuts
) -> Exposure:
    """Sum over the rows of each set; the sets need not be of one size."""
    months = patients["time"].to_numpy(dtype=float)
    seen = patients["event"].to_numpy(dtype=bool)
    arm = (patients["arm"] == ARMS[1]).to_numpy(dtype=bool)
    spent = time_in_intervals(months, cuts=cuts)
    events = np.zeros((sets, 2, spent.shape[1]), dtype=np.int64)
    exposure = np.zeros(events.shape)
    place = interval_of(months, cuts=cuts)
    np.add.at(events, (member[seen], arm[seen].astype(int), place[seen]), 1)
    np.add.at(exposure, (member, arm.astype(int)), spent)
    return Exposure(events=events, exposure=exposure)
