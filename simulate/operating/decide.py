"""Decisions of simulated trials: when each stops, and with what result (compiled).

Statistics are computed at every look of every trial; stopping is decided afterwards, so that
several rules can be held against each other on the same trials.
"""

import math

import numpy as np
from numpy.typing import NDArray

from models.compiled import kernel
from simulate.boundaries.monitor import Monitor, Track, next_look
from simulate.engine.fields import EVENTS_CONTROL, EVENTS_RT, PROBABILITY
from simulate.operating.statistics import BAYES, gauge_z, test_z

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FAILURE, SUCCESS, FUTILITY = range(3)


@kernel
def decide(
    found: Floats,
    test: int,
    probability: float,
    obey_futility: bool,
    monitor: Monitor,
    track: Track,
    z: Floats,
    upper: Floats,
    lower: Floats,
    stop: Integers,
    result: Integers,
) -> None:
    """Decide trial after trial.

    Parameters
    ----------
    found : array (trial, look, field)
    test : int
        Which test decides.
    probability : float
        What the Bayesian rule needs.
    obey_futility : bool
    monitor, track : record
        See `simulate.boundaries.monitor`.
    z, upper, lower : array (trial, look)
        Statistic and bounds up to the stop, not a number behind it: z, or the posterior
        probability under the Bayesian rule.
    stop : array (trial,)
        Look at which the trial stops.
    result : array (trial,)
        `SUCCESS`, `FUTILITY` or `FAILURE`.
    """
    last = found.shape[1] - 1
    for trial in range(found.shape[0]):
        stop[trial], result[trial] = last, FAILURE
        z[trial, :] = math.nan
        upper[trial, :] = math.nan
        lower[trial, :] = math.nan
        for look in range(last + 1):
            here = found[trial, look]
            events = here[EVENTS_CONTROL] + here[EVENTS_RT]
            bounds = next_look(track, monitor, look, events, look == last)
            statistic = test_z(here, test)
            futile = gauge_z(here, test) < bounds.lower and look < last
            lower[trial, look] = bounds.lower
            upper[trial, look] = bounds.upper
            if test == BAYES:
                statistic = here[PROBABILITY]
                upper[trial, look] = probability
                lower[trial, look] = math.nan
            z[trial, look] = statistic
            if statistic >= upper[trial, look]:
                stop[trial], result[trial] = look, SUCCESS
                break
            if futile and obey_futility:
                stop[trial], result[trial] = look, FUTILITY
                break
