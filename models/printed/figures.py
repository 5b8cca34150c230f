"""The figures that a publication prints, computed from patients.

Ratios are control versus RT, as a record is normalised: above 1 favours RT.
"""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from models.survival.cox import cox, hazard_ratio
from models.survival.kaplan_meier import kaplan_meier, median_time
from models.survival.log_rank import log_rank

RATIO = "ratio, control vs rt"
UNITS = {
    "median_control": "months",
    "median_rt": "months",
    "hazard_ratio": RATIO,
    "lower": RATIO,
    "upper": RATIO,
    "p_wald": "probability",
    "p_log_rank": "probability",
    "follow_up_minimum": "months",
    "follow_up_median": "months",
    "follow_up_maximum": "months",
    "events_control": "patients",
    "events_rt": "patients",
    "ratio_of_medians": "ratio, rt over control",
}
FIGURES = tuple(UNITS)


def printed_figures(
    time: NDArray[np.float64], event: NDArray[np.bool_], *, n_control: int
) -> dict[str, NDArray[np.float64]]:
    """Compute the printed figures of each trial.

    Parameters
    ----------
    time : array (trial, patient)
        Recorded months; the first `n_control` patients are controls.
    event : array (trial, patient)
        Whether the event was seen.
    n_control : int

    Returns
    -------
    dict of str to array (trial,)
        `FIGURES`: Kaplan–Meier medians (first time with S <= 0.5, infinite if not reached), Cox
        hazard ratio control versus RT with 95% Wald limits (Breslow ties), two-sided p-values,
        follow-up of all patients, events, and the ratio of medians RT over control.
    """
    arm = (np.arange(time.shape[1]) >= n_control).astype(int)
    rows = [_one(*trial, arm) for trial in _trials(time, event)]
    return {name: np.array([row[name] for row in rows]) for name in FIGURES}


def _trials(
    time: NDArray[np.float64], event: NDArray[np.bool_]
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.bool_]]]:
    return zip(time, event, strict=True)


def _one(
    time: NDArray[np.float64], event: NDArray[np.bool_], arm: NDArray[np.int64]
) -> dict[str, float]:
    control = median_time(kaplan_meier(time[arm == 0], event[arm == 0]))
    rt = median_time(kaplan_meier(time[arm == 1], event[arm == 1]))
    fit = cox(time, event, arm, ties="breslow")
    ratio = hazard_ratio(fit)
    wald = math.nan
    if fit.finite:
        wald = math.erfc(abs(fit.log_hr) / fit.standard_error / math.sqrt(2.0))
    return {
        "median_control": control,
        "median_rt": rt,
        "hazard_ratio": 1.0 / ratio.estimate if fit.finite else math.nan,
        "lower": 1.0 / ratio.upper if fit.finite else math.nan,
        "upper": 1.0 / ratio.lower if fit.finite else math.nan,
        "p_wald": wald,
        "p_log_rank": log_rank(time, event, arm).p_value,
        "follow_up_minimum": float(time.min()),
        "follow_up_median": float(np.median(time)),
        "follow_up_maximum": float(time.max()),
        "events_control": float(event[arm == 0].sum()),
        "events_rt": float(event[arm == 1].sum()),
        "ratio_of_medians": rt / control if 0.0 < control < math.inf else math.nan,
    }
