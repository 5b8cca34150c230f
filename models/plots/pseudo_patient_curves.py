"""Kaplan–Meier curves of many pseudo-patient sets, their pointwise median and numbers at risk.

Times are months. Nothing is drawn here.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.survival.intervals import ARMS
from models.survival.kaplan_meier import (
    KaplanMeierCurve,
    kaplan_meier,
    numbers_at_risk,
    survival_at,
)

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
COLUMNS = ("imputation", "time", "event", "arm")


class Steps(NamedTuple):
    """A step function, right-continuous: values hold from `time` on until the next.

    Attributes
    ----------
    time : numpy.ndarray, shape (J,)
        Months, increasing from 0.
    survival : numpy.ndarray, shape (J,)
    """

    time: Array
    survival: Array


class AtRisk(NamedTuple):
    """Patients at risk over the sets at given months, arrays of shape (T,)."""

    median: Array
    lowest: NDArray[np.int64]
    highest: NDArray[np.int64]


class ArmCurves(NamedTuple):
    """One arm in all sets.

    Attributes
    ----------
    sets : tuple of Steps
        Curve of each set, from 0 to its last observed time.
    median : Steps
        Pointwise median over the sets, to where fewer than half of them are still observed; a
        curve that has ended keeps its last value.
    at_risk : AtRisk
        Numbers at risk at the months asked for.
    """

    sets: tuple[Steps, ...]
    median: Steps
    at_risk: AtRisk


def pseudo_patient_curves(
    patients: pd.DataFrame, *, risk_months: ArrayLike
) -> dict[str, ArmCurves]:
    """Estimate a Kaplan–Meier curve for each arm of each set, and what they have in common.

    Parameters
    ----------
    patients : pandas.DataFrame
        Columns `imputation` (set), `time` (months), `event` (bool) and `arm` ("control" or "rt").
    risk_months : array_like, shape (T,)
        Months at which to count the patients at risk.

    Returns
    -------
    dict of str to ArmCurves
        By arm, control first.

    Raises
    ------
    ValueError
        If a column is missing, or an arm has no patient in a set.
    """
    check_patients(patients)
    months = np.asarray(risk_months, dtype=float)
    return {arm: _arm_curves(patients, arm, months) for arm in ARMS}


def check_patients(patients: pd.DataFrame) -> None:
    """Demand the columns of pseudo-patients and at least one row.

    Raises
    ------
    ValueError
        If a column or every patient is missing.
    """
    missing = [name for name in COLUMNS if name not in patients.columns]
    if missing:
        raise ValueError(
            f"`patients` lacks the column {missing[0]!r}; it needs {', '.join(COLUMNS)}"
        )
    if patients.empty:
        raise ValueError("`patients` has no rows; give at least one set of patients")


def _arm_curves(patients: pd.DataFrame, arm: str, months: Array) -> ArmCurves:
    labels, member = np.unique(patients["imputation"].to_numpy(), return_inverse=True)
    inside = (patients["arm"] == arm).to_numpy(dtype=bool)
    time = patients["time"].to_numpy(dtype=float)
    event = patients["event"].to_numpy(dtype=bool)
    curves, counts = [], []
    for index, label in enumerate(labels):
        here = inside & (member == index)
        if not here.any():
            raise ValueError(
                f"`patients` has nobody in arm {arm!r} of set {label}; each set needs both arms"
            )
        curves.append(kaplan_meier(time[here], event[here]))
        counts.append(numbers_at_risk(time[here], months))
    at_risk = np.stack(counts)
    return ArmCurves(
        sets=tuple(_steps(curve) for curve in curves),
        median=_median(curves),
        at_risk=AtRisk(np.median(at_risk, axis=0), at_risk.min(axis=0), at_risk.max(axis=0)),
    )


def _steps(curve: KaplanMeierCurve) -> Steps:
    """Keep the steps at events, and the end of observation."""
    kept = curve.events > 0
    kept[-1] = True
    return Steps(
        time=np.concatenate(([0.0], curve.time[kept])),
        survival=np.concatenate(([1.0], curve.survival[kept])),
    )


def _median(curves: list[KaplanMeierCurve]) -> Steps:
    """Pointwise median while at least half of the sets are under observation."""
    ends = np.sort([curve.time[-1] for curve in curves])
    until = float(ends[len(ends) - math.ceil(len(ends) / 2)])
    time = np.unique(np.concatenate([[0.0], *(curve.time for curve in curves)]))
    time = time[time <= until]
    values = np.stack([survival_at(curve, time) for curve in curves])
    return Steps(time, np.median(values, axis=0))
