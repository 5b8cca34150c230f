"""Many trials at once in plain numpy: a second simulator that shares nothing with the first.

Random numbers, event times, looks and the log-rank test are all made otherwise. Arrays are (trial,
patient); times in months.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CHUNK = 2_000


@dataclass(frozen=True, kw_only=True)
class PlainTrial:
    """A trial of two arms with exponential survival and drop-out, 1:1 in blocks of two.

    Attributes
    ----------
    patients : int
    per_month : float
        Rate of Poisson arrivals.
    median : float
        Of control.
    hazard_ratio : float
        RT versus control, after `delay` months; 1 before.
    delay : float
    drop_out : float
        Hazard of dropping out.
    events : tuple of int
        Events at the looks.
    """

    patients: int
    per_month: float
    median: float
    hazard_ratio: float
    drop_out: float
    events: tuple[int, ...]
    delay: float = 0.0


def plain_z(trial: PlainTrial, *, trials: int, rng: np.random.Generator) -> Floats:
    """Log-rank z of simulated trials, above 0 favours RT, shape (trial, look).

    Parameters
    ----------
    trial : PlainTrial
    trials : int
        A multiple of 2,000.
    rng : numpy.random.Generator
    """
    parts = [_chunk(trial, rng) for _ in range(trials // CHUNK)]
    return np.concatenate(parts)


def _chunk(trial: PlainTrial, rng: np.random.Generator) -> Floats:
    shape = (CHUNK, trial.patients)
    blocks = np.broadcast_to([0, 1], (CHUNK, -(-trial.patients // 2), 2))
    arm = rng.permuted(blocks, axis=2).reshape(CHUNK, -1)[:, : trial.patients]
    entry = rng.exponential(1 / trial.per_month, shape).cumsum(axis=1)
    event = _event_times(trial, arm, rng.exponential(size=shape))
    drop = rng.exponential(1 / trial.drop_out, shape) if trial.drop_out else np.full(shape, np.inf)
    looks = [_z_at(count, entry, arm, event, drop) for count in trial.events]
    return np.stack(looks, axis=1)


def _event_times(trial: PlainTrial, arm: NDArray[np.int64], exposure: Floats) -> Floats:
    """Months to the event: without effect up to the delay, then with."""
    hazard = np.log(2) / trial.median
    early = hazard * trial.delay
    later = hazard * np.where(arm == 1, trial.hazard_ratio, 1.0)
    late = trial.delay + (exposure - early) / later
    return np.asarray(np.where(exposure <= early, exposure / hazard, late))


def _z_at(count: int, entry: Floats, arm: NDArray[np.int64], event: Floats, drop: Floats) -> Floats:
    """Z of every trial at the calendar month of its so-many-th event; there are no ties."""
    calendar = np.where(event <= drop, entry + event, np.inf)
    cut = np.partition(calendar, count - 1, axis=1)[:, count - 1, np.newaxis]
    followed = np.minimum(np.minimum(event, drop), cut - entry)
    order = np.argsort(np.where(entry <= cut, followed, -1.0), axis=1)
    died, treated, enrolled = (
        np.take_along_axis(values, order, axis=1)
        for values in (calendar <= cut, arm == 1, entry <= cut)
    )
    at_risk = np.arange(arm.shape[1], 0, -1)
    share = np.cumsum(treated[:, ::-1], axis=1)[:, ::-1] / at_risk
    died = died & enrolled
    score = np.sum(died * (share - treated), axis=1)
    return np.asarray(score / np.sqrt(np.sum(died * share * (1 - share), axis=1)))
