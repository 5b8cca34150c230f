"""The statistic of each test at a look, from what was found there (compiled)."""

import math

import numpy as np
from numpy.typing import NDArray

from models.compiled import inlined, kernel
from simulate.design.analysis import EVERYWHERE, LATE
from simulate.engine.fields import (
    COX_SCORE_Z,
    FLEMING_HARRINGTON_Z,
    LOG_HR,
    MAX_COMBO_Z,
    MEDIAN_Z,
    MILESTONE,
    MILESTONE_ERROR,
    MILESTONE_LOG_LOG_Z,
    MODESTLY_WEIGHTED_Z,
    RMST,
    RMST_ERROR,
    SCORE,
    STANDARD_ERROR,
    VARIANCE,
)

Floats = NDArray[np.float64]

NAMES: tuple[str, ...] = (*EVERYWHERE, *LATE)
TESTS: dict[str, int] = {name: place for place, name in enumerate(NAMES)}
(
    LOG_RANK,
    COX_WALD,
    COX_SCORE,
    BAYES,
    FLEMING_HARRINGTON,
    MODESTLY_WEIGHTED,
    MAX_COMBO,
    RMST_TEST,
    MILESTONE_TEST,
    MILESTONE_LOG_LOG,
    MEDIAN_TEST,
) = range(len(NAMES))


def takes_credit(test: str) -> bool:
    """Whether a test's bounds take credit for the correlation between looks.

    Those of log-rank and Cox do: their scores have independent increments in the events.
    """
    return TESTS[test] <= BAYES


@inlined
def gauge_z(here: Floats, test: int) -> float:
    """Return the z that futility goes by: of Cox tests their own, else that of the log-rank test.

    Parameters
    ----------
    here : array (field,)
    test : int
    """
    if test == COX_WALD:
        return float(-here[LOG_HR] / here[STANDARD_ERROR])
    if test == COX_SCORE:
        return float(here[COX_SCORE_Z])
    if here[VARIANCE] <= 0.0:
        return math.nan
    return float(-here[SCORE] / math.sqrt(here[VARIANCE]))


@inlined
def test_z(here: Floats, test: int) -> float:
    """Return the z of a look; above 0 favours RT; the log-rank's under the Bayesian rule.

    Parameters
    ----------
    here : array (field,)
    test : int
    """
    if test <= BAYES:
        return gauge_z(here, test)
    if test == RMST_TEST:
        return _wald(here[RMST], here[RMST_ERROR])
    if test == MILESTONE_TEST:
        return _wald(here[MILESTONE], here[MILESTONE_ERROR])
    if test == FLEMING_HARRINGTON:
        return float(here[FLEMING_HARRINGTON_Z])
    if test == MODESTLY_WEIGHTED:
        return float(here[MODESTLY_WEIGHTED_Z])
    if test == MAX_COMBO:
        return float(here[MAX_COMBO_Z])
    if test == MILESTONE_LOG_LOG:
        return float(here[MILESTONE_LOG_LOG_Z])
    return float(here[MEDIAN_Z])


@inlined
def _wald(value: float, error: float) -> float:
    return value / error if error > 0.0 else math.nan


@kernel
def fill_z(found: Floats, test: int, z: Floats) -> None:
    """Read the z of one test at every look of a block of trials.

    Parameters
    ----------
    found : array (trial, look, field)
    test : int
    z : array (trial, look)
        The result.
    """
    for trial in range(found.shape[0]):
        for look in range(found.shape[1]):
            z[trial, look] = test_z(found[trial, look], test)
