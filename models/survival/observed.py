"""Observed times and statuses of patients, checked once; times in months."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Observed(NamedTuple):
    """Months to event or censoring and whether the event was seen, both shape (n,)."""

    time: NDArray[np.float64]
    event: NDArray[np.bool_]


def observed(time: ArrayLike, event: ArrayLike) -> Observed:
    """Return times and statuses as arrays after checking them.

    Parameters
    ----------
    time : array_like, shape (n,)
        Months to event or censoring, finite and not negative.
    event : array_like of bool, shape (n,)
        Whether the event was seen.

    Raises
    ------
    ValueError
        If there is no patient, the shapes differ or a time is negative or not finite.
    """
    months = np.asarray(time, dtype=float)
    seen = np.asarray(event, dtype=bool)
    if months.ndim != 1 or months.shape != seen.shape or months.size == 0:
        raise ValueError(
            "`time` and `event` need one value for each of at least one patient, "
            f"got shapes {months.shape} and {seen.shape}"
        )
    bad = ~(np.isfinite(months) & (months >= 0))
    if bad.any():
        raise ValueError(f"`time` must be finite months of at least 0, got {months[bad][0]}")
    return Observed(time=months, event=seen)


def arm_indicator(arm_index: ArrayLike, *, patients: int) -> NDArray[np.bool_]:
    """Return whether each patient has RT, after checking the arm index.

    Parameters
    ----------
    arm_index : array_like of int, shape (n,)
        0 control, 1 RT.
    patients : int
        Number of patients expected.

    Raises
    ------
    ValueError
        If there is not one value of 0 or 1 for each patient.
    """
    arm = np.asarray(arm_index)
    if arm.shape != (patients,):
        raise ValueError(
            f"`arm_index` needs one value for each of {patients} patients, got shape {arm.shape}"
        )
    if not np.all((arm == 0) | (arm == 1)):
        raise ValueError(
            f"`arm_index` must be 0 (control) or 1 (rt), got {np.unique(arm).tolist()}"
        )
    return np.asarray(arm == 1, dtype=bool)
