"""Events and exposure by transition, arm and interval: what the illness-death model needs of data.

Times are months, exposure is person-months. Progression and death without progression count from
randomisation, death after progression from there too (clock "forward") or from progression
(clock "reset").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.illness_death.priors import TRANSITIONS
from models.survival.exposure import Exposure
from models.survival.intervals import (
    ARMS,
    Cuts,
    interval_labels,
    interval_of,
    interval_starts,
    interval_stops,
    time_in_intervals,
)

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Clock = Literal["forward", "reset"]

COLUMNS = ("pfs_time", "progressed", "os_time", "os_event", "arm")


class FollowedPatients(NamedTuple):
    """What is known of progression and death of each patient, arrays of one shape (..., n).

    Attributes
    ----------
    progression : numpy.ndarray
        Months from randomisation to progression; that of `last` where none was seen.
    progressed : numpy.ndarray of bool
        Whether progression was seen.
    last : numpy.ndarray
        Months to death or to the end of follow-up.
    died : numpy.ndarray of bool
        Whether the last time is that of death.
    """

    progression: Array
    progressed: Flags
    last: Array
    died: Flags


def followed_patients(
    progression_time: ArrayLike, progressed: ArrayLike, last_time: ArrayLike, died: ArrayLike
) -> FollowedPatients:
    """Check the times of patients and bring them into one shape.

    Parameters
    ----------
    progression_time : array_like, shape (..., n)
        Months from randomisation to progression; ignored where there was none.
    progressed : array_like of bool, shape (..., n)
        Whether progression was seen.
    last_time : array_like, shape (..., n)
        Months from randomisation to death or to the end of follow-up.
    died : array_like of bool, shape (..., n)
        Whether the patient died at the last time.

    Raises
    ------
    ValueError
        If a time is negative or not finite, or a progression comes after the last time.
    """
    seen, dead = np.asarray(progressed, dtype=bool), np.asarray(died, dtype=bool)
    last = np.asarray(last_time, dtype=float)
    time = np.asarray(progression_time, dtype=float)
    seen, dead, last, time = np.broadcast_arrays(seen, dead, last, time)
    time = np.where(seen, time, last)
    for name, months in (("last_time", last), ("progression_time", time)):
        bad = ~(np.isfinite(months) & (months >= 0))
        if bad.any():
            raise ValueError(
                f"`{name}` must be finite months of at least 0, got {months[bad].flat[0]}"
            )
    late = time > last
    if late.any():
        raise ValueError(
            f"`progression_time` is {time[late].flat[0]:g} where `last_time` is "
            f"{last[late].flat[0]:g}; progression cannot follow death or the end of follow-up, "
            "correct one of them"
        )
    return FollowedPatients(progression=time, progressed=seen, last=last, died=dead)


def tabulate_transitions(
    patients: FollowedPatients, arm_index: ArrayLike, *, cuts: Cuts, clock: Clock
) -> Exposure:
    """Sum events and time at risk by transition, arm and interval, for one set or many.

    Parameters
    ----------
    patients : FollowedPatients
        Arrays of shape (..., n).
    arm_index : array_like of int, shape (n,) or (..., n)
        0 control, 1 RT.
    cuts : sequence of float, shape (K - 1,)
        Interior cut points in months, the same for all transitions, each on its own clock; an
        event at a cut point belongs to the interval that ends there.
    clock : {"forward", "reset"}
        What the months of death after progression count from.

    Returns
    -------
    Exposure
        Shapes (..., 3, 2, K). Death at the month of progression is a death after progression
        without any exposure.
    """
    arm = np.broadcast_to(np.asarray(arm_index), patients.last.shape)
    member = (arm[..., np.newaxis, :] == np.arange(2)[:, np.newaxis]).astype(float)
    return Exposure(
        events=np.stack(
            [_counts(member, *event, cuts=cuts) for event in _events(patients, clock)], axis=-3
        ),
        exposure=np.stack(
            [member @ spent for spent in _months_at_risk(patients, cuts=cuts, clock=clock)], axis=-3
        ),
    )


def transition_table(patients: pd.DataFrame, *, cuts: Cuts, clock: Clock) -> xr.Dataset:
    """Table of events and exposure of patients by transition, one per set where there are several.

    Parameters
    ----------
    patients : pandas.DataFrame
        Columns `pfs_time` (months, to progression where there was one), `progressed` (bool),
        `os_time` (months), `os_event` (bool) and `arm` ("control" or "rt"); with a column
        `imputation` each of its values is a set of its own.
    cuts : sequence of float, shape (K - 1,)
        Interior cut points in months, such as those of `IllnessDeathPriors.cuts`.
    clock : {"forward", "reset"}
        What the months of death after progression count from.

    Returns
    -------
    xarray.Dataset
        `events` and `exposure` (person-months) by ([imputation,] transition, arm, interval), with
        `interval_start` and `interval_stop` in months; attribute `clock`.

    Raises
    ------
    ValueError
        If a column is missing, an arm has another name or a time is unusable, such as a
        progression-free time that is cut off before the last one: what came between is unknown.
    """
    missing = [name for name in COLUMNS if name not in patients.columns]
    if missing:
        raise ValueError(
            f"`patients` lacks the column {missing[0]!r}; it needs {', '.join(COLUMNS)}"
        )
    unknown = set(patients["arm"].unique()) - set(ARMS)
    if unknown:
        raise ValueError(f"`arm` must be 'control' or 'rt', got {sorted(map(str, unknown))}")
    if "imputation" not in patients.columns:
        table = _table_of(patients, cuts=cuts, clock=clock)
        return transition_dataset(table, cuts=cuts, clock=clock)
    sets = {
        label: _table_of(one, cuts=cuts, clock=clock)
        for label, one in patients.groupby("imputation", sort=True)
    }
    stacked = Exposure(*(np.stack(parts) for parts in zip(*sets.values(), strict=True)))
    return transition_dataset(stacked, cuts=cuts, clock=clock, imputation=np.array(list(sets)))


def transition_dataset(
    table: Exposure, *, cuts: Cuts, clock: Clock, imputation: ArrayLike | None = None
) -> xr.Dataset:
    """Name the dims of a table by transition.

    Parameters
    ----------
    table : Exposure
        Shape (3, 2, K), or (M, 3, 2, K) for several sets.
    cuts : sequence of float, shape (K - 1,)
        Interior cut points in months.
    clock : {"forward", "reset"}
        What the months of death after progression count from.
    imputation : array_like, shape (M,), optional
        Labels of the sets; 0, 1, ... by default.

    Returns
    -------
    xarray.Dataset
        As `transition_table` returns it.
    """
    import xarray as xr

    dims = ("imputation", "transition", "arm", "interval")[-table.events.ndim :]
    coords: dict[str, object] = {
        "transition": list(TRANSITIONS),
        "arm": list(ARMS),
        "interval": interval_labels(cuts),
        "interval_start": ("interval", interval_starts(cuts)),
        "interval_stop": ("interval", interval_stops(cuts)),
    }
    if "imputation" in dims:
        sets = np.arange(table.events.shape[0]) if imputation is None else np.asarray(imputation)
        coords["imputation"] = sets
    return xr.Dataset(
        {"events": (dims, table.events), "exposure": (dims, table.exposure)},
        coords=coords,
        attrs={"clock": clock},
    )


def _table_of(patients: pd.DataFrame, *, cuts: Cuts, clock: Clock) -> Exposure:
    progression, last = (patients[name].to_numpy(dtype=float) for name in ("pfs_time", "os_time"))
    progressed, died = (patients[name].to_numpy(dtype=bool) for name in ("progressed", "os_event"))
    followed = followed_patients(progression, progressed, last, died)
    early = ~progressed & (progression < last)
    if early.any():
        raise ValueError(
            f"`pfs_time` is {progression[early][0]:g} where `os_time` is {last[early][0]:g} and "
            "there was no progression; whether the patient progressed in between is unknown, end "
            "both at the same month"
        )
    arm = (patients["arm"] == ARMS[1]).to_numpy(dtype=int)
    return tabulate_transitions(followed, arm, cuts=cuts, clock=clock)


def _events(patients: FollowedPatients, clock: Clock) -> tuple[tuple[Flags, Array], ...]:
    """Whether each transition was seen, and its month on the transition's clock."""
    progression, progressed, last, died = patients
    after = last - progression if clock == "reset" else last
    return (
        (progressed, progression),
        (died & ~progressed, last),
        (died & progressed, after),
    )


def _months_at_risk(
    patients: FollowedPatients, *, cuts: Cuts, clock: Clock
) -> tuple[Array, Array, Array]:
    """Months of each patient at risk of each transition, by interval, shape (..., n, K)."""
    free = time_in_intervals(patients.progression, cuts=cuts)
    if clock == "reset":
        after = time_in_intervals(patients.last - patients.progression, cuts=cuts)
    else:
        after = time_in_intervals(patients.last, cuts=cuts) - free
    return free, free, after


def _counts(member: Array, seen: Flags, months: Array, *, cuts: Cuts) -> NDArray[np.int64]:
    """Events by arm and interval, shape (..., 2, K)."""
    place = interval_of(months, cuts=cuts)
    inside = (place[..., np.newaxis] == np.arange(len(cuts) + 1)) & seen[..., np.newaxis]
    return np.asarray(np.rint(member @ inside.astype(float)), dtype=np.int64)
