"""Events and exposure of each patient by interval: what a model with covariates needs of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.patients.covariates import Covariates
from models.survival.intervals import ARMS, Cuts, interval_labels, interval_of, time_in_intervals

if TYPE_CHECKING:
    import pandas as pd


class PatientTable(NamedTuple):
    """Patients by interval.

    Attributes
    ----------
    arm : numpy.ndarray of int, shape (n,)
        0 control, 1 RT.
    died : numpy.ndarray of int, shape (n,)
        1 where the event was seen.
    lived : numpy.ndarray, shape (n, K)
        Months at risk in each interval.
    events : numpy.ndarray of int, shape (S, K)
        Events of each stratum in each interval.
    labels : list of str, length K
        Names of the intervals.
    """

    arm: NDArray[np.int64]
    died: NDArray[np.int64]
    lived: NDArray[np.float64]
    events: NDArray[np.int64]
    labels: list[str]


def patient_table(patients: pd.DataFrame, covariates: Covariates, *, cuts: Cuts) -> PatientTable:
    """Tabulate patients by interval; an event at a cut point belongs to the interval it ends.

    Parameters
    ----------
    patients : pandas.DataFrame
        `time`, `event`, `arm`.
    covariates : Covariates
    cuts : sequence of float, shape (K - 1,)
        Interior cut points in months.
    """
    time = patients["time"].to_numpy(dtype=float)
    event = patients["event"].to_numpy(dtype=bool)
    labels = interval_labels(cuts)
    events = np.zeros((len(covariates.strata), len(labels)), dtype=np.int64)
    place = interval_of(time, cuts=cuts)
    np.add.at(events, (covariates.stratum[event], place[event]), 1)
    return PatientTable(
        arm=(patients["arm"] == ARMS[1]).to_numpy().astype(np.int64),
        died=event.astype(np.int64),
        lived=time_in_intervals(time, cuts=cuts),
        events=events,
        labels=labels,
    )
