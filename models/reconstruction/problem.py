"""The numbers behind one endpoint's restricted likelihood, packed for the compiled kernels.

Records of fixed layout cross into the kernels as one pointer each; that is several times faster
than tuples of arrays, and one compilation serves every trial.
"""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Records = NDArray[Any]

PATIENTS = 1024
INTERVALS = 32
LEVELS = 32

CONTROL_MEDIAN, RT_MEDIAN, SHORTEST, MIDDLE, UPPER_MIDDLE, LONGEST = range(6)
ROLES = 6
ROLE_NAMES = (
    "control median",
    "RT median",
    "follow-up minimum",
    "follow-up median",
    "follow-up median",
    "follow-up maximum",
)

GAMMA, HIERARCHICAL_GAMMA, RANDOM_WALK = range(3)


class Table(Protocol):
    """Whatever holds events and person-months by ``(arm, interval)``."""

    events: Floats
    exposure: Floats


class Problem(Protocol):
    """One endpoint's printed figures, follow-up and priors.

    Times in months, hazards per month, gamma rates in person-months. Patients 0 … `n_control` − 1
    are controls, the others up to `n` RT.

    Attributes
    ----------
    cuts : array (interval − 1,)
        Interior cut points; `intervals` counts the intervals ``(start, stop]``.
    grid : float
        Recorded times are whole multiples of 1 / `grid` months; 0 for continuous times.
    windows : array (role, 2)
        Latent times allowed to the patient who holds each role, ``[low, high)``.
    used : array (role,)
        Which roles have a printed figure.
    unreached : array (arm,)
        1 where the median is printed as not reached.
    cap : float
        No time lies at or beyond this.
    hr, lower, upper : array (2,)
        Windows of the printed hazard ratio and limits, control versus RT, ``[low, high)``.
    z : float
        Normal quantile of the confidence limits.
    events_low, events_high : array (arm,)
        Bounds on events, inclusive.
    baseline : int
        `GAMMA`, `HIERARCHICAL_GAMMA` or `RANDOM_WALK`.
    shape, rate : float
        Gamma prior of the hazards; the gamma working prior under a random walk.
    rate_shape, rate_rate : float
        Gamma prior of an unknown rate.
    walk_mean, walk_sd, walk_step : float
        Random walk on log hazards: mean and sd of the first, scale of the half-normal step sd.
    symmetric : float
        0 when the baseline is the control hazard, ½ when it lies midway on the log scale.
    log_hr_mean, log_hr_sd : float
        Normal prior of log HR, RT versus control.
    free_follow_up : int
        1 when the last cut and the loss rate are unknown.
    accrual : float
        Administrative follow-up is uniform on ``[cut − accrual, cut]``.
    cut_low, cut_high : float
        Range of the cut, the longest possible follow-up (equal when it is known).
    loss : float
        Rate of loss to follow-up; mean of its exponential prior when unknown.
    """

    n_control: int
    n: int
    intervals: int
    cuts: Floats
    grid: float
    windows: Floats
    used: Integers
    unreached: Integers
    cap: float
    hr: Floats
    lower: Floats
    upper: Floats
    z: float
    events_low: Integers
    events_high: Integers
    baseline: int
    shape: float
    rate: float
    rate_shape: float
    rate_rate: float
    walk_mean: float
    walk_sd: float
    walk_step: float
    symmetric: float
    log_hr_mean: float
    log_hr_sd: float
    free_follow_up: int
    accrual: float
    cut_low: float
    cut_high: float
    loss: float


class State(Table, Protocol):
    """One replica: parameters, baseline, sufficient statistics, and the latent patients.

    `order` sorts patients by `key`; `holder` is who holds each role (−1: none); the first
    `free_count` of `free` are the patients without a role.
    """

    log_hr: float
    rate: float
    walk_sd: float
    cut: float
    loss: float
    free_count: int
    events_control: int
    events_rt: int
    hazard: Floats
    holder: Integers
    time: Floats
    key: Floats
    event: Integers
    order: Integers
    free: Integers


class Work(Table, Protocol):
    """Scratch space that every move of one chain reuses."""

    hazard: Floats
    arm_hazard: Floats
    order: Integers
    chosen: Integers
    changed: Integers
    fresh: Integers
    old_time: Floats
    old_key: Floats
    old_event: Integers


PROBLEM = np.dtype(
    [
        ("n_control", np.int64),
        ("n", np.int64),
        ("intervals", np.int64),
        ("cuts", np.float64, INTERVALS),
        ("grid", np.float64),
        ("windows", np.float64, (ROLES, 2)),
        ("used", np.int64, ROLES),
        ("unreached", np.int64, 2),
        ("cap", np.float64),
        ("hr", np.float64, 2),
        ("lower", np.float64, 2),
        ("upper", np.float64, 2),
        ("z", np.float64),
        ("events_low", np.int64, 2),
        ("events_high", np.int64, 2),
        ("baseline", np.int64),
        ("shape", np.float64),
        ("rate", np.float64),
        ("rate_shape", np.float64),
        ("rate_rate", np.float64),
        ("walk_mean", np.float64),
        ("walk_sd", np.float64),
        ("walk_step", np.float64),
        ("symmetric", np.float64),
        ("log_hr_mean", np.float64),
        ("log_hr_sd", np.float64),
        ("free_follow_up", np.int64),
        ("accrual", np.float64),
        ("cut_low", np.float64),
        ("cut_high", np.float64),
        ("loss", np.float64),
    ],
    align=True,
)

STATE = np.dtype(
    [
        ("log_hr", np.float64),
        ("rate", np.float64),
        ("walk_sd", np.float64),
        ("cut", np.float64),
        ("loss", np.float64),
        ("free_count", np.int64),
        ("events_control", np.int64),
        ("events_rt", np.int64),
        ("hazard", np.float64, INTERVALS),
        ("events", np.float64, (2, INTERVALS)),
        ("exposure", np.float64, (2, INTERVALS)),
        ("holder", np.int64, ROLES),
        ("time", np.float64, PATIENTS),
        ("key", np.float64, PATIENTS),
        ("event", np.int64, PATIENTS),
        ("order", np.int64, PATIENTS),
        ("free", np.int64, PATIENTS),
    ],
    align=True,
)

WORK = np.dtype(
    [
        ("hazard", np.float64, INTERVALS),
        ("arm_hazard", np.float64, (2, INTERVALS)),
        ("events", np.float64, (2, INTERVALS)),
        ("exposure", np.float64, (2, INTERVALS)),
        ("order", np.int64, PATIENTS),
        ("chosen", np.int64, PATIENTS),
        ("changed", np.int64, PATIENTS),
        ("fresh", np.int64, PATIENTS),
        ("old_time", np.float64, PATIENTS),
        ("old_key", np.float64, PATIENTS),
        ("old_event", np.int64, PATIENTS),
    ],
    align=True,
)
