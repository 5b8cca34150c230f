"""A difference between the arms with its standard error, and strata combined (compiled)."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiled import lean_kernel
from simulate.effect.known_curves import KnownCurves, reaches

Floats = NDArray[np.float64]


class Difference(NamedTuple):
    """RT minus control; above 0 favours RT. Not a number where it is undefined.

    Attributes
    ----------
    value : float
    standard_error : float
        0 without events.
    """

    value: float
    standard_error: float


class CurveSummary(NamedTuple):
    """Work space: one figure of each Kaplan–Meier curve, with its variance.

    Attributes
    ----------
    value, variance : array (stratum, arm)
    month : array (stratum,)
        Of the row that was read last.
    """

    value: Floats
    variance: Floats
    month: Floats


def new_curve_summary(strata: int) -> CurveSummary:
    """Allocate work space; one stratum for a table of all patients together."""
    return CurveSummary(np.empty((strata, 2)), np.empty((strata, 2)), np.empty(strata))


@lean_kernel
def difference_z(difference: Difference) -> float:
    """Wald z; above 0 favours RT; not a number without a standard error above 0."""
    if difference.standard_error > 0.0:
        return difference.value / difference.standard_error
    return math.nan


@lean_kernel
def combined_difference(month: float, known: KnownCurves, summary: CurveSummary) -> Difference:
    """Difference of the arms, strata weighted by their share of the patients seen.

    Parameters
    ----------
    month : float
        Up to which every curve must be known.
    known : KnownCurves
    summary : CurveSummary

    Returns
    -------
    Difference
        Not a number if a curve of a stratum with patients is not known that far.
    """
    value = variance = patients = 0.0
    for stratum in range(known.patients.shape[0]):
        share = float(known.patients[stratum, 0] + known.patients[stratum, 1])
        if share > 0.0:
            if not reaches(min(known.until[stratum, 0], known.until[stratum, 1]), month):
                return Difference(math.nan, math.nan)
            patients += share
            value += share * (summary.value[stratum, 1] - summary.value[stratum, 0])
            spread = summary.variance[stratum, 0] + summary.variance[stratum, 1]
            variance += share * share * spread
    if patients == 0.0:
        return Difference(math.nan, math.nan)
    return Difference(value / patients, math.sqrt(variance) / patients)
