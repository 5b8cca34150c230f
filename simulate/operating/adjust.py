"""Estimates that allow for the looks: median-unbiased, by the stage-wise ordering (compiled)."""

import math

import numpy as np
from numpy.typing import NDArray

from models.compiled import kernel
from simulate.boundaries.process import PROCESS, Process
from simulate.boundaries.stage_wise import drift_where
from simulate.engine.fields import EVENTS_CONTROL, EVENTS_RT

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@kernel
def adjusted_log_hr(
    found: Floats,
    per_event: float,
    z: Floats,
    upper: Floats,
    lower: Floats,
    stop: Integers,
    process: Process,
    log_hr: Floats,
) -> None:
    """Median-unbiased log HR (RT versus control) of trials that stopped as decided.

    Parameters
    ----------
    found : array (trial, look, field)
    per_event : float
        Information on log HR in one event.
    z, upper, lower : array (trial, look)
        From `decide`: log-rank or Cox z.
    stop : array (trial,)
    process : record of PROCESS
        Work space.
    log_hr : array (trial,)
        The result; not a number where z is not.
    """
    looks = found.shape[1]
    information = np.zeros(looks + 1)
    above = np.full(looks + 1, math.inf)
    below = np.full(looks + 1, -math.inf)
    for trial in range(found.shape[0]):
        log_hr[trial] = math.nan
        if not math.isfinite(z[trial, stop[trial]]):
            continue
        step = 0
        for look in range(stop[trial] + 1):
            here = found[trial, look]
            reached = (here[EVENTS_CONTROL] + here[EVENTS_RT]) * per_event
            silent = upper[trial, look] == math.inf and lower[trial, look] == -math.inf
            if reached <= information[step] or (silent and look < stop[trial]):
                continue
            step += 1
            information[step] = reached
            above[step], below[step] = upper[trial, look], lower[trial, look]
        if step > 0:
            statistic = z[trial, stop[trial]]
            log_hr[trial] = -drift_where(process, information, below, above, step, statistic, 0.5)


def new_process() -> NDArray[np.void]:
    """Work space of `adjusted_log_hr`: record array of shape (1,)."""
    return np.zeros(1, PROCESS)
