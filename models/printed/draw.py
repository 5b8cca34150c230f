"""Drawing whole trials from hazards and a follow-up model: patients of the control arm first."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.survival.hazard import time_at_cumulative_hazard
from models.survival.intervals import Cuts

Array = NDArray[np.float64]


class FollowUpDraws(NamedTuple):
    """Ends of follow-up: uniform over `accrual` months before the cut, and exponential loss.

    Attributes
    ----------
    cut : array (trial,)
        Longest possible follow-up, months.
    accrual : float
        Width of the window, months.
    loss : array (trial,)
        Loss to follow-up per month.
    """

    cut: Array
    accrual: float
    loss: Array


class Trials(NamedTuple):
    """Drawn trials: `time` in months and `event`, both of shape (trial, patient)."""

    time: Array
    event: NDArray[np.bool_]


def draw_trials(
    hazard: Array,
    *,
    cuts: Cuts,
    sizes: tuple[int, int],
    follow_up: FollowUpDraws,
    grid: float,
    rng: np.random.Generator,
) -> Trials:
    """Draw one trial for each draw of the hazards.

    Parameters
    ----------
    hazard : array (trial, arm, interval)
        Per month, control first.
    cuts : sequence of float
        Interior cut points in months.
    sizes : (int, int)
        Patients in the control and the RT arm.
    follow_up : FollowUpDraws
        Ends of follow-up.
    grid : float
        Times are recorded as whole multiples of 1 / `grid` months; 0 for continuous times.
    rng : numpy.random.Generator

    Returns
    -------
    Trials
        Recorded times: rounded to the nearest day of a grid.
    """
    trials, patients = hazard.shape[0], sum(sizes)
    target = rng.standard_exponential((trials, patients))
    time = np.concatenate(
        [
            time_at_cumulative_hazard(hazard[:, np.newaxis, arm], part, cuts=cuts)
            for arm, part in enumerate(np.split(target, [sizes[0]], axis=1))
        ],
        axis=1,
    )
    end = draw_ends(follow_up, patients=patients, rng=rng)
    event = time <= end
    return Trials(record_times(np.minimum(time, end), grid=grid), event)


def draw_ends(follow_up: FollowUpDraws, *, patients: int, rng: np.random.Generator) -> Array:
    """Draw the ends of follow-up: the cut or loss, whichever comes first.

    Parameters
    ----------
    follow_up : FollowUpDraws
        One draw of its parameters a trial.
    patients : int
        Of each trial.
    rng : numpy.random.Generator

    Returns
    -------
    array (trial, patient)
        Months, never below 0.
    """
    shape = (follow_up.cut.size, patients)
    end = follow_up.cut[:, np.newaxis] - follow_up.accrual * rng.random(shape)
    with np.errstate(divide="ignore"):
        lost = rng.standard_exponential(shape) / follow_up.loss[:, np.newaxis]
    return np.maximum(np.minimum(end, lost), 0.0)


def record_times(time: Array, *, grid: float) -> Array:
    """Round latent times to whole days, half up, where the trial records days.

    Parameters
    ----------
    time : array
        Latent months.
    grid : float
        Days in a month; 0 leaves times as they are.
    """
    return time if grid == 0 else np.floor(time * grid + 0.5) / grid
